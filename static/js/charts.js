/* Draws a page's charts with Plotly, fetched only when there are any and there is room to explore them; the server's own
   drawing and the table beside each say the same without it.
   Plotly's style rules come as a file under the id it looks for: the policy forbids a <style> made by a script. */
"use strict";
(function () {
  var self = document.currentScript;
  var root = document.documentElement;
  var figures = document.querySelectorAll("figure[data-chart]");
  if (!figures.length || (navigator.connection || {}).saveData || matchMedia("(max-width: 43.99rem)").matches) return;

  // "--grade-5" anywhere in a figure becomes that token's value, light or dark.
  function coloured(value) {
    if (typeof value === "string" && value.slice(0, 2) === "--") {
      return getComputedStyle(root).getPropertyValue(value).trim();
    }
    if (!value || typeof value !== "object") return value;
    var copy = Array.isArray(value) ? [] : {};
    for (var key in value) copy[key] = coloured(value[key]);
    return copy;
  }

  // What a layout leaves open is filled in.
  function filled(given, rest) {
    for (var key in rest) {
      if (!(key in given)) given[key] = rest[key];
      else if (typeof rest[key] === "object") filled(given[key], rest[key]);
    }
    return given;
  }

  function layout(given) {
    var axis = { automargin: true, fixedrange: true, gridcolor: "--chart-grid", linecolor: "--line-strong" };
    var font = { family: "--font", size: 14, color: "--ink" };
    return coloured(filled(given || {}, {
      font: font,
      paper_bgcolor: "transparent",
      plot_bgcolor: "transparent",
      margin: { l: 8, r: 30, t: 12, b: 8 },
      hoverlabel: { bgcolor: "--surface", bordercolor: "--line-strong", font: font },
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", traceorder: "normal" },
      uniformtext: { minsize: 11, mode: "hide" },
      dragmode: false,
      xaxis: axis,
      yaxis: axis,
    }));
  }

  function draw() {
    figures.forEach(function (figure) {
      try {
        var content = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
        var canvas = figure.querySelector(".chart-canvas");
        if (!canvas) {
          canvas = figure.appendChild(document.createElement("div"));
          canvas.className = "chart-canvas";
          canvas.setAttribute("role", "img");
          canvas.setAttribute("aria-label", figure.querySelector("figcaption").textContent);
        }
        figure.hidden = false; // Plotly measures it
        canvas.style.height = content.layout.height + "px"; // or it would grow over the table when a phone is turned
        window.Plotly.react(canvas, coloured(content.data), layout(content.layout), { displayModeBar: false, responsive: true });
      } catch (fault) {
        figure.hidden = true;
      }
    });
  }

  var rules = document.createElement("link");
  rules.id = "plotly.js-style-global";
  rules.className = "no-inline-styles";
  rules.rel = "stylesheet";
  rules.href = self.dataset.rules;
  var plotly = document.createElement("script");
  plotly.src = self.dataset.plotly;
  plotly.onload = function () {
    draw();
    matchMedia("(prefers-color-scheme: dark)").onchange = draw;
  };
  document.head.append(rules, plotly);
})();
