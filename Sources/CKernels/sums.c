// Sums in double precision: 16 lanes per piece, pieces added in their order.
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum { LANES = 16 };

static inline double folded(const double *lanes) {
  double sum = 0;
  for (int j = 0; j < LANES; ++j) sum += lanes[j];
  return sum;
}

CK_SPEED static double span_sum(const float *x, int64_t n) {
  double lanes[LANES] = {0};
  int64_t i = 0;
  for (; i + LANES <= n; i += LANES)
    for (int j = 0; j < LANES; ++j) lanes[j] += (double)x[i + j];
  for (; i < n; ++i) lanes[i % LANES] += (double)x[i];
  return folded(lanes);
}

CK_SPEED static double span_squares(const float *x, int64_t n) {
  double lanes[LANES] = {0};
  int64_t i = 0;
  for (; i + LANES <= n; i += LANES)
    for (int j = 0; j < LANES; ++j) lanes[j] += (double)x[i + j] * (double)x[i + j];
  for (; i < n; ++i) lanes[i % LANES] += (double)x[i] * (double)x[i];
  return folded(lanes);
}

typedef struct {
  ck_operand x;
  int64_t count;
  double (*span)(const float *, int64_t);
  double *parts;
} reduction;

static double operand_sum(ck_operand x, int64_t begin, int64_t end,
                          double (*span)(const float *, int64_t)) {
  float tile[CK_TILE];
  double sum = 0;
  for (int64_t i = begin; i < end; i += CK_TILE) {
    int64_t n = ck_least(CK_TILE, end - i);
    sum += span(ck_read(x, i, n, tile), n);
  }
  return sum;
}

static void reduce_piece(void *context, int64_t piece) {
  const reduction *r = context;
  int64_t begin = piece * CK_PIECE;
  r->parts[piece] = operand_sum(r->x, begin, ck_least(begin + CK_PIECE, r->count), r->span);
}

static double reduced(ck_operand x, int64_t count, double (*span)(const float *, int64_t)) {
  int64_t pieces = ck_pieces(count, CK_PIECE);
  reduction r = {x, count, span, ck_allocate((size_t)pieces * sizeof(double))};
  ck_for(count, pieces, reduce_piece, &r);
  double sum = 0;
  for (int64_t i = 0; i < pieces; ++i) sum += r.parts[i];
  free(r.parts);
  return sum;
}

double ck_sum(ck_operand x, int64_t count) { return reduced(x, count, span_sum); }
double ck_squared_norm(ck_operand x, int64_t count) { return reduced(x, count, span_squares); }

typedef struct {
  const float *parts;
  float *out;
  int64_t count, number;
} tree;

CK_SPEED static void add(float *restrict to, const float *restrict x, int64_t n) {
  for (int64_t i = 0; i < n; ++i) to[i] += x[i];
}

static void tree_piece(void *context, int64_t piece) {
  const tree *t = context;
  float sums[CK_BATCH_PIECES][CK_TILE];
  int64_t end = ck_least(t->count, (piece + 1) * CK_PIECE);
  for (int64_t i = piece * CK_PIECE; i < end; i += CK_TILE) {
    int64_t n = ck_least(CK_TILE, end - i);
    for (int64_t k = 0; k < t->number; ++k)
      memcpy(sums[k], t->parts + k * t->count + i, (size_t)n * sizeof(float));
    for (int64_t step = 1; step < t->number; step *= 2)
      for (int64_t k = 0; k + step < t->number; k += 2 * step) add(sums[k], sums[k + step], n);
    memcpy(t->out + i, sums[0], (size_t)n * sizeof(float));
  }
}

void ck_tree_sum(const float *parts, int64_t count, int64_t number, float *out) {
  tree t = {parts, out, count, number};
  ck_for(count, ck_pieces(count, CK_PIECE), tree_piece, &t);
}
