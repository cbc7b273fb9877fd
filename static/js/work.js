/* Finds seven digits such that SHA-256 of the form's token and them begins with so many zero bits (one block, FIPS
   180-4 §6.2), and sends the form with them. Short turns keep the page alive. */
"use strict";
(function () {
  var form = document.querySelector("form[data-work]");
  if (!form) return;
  var token = form.dataset.work, bits = +form.dataset.bits, expected = Math.pow(2, bits);
  var line = document.getElementById("work"), bar = line.firstElementChild;
  var K = [], H = [], block = new Int32Array(64), tried = 0;

  function fraction(root) { return (root - Math.floor(root)) * 4294967296 | 0; }
  for (var n = 2; K.length < 64; n++) {
    for (var d = 2; d * d <= n && n % d; d++);
    if (d * d <= n) continue;
    if (H.length < 8) H.push(fraction(Math.sqrt(n)));
    K.push(fraction(Math.cbrt(n)));
  }

  function put(at, code) { block[at >> 2] |= code << 24 - at % 4 * 8; }

  function turned(x, by) { return x >>> by | x << 32 - by; }

  function head(number) { // the first 32 bits of the hash
    block[12] = block[13] = block[14] = 0;
    for (var i = 0; i < 7; i++) put(48 + i, number.charCodeAt(i));
    put(55, 128);
    block[15] = 440;
    var a = H[0], b = H[1], c = H[2], d = H[3], e = H[4], f = H[5], g = H[6], h = H[7], s, t, x, y;
    for (i = 0; i < 64; i++) {
      if (i > 15) {
        x = block[i - 15];
        y = block[i - 2];
        block[i] = block[i - 16] + block[i - 7] + (turned(x, 7) ^ turned(x, 18) ^ x >>> 3) +
          (turned(y, 17) ^ turned(y, 19) ^ y >>> 10);
      }
      s = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + (e & f ^ ~e & g) + K[i] + block[i] | 0;
      t = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + (a & b ^ a & c ^ b & c);
      h = g;
      g = f;
      f = e;
      e = d + s | 0;
      d = c;
      c = b;
      b = a;
      a = s + t | 0;
    }
    return a + H[0] >>> 0;
  }

  function turn() {
    for (var until = Date.now() + 40; Date.now() < until;) {
      for (var i = 0; i < 200; i++) {
        var number = ("000000" + tried++).slice(-7);
        if (head(number) < 4294967296 / expected) return send(number);
      }
    }
    bar.value = 1 - Math.exp(-tried / expected);
    setTimeout(turn);
  }

  function send(number) {
    var field = document.createElement("input");
    field.type = "hidden";
    field.name = "work";
    field.value = number;
    form.appendChild(field);
    form.submit();
  }

  for (var i = 0; i < 48; i++) put(i, token.charCodeAt(i));
  line.hidden = false;
  turn();
})();
