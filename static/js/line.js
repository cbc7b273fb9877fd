/* What waits on this device for the line, and how it is sent: for pages and the worker. A form goes out under the token
   that it was shown with, so it counts once. */
"use strict";
var line = (function () {
  var PATIENCE = 30000;
  var LONGEST = 600000;
  var DAY = 86400000;

  // One transaction; `work` gets the store and a function that takes the result.
  function deal(name, work) {
    return new Promise((done, failed) => {
      var asked = indexedDB.open("minping", 1);
      asked.onupgradeneeded = () => {
        ["forms", "tokens"].forEach(name => { asked.result.createObjectStore(name, { keyPath: "token" }); });
      };
      asked.onerror = failed;
      asked.onsuccess = () => {
        var result;
        var all = asked.result.transaction(name, "readwrite", { durability: "strict" });
        all.oncomplete = () => { asked.result.close(); done(result); };
        all.onabort = () => { asked.result.close(); failed(all.error); };
        work(all.objectStore(name), found => { result = found; });
      };
    });
  }

  function keep(form) { return deal("forms", store => { store.put(form); }); }

  // Fails where a form of the same token is here: two tabs had one sheet, and only one of them counts.
  function add(form) { return deal("forms", store => { store.add(form); }); }

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
      if (answer.status >= 500) throw answer;
      return { status: answer.status, html: await answer.text() };
    } finally { clearTimeout(timer); }
  }

  // What stands in groups on a page: receipts and words.
  function groups(html, each) {
    return (html.match(each) || []).map(one => one.match(/<span>[^<]*/g).map(group => group.slice(6)));
  }

  function settle(form, answer) {
    // What is not a page of ours comes from somebody in between, such as the sign-in of an inn.
    if (!/ id="line" data-worker/.test(answer.html)) throw answer;
    var found = answer.status === 200 ? groups(answer.html, /class="receipt-code".*?<\/p>/gs) : [];
    // Whose receipt it is does not come back to a device that all use.
    if (form.kiosk ? answer.status === 200 : form.shared && found.length) return drop(form.token);
    if (!form.kiosk) form.at = Date.now();
    if (found.length) return keep({ token: form.token, at: form.at, state: "sent", tries: 0, again: / data-again/.test(answer.html), receipts: found, words: groups(answer.html, /<li><span>.*?<\/li>/gs) });
    form.state = "refused";
    form.status = answer.status;
    return keep(form);
  }

  // At a kiosk nobody takes notice of a form that is over: its answers go, that there was one stays as long again.
  function end(form) {
    if (!form.kiosk || !form.body) return drop(form.token);
    return keep({ token: form.token, kiosk: form.kiosk, at: Date.now(), state: "refused", tries: 0 });
  }

  function later(form) {
    form.tries += 1;
    form.next = Date.now() + Math.min(LONGEST, 2500 * Math.pow(2, form.tries)) * (0.75 + Math.random() / 2);
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

  // Send what waits, one after the other. At the first that does not go through the rest waits with it, and it comes
  // last the next time. What is over goes: a receipt after a day, a form that was not taken after four.
  async function sendAll() {
    var away = false;
    for (var form of (await all()).sort((one, other) => one.tries - other.tries)) {
      try {
        if (Date.now() - form.at > DAY * (form.receipts ? 1 : 4)) await end(form);
        else if (!form.state && !away) await settle(form, await answerTo(form));
      } catch (_away) {
        away = true;
        await later(form);
      }
    }
  }

  // Two pages and the worker wake at the same moment: one sends, the others find nothing left. Where there are no locks
  // the form's token alone makes once of twice.
  function send() { return navigator.locks ? navigator.locks.request("line", sendAll) : sendAll(); }

  return { add, all, deal, drop, keep, send };
})();
