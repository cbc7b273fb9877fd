/* What waits on this device for the line, and how it is sent: for pages and for the worker alike. A form is sent under
   the token that it was shown with, so however often it goes out it counts once. */
"use strict";
var line = (function () {
  var PATIENCE = 30000;
  var LONGEST = 600000;

  function open() {
    return new Promise((done, failed) => {
      var asked = indexedDB.open("minping", 1);
      asked.onupgradeneeded = () => {
        ["forms", "tokens"].forEach(name => { asked.result.createObjectStore(name, { keyPath: "token" }); });
      };
      asked.onsuccess = () => { done(asked.result); };
      asked.onerror = () => { failed(asked.error); };
    });
  }

  // One transaction; `work` gets the store and a function that takes the result.
  function deal(name, work) {
    return open().then(base => {
      return new Promise((done, failed) => {
        var result;
        var all = base.transaction(name, "readwrite", { durability: "strict" });
        work(all.objectStore(name), found => { result = found; });
        all.oncomplete = () => { base.close(); done(result); };
        all.onabort = () => { base.close(); failed(all.error); };
      });
    });
  }

  function keep(form) { return deal("forms", store => { store.put(form); }); }

  function drop(token) { return deal("forms", store => { store.delete(token); }); }

  function all() {
    return deal("forms", (store, give) => {
      store.getAll().onsuccess = event => { give(event.target.result); };
    });
  }

  async function fetched(address, body) {
    var stop = new AbortController();
    var timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      var answer = await fetch(address, { method: "POST", body: new URLSearchParams(body), credentials: "omit", signal: stop.signal });
      if (answer.status >= 500 || answer.status === 429 || answer.status === 408) throw new Error("later");
      return { status: answer.status, html: await answer.text() };
    } finally { clearTimeout(timer); }
  }

  function receipts(html) {
    return (html.match(/class="receipt-code"[^>]*>.*?<\/p>/gs) || []).map(one => one.match(/<span>[^<]*/g).map(group => group.slice(6)));
  }

  function changes(html) {
    return ((/class="change-words".*?<\/ol>/s.exec(html) || [""])[0].match(/<li>[^<]*/g) || []).map(one => one.slice(4));
  }

  function settle(form, answer) {
    var found = answer.status === 200 ? receipts(answer.html) : [];
    // What is not a page of ours comes from somebody in between, such as the sign-in of a café.
    if (!/ id="line"/.test(answer.html)) throw answer;
    // Whose receipt it is does not come back to a device that all use.
    if (form.kiosk || (form.shared && found.length)) return drop(form.token);
    if (found.length) return keep({ token: form.token, state: "sent", receipts: found, words: changes(answer.html) });
    form.state = "refused";
    form.status = answer.status;
    return keep(form);
  }

  function later(form) {
    form.tries = (form.tries || 0) + 1;
    form.next = Date.now() + Math.min(LONGEST, 5000 * Math.pow(2, form.tries - 1)) * (0.75 + Math.random() / 2);
    return keep(form);
  }

  // The calculation that a form from a busy neighbourhood is asked for, as in work.js, but with nobody waiting.
  async function prove(token, bits) {
    for (var from = 0; ; from += 500) {
      var some = Array.from({ length: 500 }, (_one, place) => ("000000" + (from + place)).slice(-7));
      var hashes = await Promise.all(some.map(one => crypto.subtle.digest("SHA-256", new TextEncoder().encode(token + one))));
      var at = hashes.findIndex(one => new DataView(one).getUint32(0) < Math.pow(2, 32 - bits));
      if (at >= 0) return some[at];
    }
  }

  async function answerTo(form) {
    var answer = await fetched(form.action, form.body);
    var bits = answer.status === 428 && /data-bits="(\d+)"/.exec(answer.html);
    return bits ? fetched(form.action, form.body + "&work=" + await prove(form.token, bits[1])) : answer;
  }

  // Send what waits, one after the other; at the first that does not go through the rest waits with it.
  async function sendAll() {
    for (var form of await all()) {
      try {
        if (!form.state) await settle(form, await answerTo(form));
      } catch (_away) {
        return later(form);
      }
    }
  }

  // Two pages and the worker wake at the same moment: one sends, the others find nothing left. Where there are no locks
  // the form's token alone makes once of twice.
  function send() { return navigator.locks ? navigator.locks.request("line", sendAll) : sendAll(); }

  return { all: all, deal: deal, drop: drop, keep: keep, send: send };
})();
