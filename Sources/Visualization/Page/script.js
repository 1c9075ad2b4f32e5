(function () {
  var units = Array.from(document.querySelectorAll('.unit'));
  var layer = document.getElementById('layer'), words = document.getElementById('words');
  if (layer) {
    var names = [];
    units.forEach(function (unit) {
      if (names.indexOf(unit.dataset.layer) < 0) names.push(unit.dataset.layer);
    });
    names.forEach(function (name) { layer.add(new Option(name, name)); });
    var show = function () {
      var wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean), shown = 0;
      units.forEach(function (unit) {
        var fits = (!layer.value || unit.dataset.layer === layer.value) &&
          wanted.every(function (word) { return unit.dataset.words.indexOf(word) >= 0; });
        unit.hidden = !fits;
        if (fits) shown += 1;
      });
      document.querySelectorAll('.layer').forEach(function (one) {
        one.hidden = !one.querySelector('.unit:not([hidden])');
      });
      document.getElementById('count').textContent = shown + ' of ' + units.length + ' units';
    };
    layer.addEventListener('change', show);
    words.addEventListener('input', show);
    words.form.addEventListener('submit', function (event) { event.preventDefault(); });
    show();
  }
  // What is folded away on the screen belongs on paper.
  window.addEventListener('beforeprint', function () {
    document.querySelectorAll('details').forEach(function (one) { one.open = true; });
  });
  window.addEventListener('load', function () {
    var broken = Array.from(document.images).filter(function (image) {
      return !image.complete || image.naturalWidth === 0;
    });
    document.documentElement.dataset.images = document.images.length;
    document.documentElement.dataset.broken = broken.length;
    document.documentElement.dataset.overflow =
      Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth);
  });
})();
