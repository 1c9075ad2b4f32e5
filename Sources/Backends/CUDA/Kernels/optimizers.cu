// Optimizer steps in one pass over memory of one layout; padding has no gradient and stays zero.
// Gradients are multiplied by a number that lies on the device; where it is NaN, no step is taken.

// By one thread. NaN where something is not finite, which is where x - x is not 0.
KERNEL step_scale(const double *norm, const float *loss, float *scale, double share,
                  double limit) {
  double length = *norm * share, factor = limit > 0 && length > limit ? limit / length : 1;
  bool isFinite = length - length == 0 && *loss - *loss == 0;
  *scale = isFinite ? (float)(factor * share) : __uint_as_float(0x7FC00000);
}

KERNEL sgd(element *p, const float *g, const float *by, float decay, float rate, i64 count) {
  float scale = *by;
  if (scale != scale) return;
  EACH(i, count) {
    float value = widen(p[i]);
    narrow(value - rate * (scale * g[i] + decay * value), &p[i]);
  }
}

// p -= fresh v' + old v + direct g, where v' = keep v + enter g.
KERNEL sgd_momentum(element *p, const float *g, other *v, const float *by, float decay, float keep,
                    float enter, float fresh, float old, float direct, i64 count) {
  float scale = *by;
  if (scale != scale) return;
  EACH(i, count) {
    float value = widen(p[i]), slope = scale * g[i] + decay * value, before = widen(v[i]);
    float after = (keep == 0 ? 0 : keep * before) + enter * slope;
    narrow(after, &v[i]);
    narrow(value - (fresh * after + old * before + direct * slope), &p[i]);
  }
}

// p = keep p - rate m / (root sqrt(v) + epsilon)
KERNEL adam(element *p, const float *g, other *m, other *v, const float *by, float decay,
            float keep, float beta1, float rest1, float beta2, float rest2, float rate, float root,
            float epsilon, i64 count) {
  float scale = *by;
  if (scale != scale) return;
  EACH(i, count) {
    float value = widen(p[i]), slope = scale * g[i] + decay * value;
    float mean = beta1 * widen(m[i]) + rest1 * slope;
    float square = beta2 * widen(v[i]) + rest2 * slope * slope;
    narrow(mean, &m[i]);
    narrow(square, &v[i]);
    float spread = root * sqrtf(square) + epsilon;
    if (spread > 0) value = keep * value - rate * mean / spread;
    narrow(value, &p[i]);
  }
}
