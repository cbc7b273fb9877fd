{% load static %}"use strict";
var KEPT = ["{% url 'responses:style' %}", "{% static 'js/line.js' %}", "{% static 'js/offline.js' %}", "{% static 'css/kiosk.css' %}", "{% static 'js/kiosk.js' %}", "{% static 'js/answer.js' %}", "{% static 'js/questions.js' %}", "{% static 'js/answer-inputs.js' %}"];
importScripts("{% static 'js/line.js' %}", "{% static 'js/worker.js' %}");
