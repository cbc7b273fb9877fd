/* What the office adds to plain forms: the CSRF token for htmx, spoken notices, filters that act at once, a menu that closes.
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
})();
