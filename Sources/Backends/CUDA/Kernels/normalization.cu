// Batch normalization, and sums over the rows of channels-last memory. Threads take four channels
// at a time where a row is a multiple of four (`width`), and the same ones in every row, so that
// what depends on the channel alone is computed once.
enum { THREADS = 256, WIDTH = 4, LINES = 8, LANES = 32 };

template <int W>
struct alignas(W * sizeof(element)) pack {
  element v[W];
};
template <int W>
__device__ inline pack<W> load_pack(const element *x, i64 i) {
  return *(const pack<W> *)(x + i);
}

// The first channel of a thread, and the rows of its block: a chunk, of which its line takes each
// `blockDim.y`-th.
template <int W>
__device__ inline int first_channel() {
  return W * (int)(blockIdx.x * blockDim.x + threadIdx.x);
}
#define EACH_ROW_OF_CHUNK(row, rows, chunk)                                                      \
  for (i64 row = (i64)blockIdx.y * (chunk) + threadIdx.y,                                        \
           end_ = least_of((i64)(blockIdx.y + 1) * (chunk), (rows));                             \
       row < end_; row += blockDim.y)
__device__ inline i64 least_of(i64 a, i64 b) { return a < b ? a : b; }

// Adds up a number a channel over the lines of a block, in their order, and writes the sum to
// `partials` [chunk][channel]. All threads of a block call it.
template <int W>
__device__ inline void write_sums(const double *values, double *partials, int c, int channels) {
  __shared__ double memory[WIDTH * THREADS];
  int thread = (int)(threadIdx.y * blockDim.x + threadIdx.x);
  __syncthreads();  // for what was in it before
  for (int k = 0; k < W; ++k) memory[k * THREADS + thread] = values[k];
  __syncthreads();
  if (threadIdx.y != 0) return;
  for (int k = 0; k < W && c + k < channels; ++k) {
    double sum = values[k];
    for (u32 line = 1; line < blockDim.y; ++line)
      sum += memory[k * THREADS + (int)(line * blockDim.x) + thread];
    partials[(i64)blockIdx.y * channels + c + k] = sum;
  }
}

// The sum of a column of `partials` over chunks, in line 0 of a block of LANES columns.
__device__ inline double column_sum(const double *partials, int column, int columns, int chunks) {
  __shared__ double memory[LINES][LANES];
  double sum = 0;
  if (column < columns)
    for (int chunk = (int)threadIdx.y; chunk < chunks; chunk += LINES)
      sum += partials[(i64)chunk * columns + column];
  __syncthreads();
  memory[threadIdx.y][threadIdx.x] = sum;
  __syncthreads();
  if (threadIdx.y == 0)
    for (int line = 1; line < LINES; ++line) sum += memory[line][threadIdx.x];
  return sum;
}
#define COLUMN (int)(blockIdx.x * LANES + threadIdx.x)

template <int W>
__device__ inline void add_moments(const element *x, double *partials, i64 rows, i64 chunk,
                                   int channels, int pitch) {
  int c = first_channel<W>();
  double sums[W] = {}, squares[W] = {};
  if (c < channels) {
#pragma unroll 4
    EACH_ROW_OF_CHUNK(row, rows, chunk) {
      pack<W> p = load_pack<W>(x, row * pitch + c);
      for (int k = 0; k < W; ++k) {
        double value = (double)widen(p.v[k]);
        sums[k] += value;
        squares[k] += value * value;
      }
    }
  }
  write_sums<W>(sums, partials, c, channels);
  write_sums<W>(squares, partials + (i64)gridDim.y * channels, c, channels);
}
KERNEL moment_partials(const element *x, double *partials, i64 rows, i64 chunk, int channels,
                       int pitch, int width) {
  if (width == WIDTH)
    add_moments<WIDTH>(x, partials, rows, chunk, channels, pitch);
  else
    add_moments<1>(x, partials, rows, chunk, channels, pitch);
}

// In double precision nothing is lost by E[x²] - E[x]². `rest` is what the mean is beyond a float.
KERNEL moments(const double *partials, float *mean, float *rest, float *variance, i64 rows,
               int channels, int chunks) {
  int c = COLUMN;
  double sum = column_sum(partials, c, channels, chunks);
  double squares = column_sum(partials + (i64)chunks * channels, c, channels, chunks);
  if (threadIdx.y != 0 || c >= channels) return;
  double m = sum / (double)rows, v = squares / (double)rows - m * m;
  mean[c] = (float)m;
  rest[c] = (float)(m - (double)mean[c]);
  variance[c] = v <= 0 ? 0 : (float)v;
}

