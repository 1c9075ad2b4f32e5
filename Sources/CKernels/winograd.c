// Winograd's F(2 x 2, 3 x 3) for bfloat16: what turns pictures, weights and gradients into sixteen
// planes of numbers, whose products are plain matrix products, and what turns those back.
// - Source: Lavin & Gray, Fast Algorithms for Convolutional Neural Networks, CVPR 2016.
#include <string.h>

#include "internal.h"

enum {
  LANES = 16,         // channels side by side in blocked images
  TILES = 16,         // tiles that one thread claims at once
  SPAN = 2048,        // weights that one thread claims at once
};

typedef float lanes __attribute__((vector_size(64)));
typedef uint32_t bits __attribute__((vector_size(64)));
typedef uint16_t halves __attribute__((vector_size(32)));

#define INLINE static inline __attribute__((always_inline))

// Vectors pass by address: as values their way would depend on the processor.
INLINE void load(lanes *x, const uint16_t *from) {
  halves h;
  memcpy(&h, from, sizeof h);
  *x = (lanes)(__builtin_convertvector(h, bits) << 16);
}

/// A pixel, or zero where a row or column lies outside the picture.
INLINE void pixel(lanes *x, const uint16_t *image, int64_t row, int64_t column) {
  *x = (lanes){0};
  if ((row | column) >= 0) load(x, image + row + column);
}

// Rounds to nearest even; a NaN stays one.
INLINE void store(uint16_t *to, const lanes *x) {
  bits u = (bits)*x;
  const bits nan = (bits)(*x != *x), rounded = (u + 0x7FFF + (u >> 16 & 1)) >> 16;
  u = (nan & (u >> 16 | 0x40)) | (~nan & rounded);
  halves h = __builtin_convertvector(u, halves);
  memcpy(to, &h, sizeof h);
}

/// Where a tile lies: picture, and the pixel of its first output.
typedef struct {
  int64_t image, row, column;
} place;

static place place_of(const ck_winograd *w, int64_t tile) {
  const int64_t d = w->dilation;
  int64_t column = tile % w->tiles[1], rest = tile / w->tiles[1];
  int64_t row = rest % w->tiles[0];
  rest /= w->tiles[0];
  return (place){rest / (d * d), rest / d % d + 2 * row * d, rest % d + 2 * column * d};
}

/// Pixels of a row or column of a tile, as distances in elements; -1 outside the picture.
INLINE void reach(int64_t *at, int count, int64_t first, int64_t step, int64_t limit,
                  int64_t stride) {
  for (int i = 0; i < count; ++i) {
    int64_t position = first + i * step;
    at[i] = position >= 0 && position < limit ? position * stride : -1;
  }
}

typedef struct {
  const ck_winograd *w;
  const uint16_t *image;
  uint16_t *planes;
  float *sums;
  int64_t first, count, rows;
} inward;

// t = B^T d of four numbers.
#define BEFORE(t, d0, d1, d2, d3) \
  t[0] = d0 - d2, t[1] = d1 + d2, t[2] = d2 - d1, t[3] = d1 - d3

CK_SPEED static void input_piece(void *context, int64_t piece) {
  const inward *in = context;
  const ck_winograd *w = in->w;
  const int64_t channels = w->channels, plane = w->size[0] * w->size[1] * LANES;
  const int64_t end = ck_least((piece + 1) * TILES, in->count);
  for (int64_t i = piece * TILES; i < end; ++i) {
    place p = place_of(w, in->first + i);
    int64_t y[4], x[4];
    reach(y, 4, p.row - w->dilation, w->dilation, w->size[0], w->size[1] * LANES);
    reach(x, 4, p.column - w->dilation, w->dilation, w->size[1], LANES);
    const uint16_t *from = in->image + p.image * channels / LANES * plane;
    uint16_t *to = in->planes + i * channels;
    for (int64_t c = 0; c < channels; c += LANES, from += plane) {
      lanes half[4][4], t[4];
      for (int s = 0; s < 4; ++s) {
        lanes d[4];
        for (int r = 0; r < 4; ++r) pixel(&d[r], from, y[r], x[s]);
        BEFORE(t, d[0], d[1], d[2], d[3]);
        for (int r = 0; r < 4; ++r) half[r][s] = t[r];
      }
      for (int r = 0; r < 4; ++r) {
        BEFORE(t, half[r][0], half[r][1], half[r][2], half[r][3]);
        for (int s = 0; s < 4; ++s) store(to + (r * 4 + s) * in->rows * channels + c, &t[s]);
      }
    }
  }
}

