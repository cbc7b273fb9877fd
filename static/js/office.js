/* What the office adds to plain forms: the CSRF token for htmx, spoken notices, dragging, a menu that closes.
   Without it every page still works. */
"use strict";
(function () {
  var token = document.querySelector('meta[name="csrf-token"]');

  document.addEventListener("htmx:configRequest", function (event) {
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.content;
  });

  // A server's `HX-Trigger: {"announce": "Saved"}` is read out, since the page did not change as a whole.
  document.addEventListener("announce", function (event) {
    var place = document.getElementById("announce");
    if (place) place.textContent = event.detail.value || "";
  });

  // <select data-submit> or a checkbox filters at once; without a script its form has a button.
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });

  // <form data-confirm="…"> asks once more before what cannot be undone.
  document.addEventListener("submit", function (event) {
    var words = event.target.getAttribute("data-confirm");
    if (words && !window.confirm(words)) event.preventDefault();
  });

  var user = document.querySelector(".office-user");
  if (user) {
    document.addEventListener("click", function (event) {
      if (!user.contains(event.target)) user.open = false;
    });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && user.open) {
        user.open = false;
        user.querySelector("summary").focus();
      }
    });
  }

  // Dragging is a shortcut for the up and down buttons. The new order is sent as `order=id` repeated.
  function sortable(list) {
    if (!window.Sortable || list.dataset.sorting) return;
    list.dataset.sorting = "on";
    window.Sortable.create(list, {
      handle: ".grip",
      animation: 0,
      ghostClass: "sortable-ghost",
      onEnd: function () {
        var body = new URLSearchParams();
        Array.prototype.forEach.call(list.children, function (row) {
          if (row.dataset.id) body.append("order", row.dataset.id);
        });
        fetch(list.dataset.sortUrl, {
          method: "POST",
          body: body,
          credentials: "same-origin",
          headers: { "X-CSRFToken": token ? token.content : "" },
        }).then(function (answer) {
          if (!answer.ok) window.location.reload();
        }, function () {
          window.location.reload();
        });
      },
    });
  }

  function ready(root) {
    root.querySelectorAll("[data-sort-url]").forEach(sortable);
  }
  window.addEventListener("load", function () { ready(document); });
  document.addEventListener("htmx:load", function (event) { ready(event.detail.elt); });
})();
