// Batch normalization. Channels lie in blocks, side by side: one (row-major), 8 or 16, or all.
// Sums go over fixed pieces of the batch, in double precision, and from piece to piece along a
// binary tree: neither threads nor layouts change them beyond the last bits of a double.
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum {
  WIDEST = 512,  // channels of a block that are worked on at once
  LANES = 16,    // neighbors of a single channel that are
};

// Of the numbers of one channel: how many, their mean, and the squares of what they are off it.
typedef struct {
  double count, mean, squares;
} moments;
// Of the gradients of one channel: their sum, and that of their products with the inputs.
typedef struct {
  double sum, product;
} flows;

typedef struct {
  ck_channel_blocks shape;
  ck_operand g, x, out;
  const float *coefficients;
  int relu;
  int64_t blocks, chunks, padded, pieces;
  moments *moments;
  flows *flows;
} job;

static job described(const ck_channel_blocks *shape, ck_operand x, const float *coefficients,
                     int relu) {
  job j = {.shape = *shape, .x = x, .coefficients = coefficients, .relu = relu};
  j.blocks = ck_pieces(shape->channels, shape->block);
  j.chunks = ck_pieces(shape->block, WIDEST);
  j.padded = j.blocks * shape->block;
  j.pieces = ck_least(CK_BATCH_PIECES, shape->batch);
  return j;
}

// What one thread does at a time: some channels of a block, in one piece of the batch.
typedef struct {
  int64_t piece, channel, block, first, width, lanes, begin, end, rows;
} part;

static void run(job *j, void (*body)(void *, int64_t)) {
  ck_for(j->shape.batch * j->padded * j->shape.plane, j->pieces * j->blocks * j->chunks, body, j);
}

static part part_of(const job *j, int64_t index) {
  part p;
  p.piece = index / (j->blocks * j->chunks);
  p.block = index / j->chunks % j->blocks;
  p.first = index % j->chunks * WIDEST;
  p.channel = p.block * j->shape.block + p.first;
  p.width = ck_least(WIDEST, j->shape.block - p.first);
  p.lanes = p.width == 1 ? LANES : p.width;
  p.begin = p.piece * j->shape.batch / j->pieces;
  p.end = (p.piece + 1) * j->shape.batch / j->pieces;
  // Rows of whole blocks lie together; of parts of blocks, one is read at a time.
  p.rows = p.width < j->shape.block ? 1 : CK_TILE / p.width;
  return p;
}

static int64_t address(const job *j, const part *p, int64_t image, int64_t row) {
  return ((image * j->blocks + p->block) * j->shape.plane + row) * j->shape.block + p->first;
}

// Loops over the tiles of a part: where one begins, and how many elements it has.
#define FOR_TILES(j, p, at, count)                                                            \
  for (int64_t image = (p).begin; image < (p).end; ++image)                                   \
    for (int64_t row = 0, at, count;                                                          \
         row < (j)->shape.plane &&                                                            \
         (count = ck_least((p).rows, (j)->shape.plane - row) * (p).width,                     \
          at = address(j, &(p), image, row), 1);                                              \
         row += (p).rows)

// Rows of `width` are worked on by loops that are compiled for the common widths, where sums stay
// in registers; a single channel is seen as rows of 16 neighbors in memory, which may end short.
#define IN_ROWS(count, width, call)                                               \
  switch (width) {                                                                \
    case 8: call(0, (count) / 8, 8); break;                                       \
    case 16: call(0, (count) / 16, 16); break;                                    \
    default: call(0, (count) / (width), width);                                   \
  }                                                                               \
  if ((count) % (width)) call((count) / (width) * (width), 1, (count) % (width))

// Sums.

static inline __attribute__((always_inline)) void add_squares(
    const float *restrict x, int64_t rows, int64_t width, const double *restrict origin,
    double *restrict sum, double *restrict squares) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < width; ++c) {
      double off = (double)x[r * width + c] - origin[c];
      sum[c] += off;
      squares[c] += off * off;
    }
}

CK_SPEED static void squares_of(const float *x, int64_t count, int64_t width,
                                const double *origin, double *sum, double *squares) {
#define CALL(at, rows, w) add_squares(x + (at), rows, w, origin, sum, squares)
  IN_ROWS(count, width, CALL);
#undef CALL
}