// What a channel is normalized with; scale, shift and rest may be absent.
struct statistics {
  const float *mean, *rest, *variance, *scale, *shift;
  float epsilon;
};
struct channel {
  float mean, rest, inverse, scale;
};
__device__ inline channel channel_of(const statistics &s, int c) {
  channel result = {s.mean[c], s.rest ? s.rest[c] : 0, 1 / sqrtf(s.variance[c] + s.epsilon),
                    s.scale ? s.scale[c] : 1};
  return result;
}

template <int W>
__device__ inline void normalize_rows(const element *x, element *y, const statistics &s, i64 rows,
                                      i64 chunk, int channels, int pitch, int relu) {
  int c = first_channel<W>();
  if (c >= pitch) return;
  channel of[W] = {};
  float shift[W] = {};
  for (int k = 0; k < W && c + k < channels; ++k) {
    of[k] = channel_of(s, c + k);
    shift[k] = s.shift ? s.shift[c + k] : 0;
  }
#pragma unroll 4
  EACH_ROW_OF_CHUNK(row, rows, chunk) {
    i64 i = row * pitch + c;
    pack<W> p = load_pack<W>(x, i), r;
    for (int k = 0; k < W; ++k) {
      float value =
          (widen(p.v[k]) - of[k].mean - of[k].rest) * (of[k].inverse * of[k].scale) + shift[k];
      narrow(relu && value < 0 ? 0 : value, &r.v[k]);
    }
    *(pack<W> *)(y + i) = r;
  }
}
KERNEL normalize(const element *x, element *y, statistics s, i64 rows, i64 chunk, int channels,
                 int pitch, int width, int relu) {
  if (width == WIDTH)
    normalize_rows<WIDTH>(x, y, s, rows, chunk, channels, pitch, relu);
  else
    normalize_rows<1>(x, y, s, rows, chunk, channels, pitch, relu);
}

// Sums of g, and of g times what was normalized. `y` is looked at only where a ReLU followed.
template <int W>
__device__ inline void add_flows(const element *g, const element *x, const element *y,
                                 const statistics &s, double *partials, i64 rows, i64 chunk,
                                 int channels, int pitch, int relu) {
  int c = first_channel<W>();
  double sums[W] = {}, products[W] = {};
  if (c < channels) {
    channel of[W] = {};
    for (int k = 0; k < W && c + k < channels; ++k) of[k] = channel_of(s, c + k);
#pragma unroll 4
    EACH_ROW_OF_CHUNK(row, rows, chunk) {
      i64 i = row * pitch + c;
      pack<W> p = load_pack<W>(g, i), q = load_pack<W>(x, i), r = p;
      if (relu) r = load_pack<W>(y, i);
      for (int k = 0; k < W; ++k) {
        if (relu && widen(r.v[k]) <= 0) continue;
        double value = (double)widen(p.v[k]);
        float z = (widen(q.v[k]) - of[k].mean - of[k].rest) * of[k].inverse;
        sums[k] += value;
        products[k] += value * (double)z;
      }
    }
  }
  write_sums<W>(sums, partials, c, channels);
  write_sums<W>(products, partials + (i64)gridDim.y * channels, c, channels);
}
KERNEL flow_partials(const element *g, const element *x, const element *y, statistics s,
                     double *partials, i64 rows, i64 chunk, int channels, int pitch, int width,
                     int relu) {
  if (width == WIDTH)
    add_flows<WIDTH>(g, x, y, s, partials, rows, chunk, channels, pitch, relu);
  else
    add_flows<1>(g, x, y, s, partials, rows, chunk, channels, pitch, relu);
}

// `sums` is those of g (the shift's gradient), `products` those of g z (the scale's).
KERNEL flow_totals(const double *partials, float *sums, float *products, int channels,
                   int chunks) {
  int c = COLUMN;
  double sum = column_sum(partials, c, channels, chunks);
  double product = column_sum(partials + (i64)chunks * channels, c, channels, chunks);
  if (threadIdx.y != 0 || c >= channels) return;
  sums[c] = (float)sum;
  products[c] = (float)product;
}