// t = A y of two numbers.
#define SPREAD(t, y0, y1) t[0] = y0, t[1] = y0 + y1, t[2] = y0 - y1, t[3] = -y1

CK_SPEED static void gradient_piece(void *context, int64_t piece) {
  const inward *in = context;
  const ck_winograd *w = in->w;
  const int64_t channels = w->channels, plane = w->size[0] * w->size[1] * LANES;
  const int64_t end = ck_least((piece + 1) * TILES, in->count);
  float *sums = in->sums ? in->sums + (in->first / TILES + piece) * channels : NULL;
  if (sums) memset(sums, 0, (size_t)channels * sizeof *sums);
  for (int64_t i = piece * TILES; i < end; ++i) {
    place p = place_of(w, in->first + i);
    int64_t y[2], x[2];
    reach(y, 2, p.row, w->dilation, w->size[0], w->size[1] * LANES);
    reach(x, 2, p.column, w->dilation, w->size[1], LANES);
    const uint16_t *from = in->image + p.image * channels / LANES * plane;
    uint16_t *to = in->planes + i * channels;
    for (int64_t c = 0; c < channels; c += LANES, from += plane) {
      lanes half[4][2], t[4], d[2][2];
      for (int s = 0; s < 2; ++s) {
        for (int r = 0; r < 2; ++r) pixel(&d[r][s], from, y[r], x[s]);
        SPREAD(t, d[0][s], d[1][s]);
        for (int r = 0; r < 4; ++r) half[r][s] = t[r];
      }
      for (int r = 0; r < 4; ++r) {
        SPREAD(t, half[r][0], half[r][1]);
        for (int s = 0; s < 4; ++s) store(to + (r * 4 + s) * in->rows * channels + c, &t[s]);
      }
      if (sums) {
        lanes total;
        memcpy(&total, sums + c, sizeof total);
        total += (d[0][0] + d[0][1]) + (d[1][0] + d[1][1]);
        memcpy(sums + c, &total, sizeof total);
      }
    }
  }
}

/// Rows beyond the tiles are zero, so that they add nothing to products.
static void inward_run(inward *in, void (*body)(void *, int64_t)) {
  const int64_t channels = in->w->channels;
  for (int k = 0; k < 16 && in->count < in->rows; ++k)
    memset(in->planes + (k * in->rows + in->count) * channels, 0,
           (size_t)((in->rows - in->count) * channels) * sizeof *in->planes);
  ck_for(in->count * channels * 16, ck_pieces(in->count, TILES), body, in);
}

void ck_winograd_input(const ck_winograd *w, const uint16_t *x, uint16_t *planes, int64_t first,
                       int64_t count, int64_t rows) {
  inward in = {w, x, planes, NULL, first, count, rows};
  inward_run(&in, input_piece);
}

int64_t ck_winograd_sums(int64_t tiles) { return ck_pieces(tiles, TILES); }

void ck_winograd_gradient(const ck_winograd *w, const uint16_t *g, uint16_t *planes, float *sums,
                          int64_t first, int64_t count, int64_t rows) {
  inward in = {w, g, planes, sums, first, count, rows};
  inward_run(&in, gradient_piece);
}

typedef struct {
  const ck_winograd *w;
  const float *planes, *bias;
  uint16_t *image;
  int relu;
  int64_t first, count, rows;
} outward;