static inline __attribute__((always_inline)) void add_flows(
    const float *restrict g, const float *restrict x, int64_t rows, int64_t width,
    const float *restrict mean, const float *restrict rest, const float *restrict gain,
    const float *restrict offset, int relu, double *restrict sum, double *restrict product) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < width; ++c) {
      float off = (x[r * width + c] - mean[c]) - rest[c];
      float open = relu && off * gain[c] + offset[c] <= 0 ? 0 : g[r * width + c];
      sum[c] += (double)open;
      product[c] += (double)open * (double)off;
    }
}

CK_SPEED static void flows_of(const float *g, const float *x, int64_t count, int64_t width,
                              const float *const *v, int relu, double *sum, double *product) {
#define CALL(at, rows, w) \
  add_flows(g + (at), x + (at), rows, w, v[0], v[1], v[2], v[3], relu, sum, product)
  IN_ROWS(count, width, CALL);
#undef CALL
}

// The sums of what was one channel.
static void fold(const part *p, double *sums) {
  for (int64_t c = p->width; c < p->lanes; ++c) sums[0] += sums[c];
}

// `count` numbers for each channel of the part, repeated where it is seen as several.
static void coefficients_of(const job *j, const part *p, int count, float repeated[][LANES],
                            const float **v) {
  for (int i = 0; i < count; ++i) {
    v[i] = j->coefficients + i * j->padded + p->channel;
    for (int64_t c = 0; c < p->lanes && p->width == 1; ++c) repeated[i][c] = *v[i];
    if (p->width == 1) v[i] = repeated[i];
  }
}

static void moments_part(void *context, int64_t index) {
  const job *j = context;
  part p = part_of(j, index);
  float tile[CK_TILE];
  double origin[WIDEST], sum[WIDEST] = {0}, squares[WIDEST] = {0};
  // Numbers are counted from the first one, so that a large mean costs no digits.
  const float *first = ck_read(j->x, address(j, &p, p.begin, 0), p.width, tile);
  for (int64_t c = 0; c < p.lanes; ++c) origin[c] = (double)first[c % p.width];
  FOR_TILES(j, p, at, count) {
    squares_of(ck_read(j->x, at, count, tile), count, p.lanes, origin, sum, squares);
  }
  fold(&p, sum);
  fold(&p, squares);
  double n = (double)((p.end - p.begin) * j->shape.plane);
  for (int64_t c = 0; c < p.width; ++c) {
    double mean = sum[c] / n, rest = squares[c] - sum[c] * mean;
    j->moments[p.piece * j->padded + p.channel + c] =
        (moments){n, origin[c] + mean, rest < 0 ? 0 : rest};
  }
}

// Chan, Golub & LeVeque 1979: the moments of two parts together.
static moments joined(moments a, moments b) {
  double n = a.count + b.count, off = b.mean - a.mean;
  return (moments){n, a.mean + off * (b.count / n),
                   a.squares + b.squares + off * off * (a.count * b.count / n)};
}

void ck_batch_moments(const ck_channel_blocks *shape, ck_operand x, double *mean,
                      double *variance) {
  job j = described(shape, x, NULL, 0);
  j.moments = ck_allocate((size_t)(j.pieces * j.padded) * sizeof(moments));
  run(&j, moments_part);
  for (int64_t step = 1; step < j.pieces; step *= 2)
    for (int64_t i = 0; i + step < j.pieces; i += 2 * step)
      for (int64_t c = 0; c < shape->channels; ++c)
        j.moments[i * j.padded + c] =
            joined(j.moments[i * j.padded + c], j.moments[(i + step) * j.padded + c]);
  for (int64_t c = 0; c < shape->channels; ++c) {
    mean[c] = j.moments[c].mean;
    variance[c] = j.moments[c].squares / j.moments[c].count;
  }
  free(j.moments);
}

static void flows_part(void *context, int64_t index) {
  const job *j = context;
  part p = part_of(j, index);
  float own_g[CK_TILE], own_x[CK_TILE], repeated[4][LANES];
  const float *v[4];
  double sum[WIDEST] = {0}, product[WIDEST] = {0};
  coefficients_of(j, &p, 4, repeated, v);
  FOR_TILES(j, p, at, count) {
    flows_of(ck_read(j->g, at, count, own_g), ck_read(j->x, at, count, own_x), count, p.lanes, v,
             j->relu, sum, product);
  }
  fold(&p, sum);
  fold(&p, product);
  for (int64_t c = 0; c < p.width; ++c)
    j->flows[p.piece * j->padded + p.channel + c] = (flows){sum[c], product[c]};
}

