// Optimizer steps of many parameters in one launch, each in one pass over memory of one layout;
// padding has no gradient and stays zero. Of `parts` the parameter comes first, then its gradient,
// then what the optimizer remembers. Gradients are multiplied by a number that lies on the device;
// where it is NaN, no step is taken.

// By one thread. NaN where something is not finite, which is where x - x is not 0.
KERNEL step_scale(const double *norm, const float *loss, float *scale, double share,
                  double limit) {
  double length = *norm * share, factor = limit > 0 && length > limit ? limit / length : 1;
  bool isFinite = length - length == 0 && *loss - *loss == 0;
  *scale = isFinite ? (float)(factor * share) : __uint_as_float(0x7FC00000);
}

KERNEL sgd(parts all, const float *by, float decay, float rate) {
  float scale = *by;
  if (scale != scale) return;
  int part = part_of(all);
  element *p = (element *)all.memory[0][part];
  const float *g = (const float *)all.memory[1][part];
  EACH_QUAD_OF_TILE(i, tile_of(all, part), all.count[part]) {
    quad<element> values = load_quad(p, i);
    quad<float> slopes = load_quad(g, i);
    for (int k = 0; k < 4; ++k) {
      float value = widen(values.v[k]);
      narrow(value - rate * (scale * slopes.v[k] + decay * value), &values.v[k]);
    }
    store_quad(p, i, values);
  }
}

// p -= fresh v' + old v + direct g, where v' = keep v + enter g.
KERNEL sgd_momentum(parts all, const float *by, float decay, float keep, float enter, float fresh,
                    float old, float direct) {
  float scale = *by;
  if (scale != scale) return;
  int part = part_of(all);
  element *p = (element *)all.memory[0][part];
  const float *g = (const float *)all.memory[1][part];
  other *v = (other *)all.memory[2][part];
  EACH_QUAD_OF_TILE(i, tile_of(all, part), all.count[part]) {
    quad<element> values = load_quad(p, i);
    quad<float> slopes = load_quad(g, i);
    quad<other> buffer = load_quad(v, i);
    for (int k = 0; k < 4; ++k) {
      float value = widen(values.v[k]), slope = scale * slopes.v[k] + decay * value;
      float before = widen(buffer.v[k]);
      float after = (keep == 0 ? 0 : keep * before) + enter * slope;
      narrow(after, &buffer.v[k]);
      narrow(value - (fresh * after + old * before + direct * slope), &values.v[k]);
    }
    store_quad(p, i, values);
    store_quad(v, i, buffer);
  }
}

// p = keep p - rate m / (root sqrt(v) + epsilon)
KERNEL adam(parts all, const float *by, float decay, float keep, float beta1, float rest1,
            float beta2, float rest2, float rate, float root, float epsilon) {
  float scale = *by;
  if (scale != scale) return;
  int part = part_of(all);
  element *p = (element *)all.memory[0][part];
  const float *g = (const float *)all.memory[1][part];
  other *m = (other *)all.memory[2][part], *v = (other *)all.memory[3][part];
  EACH_QUAD_OF_TILE(i, tile_of(all, part), all.count[part]) {
    quad<element> values = load_quad(p, i);
    quad<float> slopes = load_quad(g, i);
    quad<other> means = load_quad(m, i), squares = load_quad(v, i);
    for (int k = 0; k < 4; ++k) {
      float value = widen(values.v[k]), slope = scale * slopes.v[k] + decay * value;
      float mean = beta1 * widen(means.v[k]) + rest1 * slope;
      float square = beta2 * widen(squares.v[k]) + rest2 * slope * slope;
      narrow(mean, &means.v[k]);
      narrow(square, &squares.v[k]);
      float spread = root * sqrtf(square) + epsilon;
      if (spread > 0) value = keep * value - rate * mean / spread;
      narrow(value, &values.v[k]);
    }
    store_quad(p, i, values);
    store_quad(m, i, means);
    store_quad(v, i, squares);
  }
}
