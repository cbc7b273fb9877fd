/* Forms for one person after the other, on a kiosk or with an interviewer: tokens are fetched ahead, so that there is
   always a fresh form. A kiosk turns its pages in place, so that the way back leads nowhere, and wipes itself. */
"use strict";
(function () {
  var page = line.page;
  var words = document.getElementById("line");
  var start = words.dataset.kiosk;
  var IDLE = 60;
  var WARNING = 20;
  var AFTER = 30;
  var left = IDLE + WARNING;
  var tokens = "";

  // Tokens of yesterday are thrown away: a form is to arrive within its days.
  function refill() {
    var pool = document.querySelector("[data-tokens]");
    if (!pool) return;
    var from = tokens = pool.dataset.tokens;
    line.deal("tokens", (store, give) => {
      store.getAll().onsuccess = event => {
        var fresh = event.target.result.filter(one => {
          if (one.from === from && Date.now() - one.at < 86400000) return true;
          // Without a line an old one is better than none.
          if (navigator.onLine) store.delete(one.token);
          return false;
        });
        give(fresh.length);
      };
    }).then(many => {
      if (many >= 20) return null;
      return fetch(from, { method: "POST", body: new URLSearchParams({ pass: pool.elements.pass.value }), credentials: "omit" });
    }).then(answer => answer && answer.ok ? answer.json() : null).then(found => {
      if (found) return line.deal("tokens", store => {
        found.tokens.forEach(token => { store.put({ token: token, from: from, at: Date.now() }); });
      });
    }).catch(() => {});
  }

  function begin(address, carried) {
    return Promise.all([page.blank(address), line.deal("tokens", (store, give) => {
      store.openCursor().onsuccess = event => {
        var at = event.target.result;
        if (!at) return;
        give(at.value.token);
        at.delete();
      };
    })]).then(found => {
      if (!found[0] || !found[1]) return page.tell("stay");
      show(found[0]);
      document.getElementById("answers").dataset.tokens = tokens;
      page.fill(document.getElementById("answers"), new URLSearchParams([["token", found[1]]].concat(carried)));
    });
  }

  function show(fresh) {
    var here = document.documentElement;
    document.title = fresh.title;
    ["lang", "dir"].forEach(name => { here[name] = fresh.documentElement[name]; });
    here.dataset.view = fresh.documentElement.dataset.view || "";
    (start ? ["header", "main", "footer", "#line"] : ["main"]).forEach(name => {
      var now = fresh.querySelector(name);
      if (now) document.querySelector(name).replaceWith(now);
    });
    page.load(fresh);
    scrollTo(0, 0);
    document.querySelector("main").focus();
  }

  document.addEventListener("saved", event => {
    var next = document.querySelector("main [data-act=next]");
    var carried = ["ch", "pass", "point", "language"].map(name => [name, event.detail[1].get(name) || ""]);
    if (start) left = AFTER;
    else if (next) next.onclick = () => { begin(event.detail[0], carried); };
  });
  refill();
  if (!start) return;
  if (isStart() && window.caches) fetch(start).then(answer => {
    if (answer.ok) return caches.open("line").then(kept => kept.put(start, answer));
  }).catch(() => {});

  // A person's pages stand in the place of each other: nothing of them is in the history, and no link leads away.
  function travel(form, button) {
    var body = page.said(form, button);
    var sent = form.enctype === "multipart/form-data" ? new FormData(form) : body;
    var address = form.action;
    if (form.method === "get") address = address.split("?")[0] + "?" + body;
    else if (sent !== body && button && button.name) sent.append(button.name, button.value);
    var stop = new AbortController();
    var timer = setTimeout(() => { stop.abort(); }, 20000);
    return fetch(address, { method: form.method, body: form.method === "get" ? undefined : sent, signal: stop.signal }).then(answer => {
      clearTimeout(timer);
      if (answer.status >= 500) throw new Error("later");
      return answer.text();
    }).then(html => {
      show(new DOMParser().parseFromString(html, "text/html"));
      if (!isOpen()) left = AFTER;
    }).catch(() => {
      if (form.id === "begin") return begin(button.dataset.whole, [["code", body.get("code")]].filter(one => one[1]));
      if (form.id === "answers") return page.away(form, body);
      return page.tell("stay");
    });
  }

  function wipe() {
    document.querySelectorAll("form").forEach(form => { form.reset(); });
    document.body.hidden = true;
    location.replace(start);
  }

  function isStart() { return Boolean(document.getElementById("begin")); }

  function isOpen() { return Boolean(document.querySelector("main form:not(#done)")); }

  function touched() {
    var still = document.getElementById("still");
    if (isOpen()) left = IDLE + WARNING;
    if (still && still.open) still.close();
  }

  setInterval(() => {
    var still = document.getElementById("still");
    if (isStart() && !document.querySelector("#begin input[name=code]").value) left = IDLE + WARNING;
    left -= 1;
    if (left <= 0) return wipe();
    if (left <= WARNING && isOpen()) {
      still.querySelector("output").textContent = left;
      if (!still.open) still.showModal();
    }
  }, 1000);
  setInterval(refill, 600000);

  ["pointerdown", "keydown", "input", "wheel", "touchmove"].forEach(kind => {
    document.addEventListener(kind, touched, { passive: true });
  });
  document.addEventListener("submit", event => {
    event.preventDefault();
    if (event.target.id === "done") wipe();
    else travel(event.target, event.submitter);
  });
  document.addEventListener("click", event => {
    var way = event.target.closest("a[href]");
    if (way && way.getAttribute("href")[0] !== "#") event.preventDefault();
  });
  window.addEventListener("pageshow", event => { if (event.persisted) wipe(); });
  window.addEventListener("contextmenu", event => { event.preventDefault(); });
})();
