// Bilinear interpolation. For every output row, then for every output column, `first` and `second`
// are the two inputs it lies between and `weight` the share of the second; `begin` and `end` are,
// for every input row and column, the outputs that may touch it.
struct resize {
  int height, width, out_height, out_width, channels, pitch;
};

KERNEL resized(const element *x, element *y, const int *first, const int *second,
               const float *weight, resize r, i64 rows) {
  EACH_ROW(row, rows) {
    int i = (int)(row / r.out_width % r.out_height);
    int j = r.out_height + (int)(row % r.out_width);
    i64 place = row / ((i64)r.out_height * r.out_width) * r.height * r.width;
    const element *image = x + place * r.pitch;
    const element *top = image + (i64)first[i] * r.width * r.pitch;
    const element *bottom = image + (i64)second[i] * r.width * r.pitch;
    i64 left = (i64)first[j] * r.pitch, right = (i64)second[j] * r.pitch;
    float down = weight[i], across = weight[j];
    EACH_CHANNEL(c, r.pitch) {
      float above = (1 - across) * widen(top[left + c]) + across * widen(top[right + c]);
      float below = (1 - across) * widen(bottom[left + c]) + across * widen(bottom[right + c]);
      narrow((1 - down) * above + down * below, &y[row * r.pitch + c]);
    }
  }
}

// The share of input `place` in output `at`.
__device__ inline float share(const int *first, const int *second, const float *weight, int at,
                              int place) {
  return (first[at] == place ? 1 - weight[at] : 0) + (second[at] == place ? weight[at] : 0);
}

KERNEL resized_gradient(const element *g, element *dx, const int *first, const int *second,
                        const float *weight, const int *begin, const int *end, resize r,
                        i64 rows) {
  EACH_ROW(row, rows) {
    int i = (int)(row / r.width % r.height), j = (int)(row % r.width);
    int across = r.height + j;
    const element *image =
        g + row / ((i64)r.height * r.width) * r.out_height * r.out_width * r.pitch;
    EACH_CHANNEL(c, r.pitch) {
      float sum = 0;
      for (int p = begin[i]; p < end[i]; ++p) {
        float down = share(first, second, weight, p, i), line = 0;
        for (int q = begin[across]; q < end[across]; ++q)
          line += share(first, second, weight, r.out_height + q, j) *
                  widen(image[((i64)p * r.out_width + q) * r.pitch + c]);
        sum += down * line;
      }
      narrow(sum, &dx[row * r.pitch + c]);
    }
  }
}
