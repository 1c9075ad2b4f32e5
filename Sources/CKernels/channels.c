// One number per channel: sums over the rest, and additions to the rest.
#include <stdlib.h>

#include "internal.h"

typedef struct {
  ck_operand x, bias, out;
  int64_t batch, channels, plane;
  const float *row;  // the bias repeated over one image
  double *sums;
} channels;

enum { COLUMNS = 256 };

CK_SPEED static void add_to(double *restrict sums, const float *restrict x, int64_t n) {
  for (int64_t i = 0; i < n; ++i) sums[i] += (double)x[i];
}

CK_SPEED static double plane_sum(const float *x, int64_t n) {
  double lanes[16] = {0}, sum = 0;
  int64_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (int j = 0; j < 16; ++j) lanes[j] += (double)x[i + j];
  for (; i < n; ++i) lanes[i % 16] += (double)x[i];
  for (int j = 0; j < 16; ++j) sum += lanes[j];
  return sum;
}

// A block of neighboring columns of the matrix [batch, channels * plane].
static void column_piece(void *context, int64_t piece) {
  const channels *c = context;
  int64_t width = c->channels * c->plane, begin = piece * COLUMNS;
  int64_t n = ck_least(COLUMNS, width - begin);
  float tile[COLUMNS];
  for (int64_t i = 0; i < n; ++i) c->sums[begin + i] = 0;
  for (int64_t b = 0; b < c->batch; ++b)
    add_to(c->sums + begin, ck_read(c->x, b * width + begin, n, tile), n);
}

static void plane_piece(void *context, int64_t channel) {
  const channels *c = context;
  float tile[CK_TILE];
  double sum = 0;
  for (int64_t b = 0; b < c->batch; ++b) {
    int64_t begin = (b * c->channels + channel) * c->plane;
    for (int64_t i = 0; i < c->plane; i += CK_TILE) {
      int64_t n = ck_least(CK_TILE, c->plane - i);
      sum += plane_sum(ck_read(c->x, begin + i, n, tile), n);
    }
  }
  c->sums[channel] = sum;
}

void ck_channel_sums(ck_operand x, int64_t batch, int64_t count, int64_t plane, ck_operand out) {
  int64_t width = count * plane;
  int flat = plane < 64;
  channels c = {.x = x, .batch = batch, .channels = count, .plane = plane};
  c.sums = ck_allocate((size_t)(flat ? width : count) * sizeof(double));
  if (flat)
    ck_for(batch * width, ck_pieces(width, COLUMNS), column_piece, &c);
  else
    ck_for(batch * width, count, plane_piece, &c);
  for (int64_t k = 0; k < count; ++k) {
    double sum = 0;
    if (flat)
      for (int64_t i = 0; i < plane; ++i) sum += c.sums[k * plane + i];
    else
      sum = c.sums[k];
    float value = (float)sum;
    ck_written(out, k, 1, &value);
    if (out.type == CK_F32) ((float *)out.address)[k] = value;
  }
  free(c.sums);
}

CK_SPEED static void add_number(float *restrict y, const float *restrict x, float b, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = x[i] + b;
}

CK_SPEED static void add_row(float *restrict y, const float *restrict x, const float *restrict b,
                             int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = x[i] + b[i];
}

// One row of `width` elements: a plane of one channel, or a whole image of small planes.
static void add_piece(void *context, int64_t row) {
  const channels *c = context;
  int flat = c->row != NULL;
  int64_t width = flat ? c->channels * c->plane : c->plane;
  float tile[CK_TILE], result[CK_TILE];
  for (int64_t i = 0; i < width; i += CK_TILE) {
    int64_t n = ck_least(CK_TILE, width - i), at = row * width + i;
    const float *x = ck_read(c->x, at, n, tile);
    float *y = ck_target(c->out, at, result);
    if (flat) {
      add_row(y, x, c->row + i, n);
    } else {
      float b;
      b = *ck_read(c->bias, row % c->channels, 1, &b);
      add_number(y, x, b, n);
    }
    ck_written(c->out, at, n, result);
  }
}

void ck_add_channels(ck_operand x, ck_operand bias, ck_operand out, int64_t batch, int64_t count,
                     int64_t plane) {
  channels c = {.x = x, .bias = bias, .out = out, .batch = batch, .channels = count,
                .plane = plane};
  if (plane >= 64) {
    ck_for(batch * count * plane, batch * count, add_piece, &c);
    return;
  }
  float *row = ck_allocate((size_t)(count * plane) * sizeof(float));
  for (int64_t k = 0; k < count; ++k) {
    float b;
    b = *ck_read(bias, k, 1, &b);
    for (int64_t i = 0; i < plane; ++i) row[k * plane + i] = b;
  }
  c.row = row;
  ck_for(batch * count * plane, batch, add_piece, &c);
  free(row);
}
