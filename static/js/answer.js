/* Shows at once what follows from an answer on the same page. The server decides; this asks it again after a change and
   puts its page in the place of the form. Without it the page comes again when it is left. */
"use strict";
(function () {
  var asking = null;

  function again(form) {
    var body = new FormData(form);
    // A chosen file goes once, when the page is left; the handle of one received before has the same name and stays.
    chosen(form).forEach(function (one) {
      var handles = body.getAll(one.name).filter(function (value) { return typeof value === "string"; });
      body.delete(one.name);
      handles.forEach(function (handle) { body.append(one.name, handle); });
    });
    body.append("go", "stay");
    if (asking) asking.abort();
    asking = new AbortController();
    fetch(form.action, { method: "POST", body: body, signal: asking.signal }).then(function (answer) {
      return answer.ok ? answer.text() : "";
    }).then(function (html) {
      var fresh = html && new DOMParser().parseFromString(html, "text/html").getElementById(form.id);
      if (!fresh) return;
      var old = form.querySelectorAll(".question");
      var now = fresh.querySelectorAll(".question");
      if (names(old) !== names(now) || form.textContent !== fresh.textContent) put(form, fresh);
    }, function () { /* away or overtaken: the page comes again when it is left */ });
  }

  function names(questions) {
    return Array.prototype.map.call(questions, function (one) { return one.id; }).join(" ");
  }

  function chosen(form) {
    return Array.prototype.filter.call(form.querySelectorAll("input[type=file]"), function (one) {
      return one.files.length;
    });
  }

  // What is being typed stays: the focus, the cursor, words that came after the question to the server, chosen files.
  function put(form, fresh) {
    var at = document.activeElement;
    var where = at && form.contains(at) ? { id: at.id, name: at.name, value: at.value, start: at.selectionStart } : null;
    var files = chosen(form);
    form.innerHTML = fresh.innerHTML;
    files.forEach(function (one) {
      var place = document.getElementById(one.id);
      if (place) place.replaceWith(one);
    });
    if (!where) return;
    var same = where.id ? document.getElementById(where.id) : Array.prototype.find.call(form.elements, function (one) {
      return one.name === where.name && one.value === where.value;
    });
    if (!same) return;
    if (where.start !== undefined && where.start !== null && "value" in same) {
      same.value = where.value;
      try { same.setSelectionRange(where.start, where.start); } catch (_kind) { /* a kind of field without a cursor */ }
    }
    same.focus({ preventScroll: true });
  }

  document.addEventListener("change", function (event) {
    var form = event.target.form;
    if (form && form.hasAttribute("data-live") && event.target.type !== "file") again(form);
  });
})();
