// Local response normalization across channels. `divisors` keeps k + alpha / size sum x².
KERNEL response(const element *x, element *y, float *divisors, i64 rows, int channels, int pitch,
                int size, float alpha, float beta, float k) {
  EACH_ROW(row, rows) EACH_CHANNEL(c, pitch) {
    const element *line = x + row * pitch;
    i64 i = row * pitch + c;
    if (c >= channels) {
      narrow(0, &y[i]);
      divisors[i] = 1;
      continue;
    }
    float sum = 0;
    for (int j = most(c - size / 2, 0); j < least(c + (size - 1) / 2 + 1, channels); ++j)
      sum += widen(line[j]) * widen(line[j]);
    float divisor = k + alpha / (float)size * sum;
    divisors[i] = divisor;
    narrow(widen(line[c]) * powf(divisor, -beta), &y[i]);
  }
}

// x receives g / d^beta, less what it did to the divisors of the outputs whose windows hold it.
KERNEL response_gradient(const element *g, const element *x, const float *divisors, element *dx,
                         i64 rows, int channels, int pitch, int size, float alpha, float beta) {
  EACH_ROW(row, rows) EACH_CHANNEL(c, pitch) {
    const element *values = x + row * pitch, *slopes = g + row * pitch;
    const float *d = divisors + row * pitch;
    float result = 0;
    if (c < channels) {
      float sum = 0;
      for (int j = most(c - (size - 1) / 2, 0); j < least(c + size / 2 + 1, channels); ++j)
        sum += widen(slopes[j]) * widen(values[j]) * powf(d[j], -beta - 1);
      result = widen(slopes[c]) * powf(d[c], -beta) -
               2 * alpha * beta / (float)size * widen(values[c]) * sum;
    }
    narrow(result, &dx[row * pitch + c]);
  }
}
