// What the channels of a map respond, over channels-last memory.
enum { LANES = 32, LINES = 8, KEYS = 1 << 14 };

// The first of the larger; a place of -1 says that something was not a number, and stays.
struct peak {
  float value;
  int place;
};
__device__ inline peak larger(peak a, peak b) {
  peak best = b.value > a.value || (b.value == a.value && b.place < a.place) ? b : a;
  if (a.place < 0 || b.place < 0) best.place = -1;
  return best;
}

// Blocks of LANES channels and LINES rows over one chunk of one image; along x the chunks of all
// images, along y the channels. Partial peaks are [chunk][image][channel].
KERNEL peak_partials(const element *x, float *values, int *places, i64 plane, i64 chunk,
                     int images, int channels, int pitch) {
  __shared__ peak peaks[LINES][LANES];
  int c = (int)(blockIdx.y * LANES + threadIdx.x);
  int image = (int)(blockIdx.x % images);
  i64 begin = (i64)(blockIdx.x / images) * chunk;
  i64 end = begin + chunk < plane ? begin + chunk : plane;
  peak best = {-__uint_as_float(0x7F800000u), (int)begin};
  if (c < channels)
    for (i64 place = begin + threadIdx.y; place < end; place += LINES) {
      float value = widen(x[(image * plane + place) * pitch + c]);
      if (value > best.value) {
        best.value = value;
        if (best.place >= 0) best.place = (int)place;
      }
      if (value != value) best.place = -1;
    }
  peaks[threadIdx.y][threadIdx.x] = best;
  __syncthreads();
  if (threadIdx.y == 0 && c < channels) {
    for (int line = 1; line < LINES; ++line) best = larger(best, peaks[line][threadIdx.x]);
    i64 at = blockIdx.x * (i64)channels + c;
    values[at] = best.value;
    places[at] = best.place;
  }
}

KERNEL peak_total(const float *values, const int *places, float *best, int *place, int count,
                  int parts) {
  EACH(i, count) {
    peak p = {values[i], places[i]};
    for (int part = 1; part < parts; ++part) {
      peak next = {values[(i64)part * count + i], places[(i64)part * count + i]};
      p = larger(p, next);
    }
    best[i] = p.value;
    place[i] = p.place;
  }
}

// Whole numbers are added in whatever order: they come out the same. Zeros, of which a rectifier
// gives many, are added once a thread.
KERNEL count_responses(const element *x, int *counts, i64 rows, i64 chunk, int channels,
                       int pitch) {
  int c = (int)(blockIdx.x * LANES + threadIdx.x);
  i64 begin = (i64)blockIdx.y * chunk, end = begin + chunk < rows ? begin + chunk : rows;
  if (c < channels) {
    int *mine = counts + (i64)c * (KEYS + 1), zeros = 0;
    for (i64 row = begin + threadIdx.y; row < end; row += LINES) {
      float value = widen(x[row * pitch + c]);
      u32 bits = __float_as_uint(value);
      bits = bits >> 31 ? ~bits : bits | 0x80000000u;
      if (value == 0)
        ++zeros;
      else
        atomicAdd(&mine[bits >> 18], 1);
    }
    if (zeros > 0) atomicAdd(&mine[KEYS], zeros);
  }
}