// The gradient of x. Where x came out of a ReLU (`rectified`), that of what went into it, with its
// sums over rows in `partials`: 0 times the gradient where x is not positive.
template <int W>
__device__ inline void flow_back(const element *g, const element *x, const element *y, element *dx,
                                 const statistics &s, const float *sums, const float *products,
                                 double *partials, i64 rows, i64 chunk, int channels, int pitch,
                                 int relu, int rectified) {
  int c = first_channel<W>();
  double totals[W] = {};
  if (c < pitch) {
    channel of[W] = {};
    float mean_flow[W] = {}, mean_product[W] = {};
    for (int k = 0; k < W && c + k < channels; ++k) {
      of[k] = channel_of(s, c + k);
      if (!sums) continue;
      mean_flow[k] = sums[c + k] / (float)rows;
      mean_product[k] = products[c + k] / (float)rows;
    }
#pragma unroll 4
    EACH_ROW_OF_CHUNK(row, rows, chunk) {
      i64 i = row * pitch + c;
      pack<W> p = load_pack<W>(g, i), q = load_pack<W>(x, i), m = p, r;
      if (relu) m = load_pack<W>(y, i);
      for (int k = 0; k < W; ++k) {
        float in = widen(q.v[k]), z = (in - of[k].mean - of[k].rest) * of[k].inverse;
        float value = relu && widen(m.v[k]) <= 0 ? 0 : widen(p.v[k]);
        if (sums) value -= mean_flow[k] + z * mean_product[k];
        value *= of[k].scale * of[k].inverse;
        if (rectified && !(in > 0)) value *= 0;
        narrow(value, &r.v[k]);
        totals[k] += (double)widen(r.v[k]);
      }
      *(pack<W> *)(dx + i) = r;
    }
  }
  if (rectified) write_sums<W>(totals, partials, c, channels);
}
KERNEL normalize_gradient(const element *g, const element *x, const element *y, element *dx,
                          statistics s, const float *sums, const float *products,
                          double *partials, i64 rows, i64 chunk, int channels, int pitch,
                          int width, int relu, int rectified) {
  if (width == WIDTH)
    flow_back<WIDTH>(g, x, y, dx, s, sums, products, partials, rows, chunk, channels, pitch, relu,
                     rectified);
  else
    flow_back<1>(g, x, y, dx, s, sums, products, partials, rows, chunk, channels, pitch, relu,
                 rectified);
}

// Sums over rows; where there is an `output`, of g where that is positive, and 0 times g elsewhere,
// which is written to z.
template <int W>
__device__ inline void add_channels_up(const element *g, const element *output, element *z,
                                       double *partials, i64 rows, i64 chunk, int channels,
                                       int pitch) {
  int c = first_channel<W>();
  double sums[W] = {};
  if (c < (output ? pitch : channels)) {
#pragma unroll 4
    EACH_ROW_OF_CHUNK(row, rows, chunk) {
      i64 i = row * pitch + c;
      pack<W> p = load_pack<W>(g, i);
      if (output) {
        pack<W> q = load_pack<W>(output, i);
        for (int k = 0; k < W; ++k) {
          float value = widen(p.v[k]);
          narrow(widen(q.v[k]) > 0 ? value : 0 * value, &p.v[k]);
        }
        *(pack<W> *)(z + i) = p;
      }
      for (int k = 0; k < W; ++k) sums[k] += (double)widen(p.v[k]);
    }
  }
  write_sums<W>(sums, partials, c, channels);
}
KERNEL channel_partials(const element *g, const element *output, element *z, double *partials,
                        i64 rows, i64 chunk, int channels, int pitch, int width) {
  if (width == WIDTH)
    add_channels_up<WIDTH>(g, output, z, partials, rows, chunk, channels, pitch);
  else
    add_channels_up<1>(g, output, z, partials, rows, chunk, channels, pitch);
}

KERNEL channel_total(const double *partials, float *sums, int channels, int chunks) {
  int c = COLUMN;
  double sum = column_sum(partials, c, channels, chunks);
  if (threadIdx.y == 0 && c < channels) sums[c] = (float)sum;
}

// x plus a number a channel, rectified where asked for; NaN passes.
template <int W>
__device__ inline void add_rows(const element *x, const other *bias, element *z, i64 rows,
                                i64 chunk, int channels, int pitch, int relu) {
  int c = first_channel<W>();
  if (c >= pitch) return;
  float terms[W] = {};
  for (int k = 0; k < W && c + k < channels; ++k) terms[k] = widen(bias[c + k]);
#pragma unroll 4
  EACH_ROW_OF_CHUNK(row, rows, chunk) {
    pack<W> p = load_pack<W>(x, row * pitch + c);
    for (int k = 0; k < W; ++k) {
      float value = widen(p.v[k]) + terms[k];
      narrow(relu && value < 0 ? 0 : value, &p.v[k]);
    }
    *(pack<W> *)(z + row * pitch + c) = p;
  }
}
KERNEL add_channels(const element *x, const other *bias, element *z, i64 rows, i64 chunk,
                    int channels, int pitch, int width, int relu) {
  if (width == WIDTH)
    add_rows<WIDTH>(x, bias, z, rows, chunk, channels, pitch, relu);
  else
    add_rows<1>(x, bias, z, rows, chunk, channels, pitch, relu);
}