void ck_normalization_flows(const ck_channel_blocks *shape, ck_operand g, ck_operand x,
                            const float *coefficients, int relu, double *sums, double *products) {
  job j = described(shape, x, coefficients, relu);
  j.g = g;
  j.flows = ck_allocate((size_t)(j.pieces * j.padded) * sizeof(flows));
  run(&j, flows_part);
  for (int64_t step = 1; step < j.pieces; step *= 2)
    for (int64_t i = 0; i + step < j.pieces; i += 2 * step)
      for (int64_t c = 0; c < shape->channels; ++c) {
        j.flows[i * j.padded + c].sum += j.flows[(i + step) * j.padded + c].sum;
        j.flows[i * j.padded + c].product += j.flows[(i + step) * j.padded + c].product;
      }
  for (int64_t c = 0; c < shape->channels; ++c) {
    sums[c] = j.flows[c].sum;
    products[c] = j.flows[c].product;
  }
  free(j.flows);
}

// Element by element.

static inline __attribute__((always_inline)) void put_normalized(
    const float *restrict x, float *restrict y, int64_t rows, int64_t width,
    const float *restrict mean, const float *restrict rest, const float *restrict gain,
    const float *restrict offset, int relu) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < width; ++c) {
      float off = (x[r * width + c] - mean[c]) - rest[c];
      float v = off * gain[c] + offset[c];
      y[r * width + c] = relu && v <= 0 ? 0 : v;  // what is not a number stays
    }
}

CK_SPEED static void normalized(const float *x, float *y, int64_t count, int64_t width,
                                const float *const *v, int relu) {
#define CALL(at, rows, w) put_normalized(x + (at), y + (at), rows, w, v[0], v[1], v[2], v[3], relu)
  IN_ROWS(count, width, CALL);
#undef CALL
}

static inline __attribute__((always_inline)) void put_gradient(
    const float *restrict g, const float *restrict x, float *restrict out, int64_t rows,
    int64_t width, const float *restrict mean, const float *restrict rest,
    const float *restrict gain, const float *restrict offset, const float *restrict constant,
    const float *restrict slope, int relu) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < width; ++c) {
      float off = (x[r * width + c] - mean[c]) - rest[c];
      float open = relu && off * gain[c] + offset[c] <= 0 ? 0 : g[r * width + c];
      out[r * width + c] = (gain[c] * open - constant[c]) - slope[c] * off;
    }
}

CK_SPEED static void gradient(const float *g, const float *x, float *out, int64_t count,
                              int64_t width, const float *const *v, int relu) {
#define CALL(at, rows, w)                                                                      \
  put_gradient(g + (at), x + (at), out + (at), rows, w, v[0], v[1], v[2], v[3], v[4], v[5], relu)
  IN_ROWS(count, width, CALL);
#undef CALL
}

static void normalize_part(void *context, int64_t index) {
  const job *j = context;
  part p = part_of(j, index);
  float tile[CK_TILE], result[CK_TILE], repeated[4][LANES];
  const float *v[4];
  coefficients_of(j, &p, 4, repeated, v);
  FOR_TILES(j, p, at, count) {
    float *y = ck_target(j->out, at, result);
    normalized(ck_read(j->x, at, count, tile), y, count, p.lanes, v, j->relu);
    ck_written(j->out, at, count, y);
  }
}

void ck_normalize(const ck_channel_blocks *shape, ck_operand x, ck_operand y,
                  const float *coefficients, int relu) {
  job j = described(shape, x, coefficients, relu);
  j.out = y;
  run(&j, normalize_part);
}

static void gradient_part(void *context, int64_t index) {
  const job *j = context;
  part p = part_of(j, index);
  float own_g[CK_TILE], own_x[CK_TILE], result[CK_TILE], repeated[6][LANES];
  const float *v[6];
  coefficients_of(j, &p, 6, repeated, v);
  FOR_TILES(j, p, at, count) {
    float *out = ck_target(j->out, at, result);
    gradient(ck_read(j->g, at, count, own_g), ck_read(j->x, at, count, own_x), out, count,
             p.lanes, v, j->relu);
    ck_written(j->out, at, count, out);
  }
}

void ck_normalization_gradient(const ck_channel_blocks *shape, ck_operand g, ck_operand x,
                               ck_operand out, const float *coefficients, int relu) {
  job j = described(shape, x, coefficients, relu);
  j.g = g;
  j.out = out;
  run(&j, gradient_part);
}
