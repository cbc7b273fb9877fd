/* The worker: answers for the site while the line is away. It hands out the blank sheet that a page had it keep, and
   gives a form that could not be sent back to the page, which keeps it. It never keeps an answer itself. */
"use strict";
(function () {
  var PATIENCE = 20000; // ms until the first word of an answer
  var FIRST = 3; // of `KEPT`, which every page needs; the others are kept when a page asks for them

  self.addEventListener("install", event => {
    event.waitUntil(caches.open("line").then(kept => {
      return Promise.all(KEPT.slice(0, FIRST).map(one => { return kept.add(one).catch(() => {}); }));
    }).then(() => self.skipWaiting()));
  });

  self.addEventListener("activate", event => { event.waitUntil(self.clients.claim()); });

  self.addEventListener("sync", event => {
    event.waitUntil(line.send().then(line.all).then(forms => {
      // A rejection has the browser try again.
      if (forms.some(form => !form.state)) throw new Error("still waiting");
    }));
  });

  function about(said) { return said.getAll("about").sort().join(); }

  // Only what was asked for: about the same departments, in the same language if one was said. A kiosk begins anew.
  function away(request, typed) {
    var path = new URL(request.url);
    var said = new URLSearchParams(typed || path.search);
    var language = said.get("language") || said.get("lang");
    return caches.open("line").then(kept => {
      return kept.keys().then(keys => {
        var fit = keys.map(one => new URL(one.url)).filter(one => one.pathname === path.pathname);
        var best = fit.find(one => !one.search) || fit.find(one => {
          return about(one.searchParams) === about(said) && (!language || one.searchParams.get("lang") === language);
        });
        return best && kept.match(best.href, { ignoreVary: true });
      });
    }).then(sheet => {
      if (!sheet) return Response.error();
      if (typed === undefined) return sheet;
      return sheet.text().then(html => {
        var words = typed.replace(/&/g, "&amp;").replace(/"/g, "&quot;");
        return new Response(html.replace("</head>", '<meta name="typed" content="' + words + '"></head>'), { headers: sheet.headers });
      });
    });
  }

  // The sheet that was handed out has done its work: its token is one person's. Another comes in its place.
  function forget(sent) {
    return sent.formData().then(form => {
      if (!form.has("whole") || form.has("pass")) return;
      return caches.open("line").then(kept => kept.keys().then(keys => Promise.all(keys.filter(one => {
        return new URL(one.url).search && new URL(one.url).pathname === new URL(sent.url).pathname;
      }).map(one => kept.delete(one).then(() => {
        fetch(one.url, { credentials: "omit" }).then(fresh => fresh.ok && kept.put(one, fresh)).catch(() => {});
      })))));
    });
  }

  function travel(request) {
    var copy = request.method === "POST" ? request.clone() : null;
    function without() {
      return copy ? copy.formData().then(form => {
        var said = new URLSearchParams();
        form.forEach((value, name) => { said.append(name, typeof value === "string" ? value : ""); });
        return away(request, String(said));
      }) : away(request);
    }
    // As it came: with anything added it would no longer say from which site it comes.
    return Promise.race([fetch(request), new Promise((_done, failed) => { setTimeout(failed, PATIENCE); })]).then(answer => {
      if (answer.status < 500) return copy ? forget(copy).then(() => answer, () => answer) : answer;
      return without().then(kept => kept.type === "error" ? answer : kept);
    }, without);
  }

  self.addEventListener("fetch", event => {
    var request = event.request;
    var path = new URL(request.url);
    if (path.origin !== self.location.origin) return;
    if (request.mode === "navigate") {
      var ours = request.method === "GET" || request.referrer.indexOf(path.origin + "/") === 0;
      if (ours && /^\/(s\/[^/]+|kiosk)\/$/.test(path.pathname)) event.respondWith(travel(request));
    } else if (request.method === "GET" && KEPT.indexOf(path.pathname) >= 0) {
      event.respondWith(fetch(request).then(answer => {
        var copy = answer.clone();
        if (answer.ok) event.waitUntil(caches.open("line").then(kept => kept.put(path.pathname, copy)));
        return answer;
      }).catch(() => {
        return caches.match(request.url, { ignoreSearch: true, ignoreVary: true }).then(kept => kept || Response.error());
      }));
    }
  });
})();
