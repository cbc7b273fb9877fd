/* Reads a question and its choices aloud, by the browser's own voice, where it has one for the language of the page.
   Without it the button is not there. */
"use strict";
(function () {
  var button = document.getElementById("aloud");
  var speech = window.speechSynthesis;
  if (!button || !speech || !window.SpeechSynthesisUtterance) return;
  var base = document.documentElement.lang.split("-")[0].toLowerCase();
  var parts = ".error-summary li, .page-title, .part-name, .info, .question legend, .question-label, .hint, .field-error, " +
    ".question label, .question option";

  function voice() {
    return speech.getVoices().filter(function (one) {
      return one.lang.replace("_", "-").split("-")[0].toLowerCase() === base;
    })[0];
  }

  function reads(now) {
    button.children[0].hidden = now;
    button.children[1].hidden = !now;
  }

  function offer() { button.hidden = !voice(); }

  button.addEventListener("click", function () {
    var was = button.children[0].hidden;
    speech.cancel();
    reads(false);
    if (was) return;
    var chosen = voice();
    var last = null;
    document.querySelectorAll(parts).forEach(function (one) {
      var words = one.textContent.trim();
      // A part of its own for each, since some voices break off in a long text.
      if (!words || !(one.offsetParent || one.tagName === "OPTION")) return;
      last = new SpeechSynthesisUtterance(words);
      last.voice = chosen;
      last.lang = chosen.lang;
      speech.speak(last);
    });
    if (!last) return;
    reads(true);
    last.onend = last.onerror = function () { reads(false); };
  });
  window.addEventListener("pagehide", function () { speech.cancel(); });
  speech.onvoiceschanged = offer;
  offer();
})();
