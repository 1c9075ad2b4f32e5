// Element by element over memory of one layout. Padding is zero, and stays zero.
KERNEL combine(const element *x, const other *y, element *z, float a, float b, i64 quads) {
  EACH(i, quads) {
    quad<element> p = load_quad(x, i), r;
    quad<other> q = load_quad(y, i);
    for (int k = 0; k < 4; ++k) narrow(a * widen(p.v[k]) + b * widen(q.v[k]), &r.v[k]);
    store_quad(z, i, r);
  }
}

KERNEL multiply(const element *x, const other *y, element *z, i64 quads) {
  EACH(i, quads) {
    quad<element> p = load_quad(x, i), r;
    quad<other> q = load_quad(y, i);
    for (int k = 0; k < 4; ++k) narrow(widen(p.v[k]) * widen(q.v[k]), &r.v[k]);
    store_quad(z, i, r);
  }
}

KERNEL relu_gradient(const element *g, const other *y, element *z, float slope, i64 quads) {
  EACH(i, quads) {
    quad<element> p = load_quad(g, i), r;
    quad<other> q = load_quad(y, i);
    for (int k = 0; k < 4; ++k) {
      float value = widen(p.v[k]);
      narrow(widen(q.v[k]) > 0 ? value : slope * value, &r.v[k]);
    }
    store_quad(z, i, r);
  }
}

KERNEL scale(const element *x, element *z, float a, float b, i64 quads) {
  EACH(i, quads) {
    quad<element> p = load_quad(x, i), r;
    for (int k = 0; k < 4; ++k) narrow(a * widen(p.v[k]) + b, &r.v[k]);
    store_quad(z, i, r);
  }
}

// NaN passes, even where the slope is 0.
KERNEL relu(const element *x, element *z, float slope, i64 quads) {
  EACH(i, quads) {
    quad<element> p = load_quad(x, i), r;
    for (int k = 0; k < 4; ++k) {
      float value = widen(p.v[k]);
      narrow(value > 0 || value != value ? value : slope == 0 ? 0 : slope * value, &r.v[k]);
    }
    store_quad(z, i, r);
  }
}

// One number, which lies on the device, everywhere but in padding.
KERNEL spread(const other *value, element *z, i64 count) {
  EACH(i, count) narrow(widen(value[0]), &z[i]);
}
