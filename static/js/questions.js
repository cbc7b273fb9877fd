/* Comforts for three kinds of questions, each complete without: a search above a long list, a slider beside its field,
   and what is left to share out. What they fill in are the fields that the form sends anyway. */
"use strict";
(function () {
  var ready = new WeakSet();

  function each(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), function (one) {
      if (ready.has(one)) return;
      ready.add(one);
      act(one);
    });
  }

  // Entries that do not hold what is typed are hidden; the list opens as far as it still has some.
  function search(list) {
    var field = document.createElement("input");
    field.type = "search";
    field.className = "input searching";
    field.placeholder = list.dataset.search;
    field.setAttribute("aria-label", list.dataset.search);
    field.setAttribute("autocomplete", "off");
    field.setAttribute("aria-controls", list.id);
    list.parentNode.insertBefore(field, list);
    field.addEventListener("input", function () {
      var typed = field.value.trim().toLowerCase();
      var left = 0;
      Array.prototype.forEach.call(list.options, function (entry) {
        var fits = !typed || entry.selected || (entry.value && entry.text.toLowerCase().indexOf(typed) >= 0);
        entry.hidden = entry.disabled = !fits;
        left += fits ? 1 : 0;
      });
      if (typed) list.size = Math.max(2, Math.min(8, left));
      else list.removeAttribute("size");
    });
    field.addEventListener("keydown", function (event) {
      if (event.key === "Enter" || event.key === "ArrowDown") {
        event.preventDefault();
        list.focus();
      }
    });
  }

  // The slider has no name and no say until it is touched; an empty field sets it back.
  function slide(line) {
    var field = document.getElementById(line.dataset.fills);
    if (!field) return;
    function follow() {
      var said = field.value.trim() !== "" && !isNaN(field.value);
      line.classList.toggle("untouched", !said);
      line.setAttribute("aria-valuetext", said ? field.value : "–");
      if (said) line.value = field.value;
    }
    function fill() {
      field.value = line.value;
      follow();
    }
    line.hidden = false;
    line.addEventListener("input", fill);
    line.addEventListener("click", fill); // touching it where it happens to stand is an answer too
    line.addEventListener("keydown", function (event) {
      if (event.key === " " || event.key === "Enter") {
        event.preventDefault();
        fill();
      }
    });
    line.addEventListener("change", function () { field.dispatchEvent(new Event("change", { bubbles: true })); });
    field.addEventListener("input", follow);
    follow();
  }

  function share(list) {
    var rest = list.querySelector("[data-rest]");
    list.addEventListener("input", function () {
      var typed = Array.prototype.map.call(list.querySelectorAll("input"), function (one) { return one.value.trim(); });
      var known = typed.some(Boolean) && typed.every(function (one) { return /^[0-9]*$/.test(one); });
      var given = typed.reduce(function (sum, one) { return sum + Number(one); }, 0);
      rest.hidden = !known;
      rest.querySelector("output").textContent = known ? String(list.dataset.total - given) : "";
    });
  }

  function prepare() {
    each("select[data-search]", search);
    each("input[data-fills]", slide);
    each("[data-total]", share);
  }

  prepare();
  new MutationObserver(prepare).observe(document.body, { childList: true, subtree: true });
})();
