/* Two answers that need a device: where somebody is, by a button and coarsened before it leaves, and a drawn signature.
   Without this both are given in words. */
"use strict";
(function () {
  var boxes = "[data-location], [data-signature]";
  var drawing = null;

  function field(box) { return box.querySelector("input[type=hidden]"); }

  function show(box) {
    var kept = field(box).value;
    var found = box.querySelector("[data-found]");
    var sheet = box.querySelector("svg");
    box.querySelector("[data-clear]").hidden = !kept;
    if (found) found.textContent = kept.replace(",", ", ");
    if (!sheet) return;
    sheet.textContent = "";
    kept.split(";").forEach(function (stroke) {
      var line = document.createElementNS(sheet.namespaceURI, "polyline");
      line.setAttribute("points", stroke);
      sheet.appendChild(line);
    });
  }

  function prepare() {
    document.querySelectorAll(boxes).forEach(function (box) {
      var find = box.querySelector("[data-find]");
      if (box.dataset.ready || (find && !navigator.geolocation)) return;
      box.dataset.ready = "1";
      box.hidden = false;
      if (find) find.hidden = false;
      show(box);
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-find], [data-clear]");
    var box = button && button.closest(boxes);
    if (!box) return;
    if (button.hasAttribute("data-clear")) {
      field(box).value = "";
      show(box);
      (box.querySelector("[data-find]") || box.parentNode.querySelector("input")).focus();
      return;
    }
    navigator.geolocation.getCurrentPosition(function (place) {
      field(box).value = [place.coords.latitude, place.coords.longitude].map(function (degrees) {
        return degrees.toFixed(box.dataset.location);
      }).join(",");
      show(box);
    }, function () {
      box.querySelector("[data-found]").textContent = box.dataset.refused;
    }, { timeout: 20000, maximumAge: 600000 });
  });

  // A stroke is “x,y,x,y”, strokes are divided by semicolons, on a sheet of 1000 by 400.
  function point(event) {
    var edge = drawing.sheet.getBoundingClientRect();
    var x = Math.round((event.clientX - edge.left) / edge.width * 1000);
    var y = Math.round((event.clientY - edge.top) / edge.height * 400);
    var at = drawing.at;
    var kept = field(drawing.box);
    if (x < 0 || y < 0 || x > 1000 || y > 400 || (at && Math.abs(at[0] - x) + Math.abs(at[1] - y) < 8)) return;
    if (kept.value.length > 8000 || kept.value.split(";").length > 59) return;
    kept.value += (at ? "," : kept.value && ";") + x + "," + y;
    drawing.at = [x, y];
    show(drawing.box);
  }

  document.addEventListener("pointerdown", function (event) {
    var sheet = event.target.closest("[data-signature] svg");
    if (!sheet) return;
    event.preventDefault();
    drawing = { sheet: sheet, box: sheet.closest(boxes) };
    point(event);
  });
  document.addEventListener("pointermove", function (event) { if (drawing) point(event); });
  document.addEventListener("pointerup", function () { drawing = null; });

  new MutationObserver(prepare).observe(document.body, { childList: true, subtree: true });
  prepare();
})();