CK_SPEED static void output_piece(void *context, int64_t piece) {
  const outward *out = context;
  const ck_winograd *w = out->w;
  const int64_t channels = w->channels, plane = w->size[0] * w->size[1] * LANES;
  const int64_t end = ck_least((piece + 1) * TILES, out->count);
  for (int64_t i = piece * TILES; i < end; ++i) {
    place p = place_of(w, out->first + i);
    int64_t y[2], x[2];
    reach(y, 2, p.row, w->dilation, w->size[0], w->size[1] * LANES);
    reach(x, 2, p.column, w->dilation, w->size[1], LANES);
    const float *from = out->planes + i * channels;
    uint16_t *to = out->image + p.image * channels / LANES * plane;
    for (int64_t c = 0; c < channels; c += LANES, to += plane) {
      lanes half[2][4], bias = {0};
      if (out->bias) memcpy(&bias, out->bias + c, sizeof bias);
      for (int s = 0; s < 4; ++s) {
        lanes m[4];
        for (int r = 0; r < 4; ++r)
          memcpy(&m[r], from + (r * 4 + s) * out->rows * channels + c, sizeof m[r]);
        half[0][s] = m[0] + m[1] + m[2];
        half[1][s] = m[1] - m[2] - m[3];
      }
      for (int r = 0; r < 2; ++r) {
        lanes found[2] = {half[r][0] + half[r][1] + half[r][2] + bias,
                          half[r][1] - half[r][2] - half[r][3] + bias};
        for (int s = 0; s < 2; ++s) {
          if ((y[r] | x[s]) < 0) continue;
          // A NaN is not below zero and stays.
          if (out->relu) found[s] = (lanes)((bits)found[s] & ~(bits)(found[s] < 0));
          store(to + y[r] + x[s], &found[s]);
        }
      }
    }
  }
}

void ck_winograd_output(const ck_winograd *w, const float *planes, const float *bias, int relu,
                        uint16_t *y, int64_t first, int64_t count, int64_t rows) {
  outward out = {w, planes, bias, y, relu, first, count, rows};
  ck_for(count * w->channels * 16, ck_pieces(count, TILES), output_piece, &out);
}

typedef struct {
  const float *from;
  void *to;
  int64_t count;
  int flipped;
} weighing;

CK_SPEED static void weights_piece(void *context, int64_t piece) {
  const weighing *w = context;
  const int64_t n = w->count, end = ck_least((piece + 1) * SPAN, n);
  // A kernel that is turned by half a circle swaps the outer rows and columns of its transform.
  static const int straight[4] = {0, 1, 2, 3}, turned[4] = {3, 1, 2, 0};
  const int *order = w->flipped ? turned : straight;
  for (int64_t i = piece * SPAN; i < end; i += LANES) {
    lanes half[4][3];
    for (int s = 0; s < 3; ++s) {
      lanes g[3];
      for (int r = 0; r < 3; ++r) memcpy(&g[r], w->from + (r * 3 + s) * n + i, sizeof g[r]);
      lanes outer = 0.5f * (g[0] + g[2]), inner = 0.5f * g[1];
      half[0][s] = g[0], half[1][s] = outer + inner, half[2][s] = outer - inner, half[3][s] = g[2];
    }
    for (int r = 0; r < 4; ++r) {
      lanes outer = 0.5f * (half[r][0] + half[r][2]), inner = 0.5f * half[r][1];
      lanes u[4] = {half[r][0], outer + inner, outer - inner, half[r][2]};
      for (int s = 0; s < 4; ++s)
        store((uint16_t *)w->to + (order[r] * 4 + order[s]) * n + i, &u[s]);
    }
  }
}

void ck_winograd_weights(const float *weights, uint16_t *planes, int64_t count, int flipped) {
  weighing w = {weights, planes, count, flipped};
  ck_for(count * 16, ck_pieces(count, SPAN), weights_piece, &w);
}

CK_SPEED static void weight_gradient_piece(void *context, int64_t piece) {
  const weighing *w = context;
  const int64_t n = w->count, end = ck_least((piece + 1) * SPAN, n);
  for (int64_t i = piece * SPAN; i < end; i += LANES) {
    lanes half[3][4];
    for (int s = 0; s < 4; ++s) {
      lanes u[4];
      for (int r = 0; r < 4; ++r) memcpy(&u[r], w->from + (r * 4 + s) * n + i, sizeof u[r]);
      lanes sum = 0.5f * (u[1] + u[2]);
      half[0][s] = u[0] + sum, half[1][s] = 0.5f * (u[1] - u[2]), half[2][s] = sum + u[3];
    }
    for (int r = 0; r < 3; ++r) {
      lanes sum = 0.5f * (half[r][1] + half[r][2]);
      lanes g[3] = {half[r][0] + sum, 0.5f * (half[r][1] - half[r][2]), sum + half[r][3]};
      for (int s = 0; s < 3; ++s) memcpy((float *)w->to + (r * 3 + s) * n + i, &g[s], sizeof g[s]);
    }
  }
}

void ck_winograd_weight_gradient(const float *planes, float *gradient, int64_t count) {
  weighing w = {planes, gradient, count, 0};
  ck_for(count * 16, ck_pieces(count, SPAN), weight_gradient_piece, &w);
}
