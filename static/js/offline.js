/* The line may go away at any page: all that could be asked is kept here as one blank sheet, what was typed is put on it,
   and the finished form waits on this device until it can be sent. */
"use strict";
(function () {
  var words = document.getElementById("line");
  if (!words || !window.indexedDB || !window.fetch || !window.AbortController) return;
  var kiosk = words.dataset.kiosk;
  var again = 0;
  var NOT_TYPED = ["at", "seen", "go", "lang", "to", "choose", "whole", "saved"];

  function sheet() { return document.getElementById("answers"); }

  function say(name) {
    var kept = document.querySelector(`#line [data-line=${name}]`);
    return kept && kept.content.firstElementChild.cloneNode(true);
  }

  // One notice at a time, at the top of what is read.
  function tell(name) {
    var told = say(name);
    var old = document.getElementById("told");
    if (old) old.remove();
    if (!told) return null;
    told.id = "told";
    document.querySelector("main .frame").prepend(told);
    return told;
  }

  function said(form, button) {
    var body = new URLSearchParams();
    new FormData(form).forEach((value, name) => { if (typeof value === "string") body.append(name, value); });
    if (button && button.name) body.append(button.name, button.value);
    return body;
  }

  function hasFiles(form) {
    return [...form.querySelectorAll("input[type=file]")].some(one => one.files.length);
  }

  // The blank sheet

  async function kept(address) {
    return window.caches && (await caches.open("line")).match(address, { ignoreVary: true });
  }

  async function fetchBlank(address) {
    var known = await kept(address);
    if (known && Date.now() - Date.parse(known.headers.get("date")) < 86400000) return;
    var answer = await fetch(address, { credentials: kiosk ? "same-origin" : "omit" });
    if (!answer.ok) return;
    var all = await caches.open("line");
    var unversioned = one => new URL(one, location).href.split("&v=")[0];
    for (var one of await all.keys()) if (unversioned(one.url) === unversioned(address)) await all.delete(one);
    await all.put(address, answer);
  }

  async function blank(address) {
    var found = await kept(address);
    return found && new DOMParser().parseFromString(await found.text(), "text/html");
  }

  function load(page) {
    page.querySelectorAll("script[src]").forEach(one => {
      var script = document.createElement("script");
      script.src = one.getAttribute("src");
      if (!document.querySelector(`script[src="${script.getAttribute("src")}"]`)) document.body.append(script);
    });
  }

  function fill(form, body) {
    var used = {};
    body.forEach((value, name) => {
      if (NOT_TYPED.includes(name) || (name === "language" && form.elements.language)) return;
      var fields = [...form.elements].filter(one => one.name === name && one.type !== "file");
      var choice = fields.flatMap(one => isTicked(one) ? [one] : [...one.options || []]).find(one => one.value === value);
      var field = fields.filter(one => !isTicked(one))[used[name] || 0];
      if (choice) choice[isTicked(choice) ? "checked" : "selected"] = true;
      else if (field) {
        field.value = value;
        used[name] = (used[name] || 0) + 1;
      } else {
        field = document.createElement("input");
        field.type = "hidden";
        field.name = name;
        field.value = value;
        form.prepend(field);
      }
    });
  }

  function isTicked(one) { return one.type === "radio" || one.type === "checkbox"; }

  function answered(question) {
    return [...question.querySelectorAll("input, select, textarea")].some(one => isTicked(one) ? one.checked : one.type !== "hidden" && one.value.trim());
  }

  // Where the person was: behind the page that was left, else behind what was answered last.
  function goOn(form, body, last) {
    var all = [...form.querySelectorAll(".question")];
    var at = all.findIndex(one => one.id === last);
    if (at < 0) all.forEach((one, place) => { if (answered(one)) at = place; });
    var next = all[Math.min(at + (body.get("go") === "back" ? 0 : 1), all.length - 1)];
    var field = next && next.querySelector("input:not([type=hidden]), select, textarea");
    if (next) next.scrollIntoView();
    if (field) field.focus({ preventScroll: true });
  }

  async function spread(form, body) {
    var old = form.querySelectorAll(".question");
    var last = form.elements.whole || !old.length ? "" : old[body.get("go") === "back" ? 0 : old.length - 1].id;
    var page = await blank(form.dataset.whole);
    var fresh = page && page.getElementById(form.id);
    if (!fresh) return tell("stay");
    if (form.dataset.tokens) fresh.dataset.tokens = form.dataset.tokens;
    form.replaceWith(fresh);
    load(page);
    fill(fresh, body);
    tell("away");
    goOn(fresh, body, last);
  }

  // The finished form

  function isFinished(form, body) {
    if (body.has("lang") || body.has("to") || body.has("choose")) return false;
    return body.has("go") ? body.get("go") === "send" : !body.has("at");
  }

  function missing(form) {
    return (form.dataset.required || "").split(" ").map(id => document.getElementById(id)).find(one => {
      return one && !answered(one);
    });
  }

  function finish(form, body) {
    var some = false;
    body.forEach((value, name) => { some = some || (name.includes(".") && value.trim()); });
    var open = missing(form);
    if (open) {
      if (!open.querySelector(".field-error")) open.append(say("open"));
      open.classList.add("question-wrong");
      return open.scrollIntoView();
    }
    if (!some || hasFiles(form)) return tell(some ? "files" : "nothing").scrollIntoView();
    NOT_TYPED.forEach(name => { body.delete(name); });
    var whole = form.dataset.whole;
    return line.add({ token: body.get("token"), action: form.getAttribute("action"), body: String(body), tries: 0, kiosk, at: kiosk && Date.now(), shared: body.get("pass") }).then(() => {
      document.querySelector("main .frame").replaceChildren(say("saved"));
      document.querySelector("main h1").focus();
      scrollTo(0, 0);
      wake();
      document.dispatchEvent(new CustomEvent("saved", { detail: [whole, body] }));
      // Its token was one person's.
      return form.dataset.tokens ? null : caches.open("line").then(all => { return all.delete(whole, { ignoreVary: true }); });
    }, wrong => { tell(wrong && wrong.name === "ConstraintError" ? "twice" : "stay").scrollIntoView(); });
  }

  function put(into, name, words) {
    var one = document.createElement(name);
    one.textContent = words || "";
    into.append(one);
    return one;
  }

  // What waits, what has arrived, what was not taken

  function report(forms) {
    document.querySelectorAll("main .line-told").forEach(one => { one.remove(); });
    if (kiosk) return reportLost(forms.filter(form => form.kiosk && form.state));
    var saved = document.getElementById("saved");
    if (saved && !document.querySelector("#saved [data-act]") && forms.every(form => form.state)) saved.remove();
    forms.forEach(form => {
      // What was answered at a kiosk is opened by nobody, on no page.
      if ((!form.state && saved) || (form.kiosk && form.state)) return;
      var told = say(form.state || "waiting");
      told.classList.add("line-told");
      if (form.receipts) {
        form.receipts.forEach(groups => {
          var code = put(told.querySelector(".receipt"), "p");
          code.className = "receipt-code";
          groups.forEach(group => put(code, "span", group));
        });
        form.words.forEach(word => put(told.querySelector(".change-words"), "li", word.join("-")));
      }
      told.querySelectorAll("[data-again]").forEach(one => { one.hidden = !form.again; });
      told.querySelectorAll("[data-status]").forEach(one => {
        one.hidden = one.dataset.status !== (/410|422/.test(form.status) ? String(form.status) : "");
      });
      told.addEventListener("click", event => {
        var act = event.target.dataset.act;
        if (act === "open") reopen(form);
        else if (act) line.drop(form.token).then(() => { told.remove(); });
      });
      document.querySelector("main .frame").prepend(told);
    });
  }

  // Between two people a kiosk says how many forms were not taken; of what is in them it shows nothing.
  function reportLost(lost) {
    if (!lost.length || document.querySelector("#answers, #saved, .receipt")) return;
    var told = say("refused");
    told.classList.add("line-told");
    told.querySelector("b").textContent = lost.length;
    var whole = lost.filter(form => form.body);
    var actions = told.querySelector(".actions");
    if (whole.length) actions.onclick = () => { Promise.all(whole.map(form => line.keep({ ...form, state: "" }))).then(wake); };
    else actions.remove();
    document.querySelector("main .frame").append(told);
  }

  // It waits until the page has come that holds it now.
  function reopen(form) {
    sessionStorage.reopened = form.token;
    var carrier = document.createElement("form");
    carrier.method = "post";
    carrier.action = form.action + "#reopened";
    document.body.append(carrier);
    fill(carrier, new URLSearchParams(form.body));
    carrier.submit();
  }

  function wake() {
    clearTimeout(again);
    line.send().then(line.all).then(forms => {
      report(forms);
      var due = forms.filter(form => !form.state).map(form => form.next || Date.now() + 65000);
      if (due.length) {
        again = setTimeout(wake, Math.max(2000, Math.min.apply(null, due) - Date.now()));
        navigator.serviceWorker && navigator.serviceWorker.ready.then(worker => { if (worker.sync) return worker.sync.register("line"); }).catch(() => {});
      }
    }).catch(() => { /* a browser that keeps nothing here */ });
  }

  function prepare() {
    var form = sheet();
    if (!window.caches || !navigator.serviceWorker) return;
    (kiosk ? ["/s/", kiosk] : form ? ["/s/"] : []).forEach(scope => {
      navigator.serviceWorker.register(words.dataset.worker, { scope: scope }).catch(() => {});
    });
    document.querySelectorAll("[data-whole^='/']").forEach(one => { fetchBlank(one.dataset.whole).catch(() => {}); });
  }

  document.addEventListener("submit", event => {
    var form = event.target;
    if (kiosk || navigator.onLine || form.id !== "answers" || !form.dataset.whole) return;
    event.preventDefault();
    line.page.away(form, said(form, event.submitter));
  });

  window.addEventListener("online", wake);
  line.page = { blank, fill, load, said, tell, away: (form, body) => {
    return isFinished(form, body) ? finish(form, body) : spread(form, body);
  } };
  prepare();
  if (location.hash === "#reopened") {
    line.drop(sessionStorage.reopened || "");
    sessionStorage.reopened = "";
  }
  wake();
  var typed = document.querySelector('meta[name="typed"]');
  if (typed && sheet()) {
    typed = new URLSearchParams(typed.content);
    fill(sheet(), typed);
    line.page.away(sheet(), typed);
  }
})();
