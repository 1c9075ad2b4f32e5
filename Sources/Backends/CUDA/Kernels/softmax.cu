// Cross-entropy of softmax over channels-last logits with k (class, weight) pairs per position;
// pairs, losses and log-sums lie row-major: [n, k, plane] and [n, 1, plane].
enum { LANES = 32, LINES = 4 };

// Folds the numbers of the lanes of each line, by `fold`; everybody gets the result.
template <class Fold>
__device__ inline float line_fold(float value, Fold fold) {
  __shared__ float values[LINES][LANES];
  values[threadIdx.y][threadIdx.x] = value;
  for (u32 half = LANES / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half)
      values[threadIdx.y][threadIdx.x] =
          fold(values[threadIdx.y][threadIdx.x], values[threadIdx.y][threadIdx.x + half]);
  }
  __syncthreads();
  value = values[threadIdx.y][0];
  __syncthreads();
  return value;
}
struct larger {
  __device__ float operator()(float a, float b) const { return a > b ? a : b; }
};
struct total {
  __device__ float operator()(float a, float b) const { return a + b; }
};

// A line of lanes takes a position; the loop is over blocks, so that all lines stay together.
KERNEL softmax_loss(const element *z, const int *classes, const float *weights, float *losses,
                    float *log_sums, u64 *fault, i64 rows, i64 plane, int pairs, int channels,
                    int pitch) {
  for (i64 first = (i64)blockIdx.x * LINES; first < rows; first += (i64)gridDim.x * LINES) {
    i64 row = first + threadIdx.y;
    bool is_row = row < rows;
    const element *logits = z + (is_row ? row : 0) * pitch;
    float largest = -3.4e38f;
    for (int c = threadIdx.x; c < channels; c += LANES) {
      float value = widen(logits[c]);
      if (value > largest) largest = value;
    }
    largest = line_fold(largest, larger());
    float sum = 0;
    for (int c = threadIdx.x; c < channels; c += LANES) sum += expf(widen(logits[c]) - largest);
    float log_sum = largest + logf(line_fold(sum, total()));
    float loss = 0;
    i64 start = is_row ? row / plane * pairs * plane + row % plane : 0;
    for (int k = threadIdx.x; is_row && k < pairs; k += LANES) {
      float weight = weights[start + k * plane];
      int c = classes[start + k * plane];
      if (weight == 0) continue;
      if (c < 0 || c >= channels)
        report(fault, NO_SUCH_CLASS, row, channels);
      else
        loss += weight * (log_sum - widen(logits[c]));
    }
    loss = line_fold(loss, total());
    if (is_row && threadIdx.x == 0) {
      losses[row] = loss;
      log_sums[row] = log_sum;
    }
  }
}

// g (sum of weights softmax - target).
KERNEL softmax_gradient(const float *g, const element *z, const float *log_sums,
                        const int *classes, const float *weights, element *dz, i64 rows,
                        i64 plane, int pairs, int channels, int pitch) {
  EACH_ROW(row, rows) {
    i64 start = row / plane * pairs * plane + row % plane;
    float sum = 0;
    for (int k = 0; k < pairs; ++k) sum += weights[start + k * plane];
    EACH_CHANNEL(c, pitch) {
      float value = 0;
      if (c < channels) {
        value = sum * expf(widen(z[row * pitch + c]) - log_sums[row]);
        for (int k = 0; k < pairs; ++k)
          if (classes[start + k * plane] == c) value -= weights[start + k * plane];
      }
      narrow(g[row] * value, &dz[row * pitch + c]);
    }
  }
}
