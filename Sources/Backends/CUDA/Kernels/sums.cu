// Sums in double precision and in an order that depends on the shape alone: every block sums its
// share, and a second kernel sums the blocks.
enum { THREADS = 256, LANES = 32, LINES = 8 };

// The sum over the threads of a block, in thread 0.
__device__ inline double block_sum(double value) {
  __shared__ double sums[THREADS];
  sums[threadIdx.x] = value;
  for (u32 half = THREADS / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) sums[threadIdx.x] += sums[threadIdx.x + half];
  }
  __syncthreads();
  return sums[0];
}

KERNEL sum_partials(const element *x, double *partials, i64 count) {
  double sum = 0;
  EACH(i, count) sum += (double)widen(x[i]);
  sum = block_sum(sum);
  if (threadIdx.x == 0) partials[blockIdx.x] = sum;
}

KERNEL square_partials(const element *x, double *partials, i64 count) {
  double sum = 0;
  EACH(i, count) sum += (double)widen(x[i]) * (double)widen(x[i]);
  sum = block_sum(sum);
  if (threadIdx.x == 0) partials[blockIdx.x] = sum;
}

// By one block.
KERNEL sum_total(const double *partials, float *single, double *exact, i64 count) {
  double sum = 0;
  EACH(i, count) sum += partials[i];
  sum = block_sum(sum);
  if (threadIdx.x == 0) {
    *single = (float)sum;
    *exact = sum;
  }
}

// By one thread: there are as many sums as a network has parameters.
KERNEL norm_total(const double *squares, double *norm, i64 count) {
  double sum = 0;
  for (i64 i = 0; i < count; ++i) sum += squares[i];
  *norm = sqrt(sum);
}

// Blocks of LANES channels and LINES rows; `partials` is [chunk][channel].
KERNEL channel_partials(const element *x, double *partials, i64 rows, i64 chunk, int channels,
                        int pitch) {
  __shared__ double sums[LINES][LANES];
  int c = (int)(blockIdx.x * LANES + threadIdx.x);
  i64 begin = (i64)blockIdx.y * chunk, end = begin + chunk < rows ? begin + chunk : rows;
  double sum = 0;
  if (c < channels)
    for (i64 row = begin + threadIdx.y; row < end; row += LINES)
      sum += (double)widen(x[row * pitch + c]);
  sums[threadIdx.y][threadIdx.x] = sum;
  __syncthreads();
  if (threadIdx.y == 0 && c < channels) {
    for (int line = 1; line < LINES; ++line) sum += sums[line][threadIdx.x];
    partials[(i64)blockIdx.y * channels + c] = sum;
  }
}

KERNEL channel_total(const double *partials, float *sums, int channels, int chunks) {
  EACH(c, channels) {
    double sum = 0;
    for (int chunk = 0; chunk < chunks; ++chunk) sum += partials[(i64)chunk * channels + c];
    sums[c] = (float)sum;
  }
}
