(function () {
  var units = Array.from(document.querySelectorAll('.unit'));
  var layer = document.getElementById('layer'), words = document.getElementById('words');
  if (layer) {
    var names = [];
    units.forEach(function (unit) {
      if (names.indexOf(unit.dataset.layer) < 0) names.push(unit.dataset.layer);
    });
    names.forEach(function (name) { layer.add(new Option(name, name)); });
    var state = document.getElementById('state'), order = document.getElementById('order');
    // "unit 3" and "3" are a number, "unit 3-9" several; all else is looked for in the words.
    var wanted = function () {
      var ranges = [], rest = words.value.toLowerCase()
        .replace(/\bunits?\s*#?(\d+)(?:\s*(?:-|to)\s*(\d+))?/g, function (all, low, high) {
          ranges.push([+low, +(high || low)]);
          return ' ';
        }).split(/\s+/).filter(Boolean);
      return { ranges: ranges, words: rest.filter(function (word) {
        if (!/^(0|[1-9]\d{0,3})$/.test(word)) return word !== 'unit';
        ranges.push([+word, +word]);
        return false;
      }) };
    };
    var show = function () {
      var asked = wanted(), shown = 0;
      units.forEach(function (unit) {
        var number = +unit.dataset.unit;
        var fits = (!layer.value || unit.dataset.layer === layer.value) &&
          (!state.value || unit.dataset.state === state.value) &&
          (!asked.ranges.length || asked.ranges.some(function (range) {
            return number >= range[0] && number <= range[1];
          })) &&
          asked.words.every(function (word) { return unit.dataset.words.indexOf(word) >= 0; });
        unit.hidden = !fits;
        if (fits) shown += 1;
      });
      document.querySelectorAll('.layer').forEach(function (one) {
        one.hidden = !one.querySelector('.unit:not([hidden])');
      });
      document.getElementById('count').textContent = shown + ' of ' + units.length + ' units';
    };
    var arrange = function () {
      document.querySelectorAll('.units').forEach(function (list) {
        Array.from(list.children).sort(function (a, b) {
          var key = order.value, byNumber = a.dataset.unit - b.dataset.unit;
          return key === 'unit' ? byNumber : b.dataset[key] - a.dataset[key] || byNumber;
        }).forEach(function (one) { list.appendChild(one); });
      });
    };
    // An address such as units.html?search=unit+3&layer=relu5_3 opens the page where it leads.
    new URLSearchParams(location.search).forEach(function (value, name) {
      if (name === 'search') words.value = value;
      if (name === 'layer') layer.value = value;
      if (name === 'show') state.value = value;
    });
    state.addEventListener('change', show);
    order.addEventListener('change', arrange);
    layer.addEventListener('change', show);
    words.addEventListener('input', show);
    words.form.addEventListener('submit', function (event) { event.preventDefault(); });
    show();
  }
  // What is folded away on the screen belongs on paper, but for the settings of every run.
  window.addEventListener('beforeprint', function () {
    document.querySelectorAll('details:not(.run)').forEach(function (one) { one.open = true; });
  });
  window.addEventListener('load', function () {
    var broken = Array.from(document.images).filter(function (image) {
      // What waits to come into view is not broken.
      return image.loading === 'lazy' && !image.complete ? false
        : !image.complete || image.naturalWidth === 0;
    });
    document.documentElement.dataset.images = document.images.length;
    document.documentElement.dataset.broken = broken.length;
    document.documentElement.dataset.overflow =
      Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth);
  });
})();
