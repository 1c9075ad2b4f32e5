// Pooling over channels-last memory. Gradients are gathered: each input looks at the windows that
// cover it, in their order, so nothing depends on which thread comes first.
struct window {
  int height, width;              // of the input
  int out_height, out_width;      // of the output
  int rows, columns;              // of the window
  int down, across;               // its steps
  int top, left;                  // the border
  int channels, pitch;
  int counts_padding;
};

// The part of window (i, j) that lies inside the input.
struct extent {
  int row, row_end, column, column_end;
};
__device__ inline extent inside(const window &w, int i, int j) {
  int row = i * w.down - w.top, column = j * w.across - w.left;
  extent e = {most(row, 0), least(row + w.rows, w.height), most(column, 0),
              least(column + w.columns, w.width)};
  return e;
}

// How many elements a window averages over; the border ends where the padding does.
__device__ inline float divisor(const window &w, int i, int j) {
  extent e = inside(w, i, j);
  if (!w.counts_padding) return (float)((e.row_end - e.row) * (e.column_end - e.column));
  int row = i * w.down - w.top, column = j * w.across - w.left;
  return (float)((least(row + w.rows, w.height + w.top) - row) *
                 (least(column + w.columns, w.width + w.left) - column));
}

// The windows that cover an input pixel.
__device__ inline extent covering(const window &w, int row, int column) {
  int down = row + w.top - w.rows + w.down, across = column + w.left - w.columns + w.across;
  extent e = {down > 0 ? down / w.down : 0, least((row + w.top) / w.down + 1, w.out_height),
              across > 0 ? across / w.across : 0,
              least((column + w.left) / w.across + 1, w.out_width)};
  return e;
}

// Splits a row of memory into image, pixel row and pixel column.
#define PLACE(row, height, width)                                                  \
  int column_ = (int)((u32)((row) % (width))), row_ = (int)((row) / (width) % (height)); \
  i64 image_ = (row) / ((i64)(width) * (height));

// The first largest element in row-major order wins, and a NaN does; `places` is its place.
KERNEL max_pool(const element *x, element *y, int *places, window w, i64 rows) {
  EACH_ROW(row, rows) {
    PLACE(row, w.out_height, w.out_width)
    extent e = inside(w, row_, column_);
    const element *image = x + image_ * w.height * w.width * w.pitch;
    EACH_CHANNEL(c, w.pitch) {
      int best = e.row * w.width + e.column;
      float largest = widen(image[(i64)best * w.pitch + c]);
      for (int i = e.row; i < e.row_end; ++i)
        for (int j = e.column; j < e.column_end; ++j) {
          float value = widen(image[((i64)i * w.width + j) * w.pitch + c]);
          if (value > largest || (value != value && largest == largest)) {
            largest = value;
            best = i * w.width + j;
          }
        }
      narrow(c < w.channels ? largest : 0, &y[row * w.pitch + c]);
      places[row * w.pitch + c] = best;
    }
  }
}

KERNEL max_pool_gradient(const element *g, const int *places, element *dx, window w, i64 rows) {
  EACH_ROW(row, rows) {
    PLACE(row, w.height, w.width)
    extent e = covering(w, row_, column_);
    int place = row_ * w.width + column_;
    i64 image = image_ * w.out_height * w.out_width;
    EACH_CHANNEL(c, w.pitch) {
      float sum = 0;
      for (int i = e.row; i < e.row_end; ++i)
        for (int j = e.column; j < e.column_end; ++j) {
          i64 at = (image + (i64)i * w.out_width + j) * w.pitch + c;
          if (places[at] == place) sum += widen(g[at]);
        }
      narrow(c < w.channels ? sum : 0, &dx[row * w.pitch + c]);
    }
  }
}

KERNEL average_pool(const element *x, element *y, window w, i64 rows) {
  EACH_ROW(row, rows) {
    PLACE(row, w.out_height, w.out_width)
    extent e = inside(w, row_, column_);
    float share = 1 / divisor(w, row_, column_);
    const element *image = x + image_ * w.height * w.width * w.pitch;
    EACH_CHANNEL(c, w.pitch) {
      float sum = 0;
      for (int i = e.row; i < e.row_end; ++i)
        for (int j = e.column; j < e.column_end; ++j)
          sum += widen(image[((i64)i * w.width + j) * w.pitch + c]);
      narrow(sum * share, &y[row * w.pitch + c]);
    }
  }
}

KERNEL average_pool_gradient(const element *g, element *dx, window w, i64 rows) {
  EACH_ROW(row, rows) {
    PLACE(row, w.height, w.width)
    extent e = covering(w, row_, column_);
    i64 image = image_ * w.out_height * w.out_width;
    EACH_CHANNEL(c, w.pitch) {
      float sum = 0;
      for (int i = e.row; i < e.row_end; ++i)
        for (int j = e.column; j < e.column_end; ++j)
          sum += widen(g[(image + (i64)i * w.out_width + j) * w.pitch + c]) / divisor(w, i, j);
      narrow(sum, &dx[row * w.pitch + c]);
    }
  }
}
