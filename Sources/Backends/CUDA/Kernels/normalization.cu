// Batch normalization over channels-last memory; sums as in sums.cu, of two numbers at a time.
enum { LANES = 32, LINES = 8 };

// Adds up two numbers over the lines of a block, and writes them as partials [2][chunk][channel].
__device__ inline void write_pair(double first, double second, double *partials, int c,
                                  int channels) {
  __shared__ double sums[2][LINES][LANES];
  sums[0][threadIdx.y][threadIdx.x] = first;
  sums[1][threadIdx.y][threadIdx.x] = second;
  __syncthreads();
  if (threadIdx.y == 0 && c < channels) {
    for (int line = 1; line < LINES; ++line) {
      first += sums[0][line][threadIdx.x];
      second += sums[1][line][threadIdx.x];
    }
    i64 at = (i64)blockIdx.y * channels + c;
    partials[at] = first;
    partials[at + (i64)gridDim.y * channels] = second;
  }
}

KERNEL moment_partials(const element *x, double *partials, i64 rows, i64 chunk, int channels,
                       int pitch) {
  int c = (int)(blockIdx.x * LANES + threadIdx.x);
  i64 begin = (i64)blockIdx.y * chunk, end = begin + chunk < rows ? begin + chunk : rows;
  double sum = 0, squares = 0;
  if (c < channels)
    for (i64 row = begin + threadIdx.y; row < end; row += LINES) {
      double value = (double)widen(x[row * pitch + c]);
      sum += value;
      squares += value * value;
    }
  write_pair(sum, squares, partials, c, channels);
}

// In double precision nothing is lost by E[x²] - E[x]². `rest` is what the mean is beyond a float.
KERNEL moments(const double *partials, float *mean, float *rest, float *variance, i64 rows,
               int channels, int chunks) {
  EACH(c, channels) {
    double sum = 0, squares = 0;
    for (int chunk = 0; chunk < chunks; ++chunk) {
      sum += partials[(i64)chunk * channels + c];
      squares += partials[((i64)chunks + chunk) * channels + c];
    }
    double m = sum / (double)rows, v = squares / (double)rows - m * m;
    mean[c] = (float)m;
    rest[c] = (float)(m - (double)mean[c]);
    variance[c] = v <= 0 ? 0 : (float)v;
  }
}

// `affine` is scale then shift, 2 channels numbers.
KERNEL normalize(const element *x, element *y, const float *mean, const float *rest,
                 const float *variance, const float *affine, i64 rows, int channels, int pitch,
                 float epsilon, int relu) {
  EACH_ROW(row, rows) EACH_CHANNEL(c, pitch) {
    i64 i = row * pitch + c;
    float value = 0;
    if (c < channels) {
      float z = (widen(x[i]) - mean[c] - rest[c]) / sqrtf(variance[c] + epsilon);
      value = z * affine[c] + affine[channels + c];
      if (relu && value < 0) value = 0;
    }
    narrow(value, &y[i]);
  }
}

KERNEL gradient_partials(const element *g, const element *x, const element *y, const float *mean,
                         const float *rest, const float *variance, double *partials, i64 rows, i64 chunk,
                         int channels, int pitch, float epsilon, int relu) {
  int c = (int)(blockIdx.x * LANES + threadIdx.x);
  i64 begin = (i64)blockIdx.y * chunk, end = begin + chunk < rows ? begin + chunk : rows;
  double sum = 0, products = 0;
  if (c < channels) {
    float m = mean[c], more = rest[c], spread = sqrtf(variance[c] + epsilon);
    for (i64 row = begin + threadIdx.y; row < end; row += LINES) {
      i64 i = row * pitch + c;
      if (relu && widen(y[i]) <= 0) continue;
      double value = (double)widen(g[i]);
      sum += value;
      products += value * (double)((widen(x[i]) - m - more) / spread);
    }
  }
  write_pair(sum, products, partials, c, channels);
}

// `sums` is those of g (the shift's gradient), then those of g z (the scale's).
KERNEL gradient_totals(const double *partials, float *sums, int channels, int chunks) {
  EACH(c, 2 * channels) {
    double sum = 0;
    i64 first = c / channels * chunks;
    for (int chunk = 0; chunk < chunks; ++chunk)
      sum += partials[(first + chunk) * channels + c % channels];
    sums[c] = (float)sum;
  }
}

KERNEL normalize_gradient(const element *g, const element *x, const element *y, element *dx,
                          const float *mean, const float *rest, const float *variance,
                          const float *affine, const float *sums, i64 rows, int channels, int pitch, float epsilon,
                          int relu, int of_batch) {
  EACH_ROW(row, rows) EACH_CHANNEL(c, pitch) {
    i64 i = row * pitch + c;
    float value = 0;
    if (c < channels) {
      float spread = sqrtf(variance[c] + epsilon);
      float z = (widen(x[i]) - mean[c] - rest[c]) / spread;
      value = relu && widen(y[i]) <= 0 ? 0 : widen(g[i]);
      if (of_batch) value -= (sums[c] + z * sums[channels + c]) / (float)rows;
      value *= affine[c] / spread;
    }
    narrow(value, &dx[i]);
  }
}
