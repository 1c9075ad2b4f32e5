// Losses element by element over row-major memory, and their gradients.
KERNEL sigmoid_loss(const element *x, const other *t, element *y, i64 count) {
  EACH(i, count) {
    float value = widen(x[i]);
    narrow((value > 0 ? value : 0) - value * widen(t[i]) + log1pf(expf(-fabsf(value))), &y[i]);
  }
}

KERNEL sigmoid_gradient(const float *g, const element *x, const other *t, element *y, i64 count) {
  EACH(i, count) {
    float value = widen(x[i]), e = expf(-fabsf(value));
    narrow(g[i] * ((value >= 0 ? 1 : e) / (1 + e) - widen(t[i])), &y[i]);
  }
}

KERNEL smooth_loss(const element *x, const other *t, element *y, float beta, i64 count) {
  EACH(i, count) {
    float d = fabsf(widen(x[i]) - widen(t[i]));
    narrow(d < beta ? d * d / (2 * beta) : d - beta / 2, &y[i]);
  }
}

KERNEL smooth_gradient(const float *g, const element *x, const other *t, element *y, float beta,
                       i64 count) {
  EACH(i, count) {
    float d = widen(x[i]) - widen(t[i]);
    narrow(g[i] * (fabsf(d) < beta ? d / beta : d > 0 ? 1.f : d < 0 ? -1.f : d), &y[i]);
  }
}
