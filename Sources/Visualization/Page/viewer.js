(function () {
  var data = JSON.parse(document.getElementById('data').textContent);
  var get = function (id) { return document.getElementById(id); };
  var canvas = get('picture'), context = canvas.getContext('2d');
  var plane = get('plane'), chart = plane.getContext('2d');
  var wipe = get('wipe'), temperature = get('temperature');
  var count = data.a.length, current, place = { x: 0.5, y: 0.5 };

  // sRGB and CIE Lab under D65.
  var linear = new Float32Array(256);
  for (var code = 0; code < 256; code++) {
    var share = code / 255;
    linear[code] = share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
  }
  var bend = function (t) { return t > 0.008856451679 ? Math.cbrt(t) : (903.2962963 * t + 16) / 116; };
  var unbend = function (t) { return t > 0.2068965517 ? t * t * t : (116 * t - 16) / 903.2962963; };
  var gamma = function (v) {
    return 255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * Math.pow(v, 1 / 2.4) - 0.055);
  };
  var lab = function (r, g, b) {
    r = linear[r]; g = linear[g]; b = linear[b];
    var x = bend((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
    var y = bend(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
    var z = bend((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
  };
  var rgb = function (l, a, b, out, at) {
    var y = (l + 16) / 116, x = 0.95047 * unbend(y + a / 500), z = 1.08883 * unbend(y - b / 200);
    y = unbend(y);
    out[at] = gamma(Math.max(0, 3.2404542 * x - 1.5371385 * y - 0.4985314 * z));
    out[at + 1] = gamma(Math.max(0, -0.969266 * x + 1.8760108 * y + 0.041556 * z));
    out[at + 2] = gamma(Math.max(0, 0.0556434 * x - 0.2040259 * y + 1.0572252 * z));
    out[at + 3] = 255;
  };
  var swatch = function (l, a, b) {
    var out = new Uint8ClampedArray(4);
    rgb(l, a, b, out, 0);
    return 'rgb(' + out[0] + ',' + out[1] + ',' + out[2] + ')';
  };

  // What a level of the stored scores weighs at a temperature: levels are steps below the best.
  var weights = function (warmth) {
    var table = new Float64Array(256);
    for (var level = 0; level < 256; level++) {
      table[level] = warmth > 0 ? Math.exp(-level * data.step / warmth) : level === 0 ? 1 : 0;
    }
    return table;
  };
  var mean = function (levels, pixel, table) {
    var sum = 0, a = 0, b = 0;
    for (var bin = 0; bin < count; bin++) {
      var weight = table[levels[pixel * count + bin]];
      sum += weight; a += weight * data.a[bin]; b += weight * data.b[bin];
      // The mode is the first of the best bins.
      if (weight === 1 && table[1] === 0) return [data.a[bin], data.b[bin]];
    }
    return [a / sum, b / sum];
  };

  // The place between old pixels that a new one takes, with centers at halves.
  var tap = function (at, from, to) {
    var where = Math.max(0, (at + 0.5) * from / to - 0.5), low = Math.min(Math.floor(where), from - 1);
    return [low, Math.min(low + 1, from - 1), where - low];
  };
  var paint = function () {
    var one = current, table = weights(+temperature.value), cells = one.columns * one.rows;
    var a = new Float32Array(cells), b = new Float32Array(cells);
    for (var pixel = 0; pixel < cells; pixel++) {
      var color = mean(one.levels, pixel, table);
      a[pixel] = color[0]; b[pixel] = color[1];
    }
    var image = new ImageData(one.width, one.height);
    for (var y = 0; y < one.height; y++) {
      var v = tap(y, one.rows, one.height), top = v[0] * one.columns, bottom = v[1] * one.columns;
      for (var x = 0; x < one.width; x++) {
        var u = tap(x, one.columns, one.width);
        var between = function (map) {
          var above = map[top + u[0]] + (map[top + u[1]] - map[top + u[0]]) * u[2];
          var below = map[bottom + u[0]] + (map[bottom + u[1]] - map[bottom + u[0]]) * u[2];
          return above + (below - above) * v[2];
        };
        rgb(one.lightness[y * one.width + x], between(a), between(b), image.data, 4 * (y * one.width + x));
      }
    }
    one.painted = image;
    draw();
  };
  var draw = function () {
    var one = current, cut = Math.round(one.width * wipe.value / 100);
    context.drawImage(one.image, 0, 0, one.width, one.height);
    if (cut > 0) context.putImageData(one.painted, 0, 0, 0, 0, cut, one.height);
    get('line').style.left = wipe.value + '%';
    get('ring').style.left = 100 * place.x + '%';
    get('ring').style.top = 100 * place.y + '%';
    get('wiped').textContent = wipe.value + ' %';
    get('warm').textContent = (+temperature.value).toFixed(2);
    point();
  };
  var point = function () {
    var one = current;
    var column = Math.min(one.columns - 1, Math.floor(place.x * one.columns));
    var row = Math.min(one.rows - 1, Math.floor(place.y * one.rows)), pixel = row * one.columns + column;
    var x = Math.min(one.width - 1, Math.floor(place.x * one.width));
    var y = Math.min(one.height - 1, Math.floor(place.y * one.height)), at = y * one.width + x;
    var truth = lab(one.pixels[4 * at], one.pixels[4 * at + 1], one.pixels[4 * at + 2]);
    var table = weights(1), sum = 0, entropy = 0, bins = [];
    for (var bin = 0; bin < count; bin++) sum += table[one.levels[pixel * count + bin]];
    for (bin = 0; bin < count; bin++) {
      var share = table[one.levels[pixel * count + bin]] / sum;
      entropy -= share > 0 ? share * Math.log(share) : 0;
      bins.push({ share: share, a: data.a[bin], b: data.b[bin] });
    }
    var style = getComputedStyle(document.body), ink = style.color;
    var size = plane.width, scale = size / 240;
    var across = function (value) { return (value + 120) * scale; };
    var up = function (value) { return (120 - value) * scale; };
    chart.clearRect(0, 0, size, size);
    chart.strokeStyle = ink;
    chart.globalAlpha = 0.25;
    chart.beginPath();
    chart.moveTo(across(0), 0); chart.lineTo(across(0), size);
    chart.moveTo(0, up(0)); chart.lineTo(size, up(0));
    chart.stroke();
    var most = Math.max.apply(null, bins.map(function (one) { return one.share; }));
    bins.forEach(function (one) {
      // The area of a square is its share of the largest; a dot marks colors that are hardly likely.
      var side = Math.max(1.5, data.grid * scale * Math.sqrt(one.share / most));
      chart.globalAlpha = side > 1.5 ? 1 : 0.4;
      chart.fillStyle = swatch(Math.max(35, truth[0]), one.a, one.b);
      chart.fillRect(across(one.a) - side / 2, up(one.b) - side / 2, side, side);
    });
    chart.globalAlpha = 1;
    chart.fillStyle = ink;
    chart.font = '12px system-ui, sans-serif';
    chart.fillText('a', size - 12, up(0) - 5);
    chart.fillText('b', across(0) + 6, 12);
    chart.lineWidth = 2;
    var color = mean(one.levels, pixel, weights(+temperature.value));
    chart.beginPath();
    chart.arc(across(color[0]), up(color[1]), 7, 0, 7);
    chart.stroke();
    chart.beginPath();
    [-1, 1].forEach(function (sign) {
      chart.moveTo(across(truth[1]) - 6, up(truth[2]) - 6 * sign);
      chart.lineTo(across(truth[1]) + 6, up(truth[2]) + 6 * sign);
    });
    chart.stroke();
    get('bins').replaceChildren.apply(get('bins'), bins.slice().sort(function (a, b) {
      return b.share - a.share;
    }).slice(0, 5).map(function (one) {
      var item = document.createElement('li'), box = document.createElement('i');
      var share = document.createElement('b');
      box.style.background = swatch(truth[0], one.a, one.b);
      share.textContent = (100 * one.share).toFixed(1) + ' %';
      item.append(box, 'a ' + one.a + ', b ' + one.b, share);
      return item;
    }));
    get('numbers').textContent = 'Circle: predicted a ' + color[0].toFixed(1) + ', b ' +
      color[1].toFixed(1) + '. Cross: input a ' + truth[1].toFixed(1) + ', b ' + truth[2].toFixed(1) +
      '. Entropy ' + entropy.toFixed(2) + ' nats, of at most ' + Math.log(count).toFixed(2) + '.';
    document.documentElement.dataset.predicted = color.map(function (v) { return v.toFixed(2); }).join(' ');
  };

  var show = function (index) {
    var one = data.pictures[index];
    Array.from(get('choice').children).forEach(function (button, number) {
      button.setAttribute('aria-pressed', number === index);
    });
    get('name').textContent = one.name;
    if (one.image) { current = one; begin(); return; }
    var image = new Image();
    image.onload = function () {
      one.image = image;
      one.width = image.naturalWidth;
      one.height = image.naturalHeight;
      canvas.width = one.width;
      canvas.height = one.height;
      context.drawImage(image, 0, 0);
      one.pixels = context.getImageData(0, 0, one.width, one.height).data;
      one.lightness = new Float32Array(one.width * one.height);
      for (var at = 0; at < one.lightness.length; at++) {
        one.lightness[at] = lab(one.pixels[4 * at], one.pixels[4 * at + 1], one.pixels[4 * at + 2])[0];
      }
      var text = atob(one.scores);
      one.levels = new Uint8Array(text.length);
      for (at = 0; at < text.length; at++) one.levels[at] = text.charCodeAt(at);
      current = one;
      begin();
      document.documentElement.dataset.ready = one.name;
    };
    image.src = one.source;
  };
  var begin = function () {
    canvas.width = current.width;
    canvas.height = current.height;
    get('stage').style.width = 'min(100%, ' + 72 * current.width / current.height + 'vh)';
    paint();
  };
  data.pictures.forEach(function (one, index) {
    var button = document.createElement('button'), image = document.createElement('img');
    image.src = one.source;
    image.alt = one.name;
    button.title = one.name;
    button.append(image);
    button.addEventListener('click', function () { show(index); });
    get('choice').append(button);
  });
  var move = function (event) {
    if (event.type === 'pointermove' && event.pointerType !== 'mouse' && !event.buttons) return;
    var box = canvas.getBoundingClientRect();
    place = {
      x: Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)),
      y: Math.min(1, Math.max(0, (event.clientY - box.top) / box.height))
    };
    draw();
  };
  canvas.addEventListener('pointermove', move);
  canvas.addEventListener('pointerdown', move);
  canvas.addEventListener('keydown', function (event) {
    var step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    place.x = Math.min(1, Math.max(0, place.x + step[0] / current.columns));
    place.y = Math.min(1, Math.max(0, place.y + step[1] / current.rows));
    draw();
  });
  wipe.addEventListener('input', draw);
  temperature.addEventListener('input', paint);
  show(0);
})();
