/* The desk of a questionnaire, quicker: what is typed is saved by itself, cards are moved by dragging or from the keyboard,
   changes are undone with Ctrl+Z. Every one of these is a plain form or link as well. */
"use strict";
(function () {
  var desk = document.getElementById("questions");
  if (!desk || !window.htmx) return;
  var QUIET = 800; // milliseconds without a key before a save
  var AGAIN = 4000; // before the next attempt without a connection
  var words = desk.dataset;
  desk.classList.add("q-scripted"); // what a change does by itself needs no button

  function form() { return desk.querySelector(".question-form"); }
  function openCode() {
    var open = desk.querySelector(".q-open");
    return open ? open.dataset.code : "";
  }
  function say(text) {
    var place = document.getElementById("announce");
    if (place) place.textContent = text;
  }

  // What the page shows, so that the server knows what to send.
  document.addEventListener("htmx:configRequest", function (event) {
    var undo = document.getElementById("undo");
    event.detail.headers["X-Shown"] = undo ? undo.dataset.revision : "";
    event.detail.headers["X-Open"] = openCode();
  });

  /* Saving by itself */
  var dirty = false, saving = false, waiting = null, after = [];

  function status(text, unsaved) {
    var place = document.getElementById("save-status");
    if (!place) return;
    place.textContent = text;
    place.removeAttribute("data-saved");
    place.classList.toggle("q-unsaved", Boolean(unsaved));
  }
  function later(wait) {
    clearTimeout(waiting);
    waiting = setTimeout(save, wait);
  }
  function save() {
    clearTimeout(waiting);
    var sender = document.getElementById("autosave");
    if (!sender || !dirty || saving) return;
    saving = true;
    dirty = false;
    status(form().dataset.wordsSaving);
    window.htmx.trigger(sender, "autosave");
  }
  // Calls `go` when nothing is left to be saved; `give_up` when what was typed cannot be.
  function whenSaved(go, giveUp) {
    if (!form() || (!dirty && !saving)) return go();
    after.push([go, giveUp]);
    save();
  }
  function settled(well) {
    var calls = after;
    after = [];
    calls.forEach(function (call) { (well ? call[0] : call[1] || function () {})(); });
  }

  desk.addEventListener("input", function (event) {
    if (!event.target.form || event.target.form !== form()) return;
    if (event.target.hasAttribute("data-not-yet")) {
      form().dataset.waits = "yes"; // kept when the question is closed
      return;
    }
    dirty = true;
    status(form().dataset.wordsUnsaved, true);
    later(QUIET);
  });
  desk.addEventListener("focusout", function (event) {
    if (event.target.form && event.target.form === form() && dirty) later(50);
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    var sent = event.detail.requestConfig;
    if (sent && sent.elt.matches(".question-form")) { // a row button, or a save that was refused
      if (!form()) return;
      if (sent.formData && sent.formData.has("rows")) {
        dirty = true;
        later(QUIET);
      } else form().dataset.waits = "yes";
      return;
    }
    if (event.target.id !== "autosave") return;
    saving = false;
    if (!event.detail.xhr || !event.detail.xhr.status) { // no connection
      dirty = true;
      status(form() ? form().dataset.wordsOffline : "", true);
      settled(false);
      later(AGAIN);
      return;
    }
    var place = document.getElementById("save-status");
    var well = event.detail.successful && Boolean(place) && place.dataset.saved === "yes";
    if (!well) {
      if (!event.detail.successful) status(words.wordsFailed, true);
      if (form()) form().dataset.waits = "yes";
      settled(false);
    } else if (dirty) {
      later(QUIET);
      if (after.length) save();
    } else {
      delete form().dataset.waits;
      settled(true);
      refreshPreview();
    }
  });
  window.addEventListener("online", function () { if (dirty) save(); });
  window.addEventListener("beforeunload", function (event) {
    if (dirty || saving || (form() && form().dataset.waits)) event.preventDefault();
  });

  // Anything else waits until what was typed is saved. Whatever would drop what cannot be saved asks first.
  desk.addEventListener("htmx:confirm", function (event) {
    var from = event.detail.elt;
    if (from.id === "autosave" || from === desk) return;
    var open = form();
    if (!open || from === open || (from.form === open && !from.hasAttribute("data-drop"))) { // the form's own buttons send it
      clearTimeout(waiting);
      dirty = false;
      return;
    }
    event.preventDefault();
    var go = function () { dirty = false; event.detail.issueRequest(true); };
    whenSaved(
      function () {
        if (!form() || !form().dataset.waits || from.closest("[data-drop]")) go();
        else if (window.confirm(words.wordsUnsaved)) go();
      },
      function () { if (window.confirm(words.wordsUnsaved)) go(); }
    );
  });

  function refreshPreview() {
    var frame = document.getElementById("question-preview");
    if (!frame) return;
    try { frame.contentWindow.location.reload(); } catch (fault) { frame.src = frame.src; }
  }
  desk.addEventListener("click", function (event) {
    var tab = event.target.closest(".q-tabs a");
    if (tab) {
      tab.parentNode.querySelectorAll("a").forEach(function (one) { one.removeAttribute("aria-current"); });
      tab.setAttribute("aria-current", "true");
    }
    var closed = event.target.closest("[data-close-insert]");
    if (closed) {
      event.preventDefault();
      var insert = closed.closest("#insert"), before = insert.previousElementSibling;
      insert.remove();
      var summary = before && before.querySelector(".q-menu summary");
      if (summary) summary.focus();
    }
  });

  // Choosing another question or comparison draws the row anew, with the values that belong to it.
  desk.addEventListener("change", function (event) {
    if (event.target.hasAttribute("data-refresh") && form()) {
      form().querySelector(".q-choose").click(); // requestSubmit would not tell htmx which button it was
    }
  });

  /* After something was put in its place */
  var focusAfter = [], lastOpen = ""; // where the focus goes when what had it is no longer there, best first
  document.addEventListener("htmx:beforeRequest", function (event) {
    // one palette at a time
    if (event.detail.elt.matches && event.detail.elt.matches("[hx-get*='?after=']")) {
      var insert = document.getElementById("insert");
      if (insert) insert.remove();
    }
    if (desk.contains(event.detail.elt) && event.detail.elt.id !== "autosave" && document.activeElement) {
      focusAfter = near(document.activeElement);
    }
  });
  // Itself, its question, the questions beside it, or the buttons beside it.
  function near(at) {
    var card = at.closest("[data-code]");
    var cards = card ? [card, card.nextElementSibling, card.previousElementSibling] : [];
    var ids = cards.map(function (one) { return one && one.dataset.code ? "edit-" + one.dataset.code : ""; });
    [at.previousElementSibling, at.nextElementSibling].forEach(function (one) { ids.push(one ? one.id : ""); });
    return [at.id].concat(ids);
  }
  document.addEventListener("htmx:afterSettle", tidy);
  document.addEventListener("htmx:oobAfterSwap", function () { clearTimeout(tidy.due); tidy.due = setTimeout(tidy, 0); });
  function tidy() {
    folded();
    problems();
    sortable();
    finders();
    if (openCode()) lastOpen = openCode();
    if (document.activeElement === document.body || !document.activeElement) {
      var found = focusAfter.concat("edit-" + lastOpen).map(function (id) { return id && document.getElementById(id); });
      var back = focusAfter.length && found.filter(function (one) { return one && !one.disabled; })[0];
      if (back) back.focus({ preventScroll: true });
    }
    var begin = desk.querySelector(".q-begin");
    if (begin && desk.querySelector(".q-card")) begin.remove();
    if (window.location.hash === "#insert" || document.getElementById("insert")) {
      var insert = document.getElementById("insert");
      if (insert && !insert.dataset.met) {
        insert.dataset.met = "yes";
        insert.querySelector("input[type=search], .q-kind").focus();
      }
    }
  }
  document.addEventListener("htmx:responseError", function () { say(words.wordsFailed); });

  // What must be put right is listed beside the list; each card says its own.
  function problems() {
    var found = {};
    document.querySelectorAll("#problem-list li").forEach(function (one) {
      (found[one.dataset.where] = found[one.dataset.where] || []).push(one.textContent);
    });
    desk.querySelectorAll(".q-card[data-code], .q-head[data-code]").forEach(function (card) {
      var place = card.querySelector(".q-card-problems");
      if (!place) return;
      var mine = found[card.dataset.code] || [];
      card.classList.toggle("q-card-wrong", mine.length > 0);
      if (place.textContent === mine.join("")) return;
      place.replaceChildren.apply(place, mine.map(function (text) {
        var line = document.createElement("p");
        line.className = "q-problem";
        line.textContent = text;
        return line;
      }));
    });
  }

  /* Pages that are folded stay so */
  var shut = {};
  function folded() {
    desk.querySelectorAll("details.q-page").forEach(function (page) {
      if (shut[page.dataset.page] && !page.querySelector(".q-open")) page.open = false;
    });
  }
  desk.addEventListener("toggle", function (event) {
    if (event.target.matches("details.q-page")) shut[event.target.dataset.page] = !event.target.open;
  }, true);
  desk.addEventListener("click", function (event) {
    var fold = event.target.closest("[data-fold]");
    if (!fold) return;
    desk.querySelectorAll("details.q-page").forEach(function (page) { page.open = fold.dataset.fold === "none"; });
  });
  document.querySelectorAll(".q-folds, .q-find").forEach(function (one) { one.hidden = false; });
  document.addEventListener("click", function (event) {
    var link = event.target.closest(".q-outline a");
    var goal = link && document.getElementById(link.hash.slice(1));
    var page = goal && goal.closest("details.q-page");
    if (page) page.open = true;
    desk.querySelectorAll(".q-menu[open]").forEach(function (menu) { if (!menu.contains(event.target)) menu.open = false; });
  });

  /* Finding a kind of question */
  function finders() { desk.querySelectorAll(".q-find[hidden]").forEach(function (one) { one.hidden = false; }); }
  desk.addEventListener("input", function (event) {
    if (!event.target.matches("[data-find]")) return;
    var wanted = event.target.value.trim().toLowerCase(), some = false;
    var palette = event.target.closest(".q-add");
    palette.querySelectorAll(".q-family").forEach(function (family) {
      var any = false;
      family.querySelectorAll(".q-kind").forEach(function (kind) {
        kind.hidden = kind.textContent.toLowerCase().indexOf(wanted) < 0 && kind.value.indexOf(wanted) < 0;
        any = any || !kind.hidden;
      });
      family.hidden = !any;
      some = some || any;
    });
    var found = palette.querySelector("[data-found]");
    found.textContent = some ? "" : found.dataset.none;
  });
  desk.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !event.target.matches("[data-find]")) return;
    event.preventDefault();
    var first = event.target.closest(".q-add").querySelector(".q-family:not([hidden]) .q-kind:not([hidden])");
    if (first) first.click();
  });

  /* Undo and redo, outside of fields */
  document.addEventListener("keydown", function (event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (event.target.matches("input, textarea, select, [contenteditable]")) return;
    var key = event.key.toLowerCase();
    var button = document.getElementById(key === "y" || (key === "z" && event.shiftKey) ? "redo-button" : key === "z" ? "undo-button" : "");
    if (!button || button.disabled) return;
    event.preventDefault();
    button.click();
  });

  /* Moving from the keyboard */
  var lifted = null; // {code, behind}: what is being moved, and where it stood
  function behind(card) {
    var list = card.parentNode, before = card.previousElementSibling;
    while (before && !before.dataset.code) before = before.previousElementSibling;
    return before ? before.dataset.code : list.id.replace("list_", "");
  }
  // One after the other: each answer changes the page that the next one is about.
  var line = Promise.resolve();
  function send(code, deed, values) {
    line = line.then(function () {
      return new Promise(function (done) {
        whenSaved(function () {
          focusAfter = near(document.activeElement);
          window.htmx.ajax("POST", words.desk + "questions/" + code + "/" + deed + "/", { source: desk, target: desk, swap: "none", values: values }).then(done, done);
        }, done);
      });
    });
  }
  desk.addEventListener("keydown", function (event) {
    var grip = event.target.closest(".grip");
    if (!grip) return;
    var code = grip.closest("[data-code]").dataset.code;
    var arrow = event.key === "ArrowUp" ? "up" : event.key === "ArrowDown" ? "down" : "";
    if (arrow && (event.altKey || lifted)) {
      event.preventDefault();
      send(code, "move", { to: arrow });
    } else if (event.key === " ") {
      event.preventDefault();
      lifted = lifted ? null : { code: code, behind: behind(grip.closest("[data-code]")) };
      grip.setAttribute("aria-pressed", lifted ? "true" : "false");
      say(lifted ? words.wordsLifted : words.wordsDown);
    } else if (event.key === "Escape" && lifted) {
      event.preventDefault();
      send(lifted.code, "place", { after: lifted.behind });
      lifted = null;
    }
  });
  document.addEventListener("htmx:afterSettle", function () {
    var grip = lifted && document.getElementById("grip-" + lifted.code);
    if (grip) grip.setAttribute("aria-pressed", "true");
  });
  desk.addEventListener("focusout", function (event) {
    // A card that is redrawn loses the focus for a moment; one that is left is put down.
    if (lifted && event.target.matches(".grip") && event.relatedTarget && !event.relatedTarget.matches(".grip")) {
      event.target.setAttribute("aria-pressed", "false");
      lifted = null;
    }
  });

  /* Moving by dragging */
  function sortable() {
    if (!window.Sortable) return;
    desk.querySelectorAll("ol.q-list").forEach(function (list) {
      if (list.dataset.sorting) return;
      list.dataset.sorting = "on";
      window.Sortable.create(list, {
        group: "questions",
        handle: ".grip",
        draggable: ".q-card",
        animation: 0,
        ghostClass: "sortable-ghost",
        onEnd: function (event) {
          if (event.from === event.to && event.oldIndex === event.newIndex) return;
          send(event.item.dataset.code, "place", { after: behind(event.item) });
        },
      });
    });
  }

  // A page that was left and come back to shows what is on the server, and never a form with an old state.
  window.addEventListener("pageshow", function (event) { if (event.persisted) window.location.reload(); });
  window.addEventListener("load", sortable);
  tidy();
})();
