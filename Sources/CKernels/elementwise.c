// Elementwise kernels: each is one plain loop over float32, which the compiler vectorizes for
// several processors. Operands in bfloat16 are widened and narrowed tile by tile around it.
#include <math.h>
#include <string.h>

#include "internal.h"

CK_SPEED static void widen(float *restrict to, const uint16_t *restrict from, int64_t count) {
  uint32_t *bits = (uint32_t *)to;
  for (int64_t i = 0; i < count; ++i) bits[i] = (uint32_t)from[i] << 16;
}

// Rounds to nearest even; a NaN stays one.
CK_SPEED static void narrow(uint16_t *restrict to, const float *restrict from, int64_t count) {
  const uint32_t *bits = (const uint32_t *)from;
  for (int64_t i = 0; i < count; ++i) {
    uint32_t u = bits[i];
    uint32_t rounded = (u + 0x7FFF + (u >> 16 & 1)) >> 16;
    uint32_t quiet = u >> 16 | 0x40;
    to[i] = (uint16_t)((u & 0x7FFFFFFF) > 0x7F800000 ? quiet : rounded);
  }
}

void ck_widen(float *to, const uint16_t *from, int64_t count) { widen(to, from, count); }
void ck_narrow(uint16_t *to, const float *from, int64_t count) { narrow(to, from, count); }

#define SPAN(name) CK_SPEED static void name(float *const *o, int64_t n, const float *s)
#define EACH for (int64_t i = 0; i < n; ++i)

SPAN(copy) {
  (void)s;
  if (o[0] != o[1]) memcpy(o[1], o[0], (size_t)n * 4);
}

SPAN(combine) {
  const float *restrict x = o[0], *restrict y = o[1];
  float *restrict z = o[2];
  float a = s[0], b = s[1];
  EACH z[i] = a * x[i] + b * y[i];
}

SPAN(scale) {
  const float *restrict x = o[0];
  float *restrict y = o[1];
  float a = s[0], b = s[1];
  EACH y[i] = a * x[i] + b;
}

SPAN(multiply) {
  (void)s;
  const float *restrict x = o[0], *restrict y = o[1];
  float *restrict z = o[2];
  EACH z[i] = x[i] * y[i];
}

SPAN(relu) {
  const float *restrict x = o[0];
  float *restrict y = o[1];
  float slope = s[0];
  if (slope == 0)
    EACH y[i] = x[i] <= 0 ? 0 : x[i];  // NaN passes
  else
    EACH y[i] = x[i] > 0 ? x[i] : slope * x[i];
}

SPAN(relu_gradient) {
  const float *restrict g = o[0], *restrict y = o[1];
  float *restrict d = o[2];
  float slope = s[0];
  EACH d[i] = y[i] > 0 ? g[i] : slope * g[i];
}

SPAN(sigmoid_loss) {
  (void)s;
  const float *restrict x = o[0], *restrict t = o[1];
  float *restrict y = o[2];
  EACH {
    double v = x[i];
    y[i] = (float)(fmax(v, 0) - v * t[i] + log1p(exp(-fabs(v))));
  }
}

SPAN(sigmoid_gradient) {
  (void)s;
  const float *restrict g = o[0], *restrict x = o[1], *restrict t = o[2];
  float *restrict d = o[3];
  EACH d[i] = (float)(g[i] * (1 / (1 + exp(-(double)x[i])) - t[i]));
}

SPAN(smooth_loss) {
  const float *restrict x = o[0], *restrict t = o[1];
  float *restrict y = o[2];
  float beta = s[0], half = 0.5f * beta, curve = beta > 0 ? 0.5f / beta : 0;
  EACH {
    float d = x[i] - t[i], size = fabsf(d);
    y[i] = size < beta ? d * d * curve : size - half;
  }
}

SPAN(smooth_gradient) {
  const float *restrict g = o[0], *restrict x = o[1], *restrict t = o[2];
  float *restrict y = o[3];
  float beta = s[0], slope = beta > 0 ? 1 / beta : 0;
  EACH {
    float d = x[i] - t[i];
    float sign = d > 0 ? 1.0f : d < 0 ? -1.0f : d;  // a NaN stays one
    y[i] = g[i] * (fabsf(d) < beta ? d * slope : sign);
  }
}

SPAN(sgd) {
  float *restrict p = o[0];
  const float *restrict g = o[1];
  float scale = s[0], decay = s[1], rate = s[2];
  EACH p[i] -= rate * (scale * g[i] + decay * p[i]);
}

SPAN(sgd_momentum) {
  float *restrict p = o[0], *restrict v = o[2];
  const float *restrict g = o[1];
  float scale = s[0], decay = s[1], keep = s[2], enter = s[3];
  float new = s[4], old = s[5], gradient = s[6];
  EACH {
    float d = scale * g[i] + decay * p[i];
    float before = keep == 0 ? 0 : v[i];  // an empty buffer may hold anything
    float after = keep * before + enter * d;
    v[i] = after;
    p[i] -= new * after + old * before + gradient * d;
  }
}

SPAN(adam) {
  float *restrict p = o[0], *restrict m = o[2], *restrict v = o[3];
  const float *restrict g = o[1];
  float scale = s[0], decay = s[1], keep = s[2], beta1 = s[3], enter1 = s[4], beta2 = s[5],
        enter2 = s[6], step = s[7], root = s[8], epsilon = s[9];
  EACH {
    float d = scale * g[i] + decay * p[i];
    float mean = beta1 * m[i] + enter1 * d;
    float square = beta2 * v[i] + enter2 * (d * d);
    m[i] = mean;
    v[i] = square;
    p[i] = keep * p[i] - step * mean / (__builtin_elementwise_sqrt(square) * root + epsilon);
  }
}

typedef struct {
  void (*span)(float *const *, int64_t, const float *);
  int operands, scalars;
  unsigned written;  // bit i: operand i is written
  unsigned read;
} kind;

static const kind kinds[] = {
  [CK_COPY] = {copy, 2, 0, 2, 1},
  [CK_COMBINE] = {combine, 3, 2, 4, 3},
  [CK_SCALE] = {scale, 2, 2, 2, 1},
  [CK_MULTIPLY] = {multiply, 3, 0, 4, 3},
  [CK_RELU] = {relu, 2, 1, 2, 1},
  [CK_RELU_GRADIENT] = {relu_gradient, 3, 1, 4, 3},
  [CK_SIGMOID_LOSS] = {sigmoid_loss, 3, 0, 4, 3},
  [CK_SIGMOID_GRADIENT] = {sigmoid_gradient, 4, 0, 8, 7},
  [CK_SMOOTH_LOSS] = {smooth_loss, 3, 1, 4, 3},
  [CK_SMOOTH_GRADIENT] = {smooth_gradient, 4, 1, 8, 7},
  [CK_SGD] = {sgd, 2, 3, 1, 3},
  [CK_SGD_MOMENTUM] = {sgd_momentum, 3, 7, 5, 7},
  [CK_ADAM] = {adam, 4, 10, 13, 15},
};

enum { MOST_OPERANDS = 4, MOST_SCALARS = 10 };

typedef struct {
  const kind *kind;
  int64_t count;
  const ck_operand *operands;
  float scalars[MOST_SCALARS];
  int wide;  // whether all operands are float32
} elementwise;

static void elementwise_piece(void *context, int64_t piece) {
  const elementwise *e = context;
  int64_t begin = piece * CK_PIECE, end = ck_least(begin + CK_PIECE, e->count);
  int64_t step = e->wide ? CK_PIECE : CK_TILE;
  float tiles[MOST_OPERANDS][CK_TILE] __attribute__((aligned(64)));
  float *at[MOST_OPERANDS];
  for (int64_t i = begin; i < end; i += step) {
    int64_t n = ck_least(step, end - i);
    for (int k = 0; k < e->kind->operands; ++k) {
      at[k] = e->kind->read >> k & 1 ? ck_read(e->operands[k], i, n, tiles[k])
                                     : ck_target(e->operands[k], i, tiles[k]);
    }
    e->kind->span(at, n, e->scalars);
    for (int k = 0; k < e->kind->operands; ++k)
      if (e->kind->written >> k & 1) ck_written(e->operands[k], i, n, tiles[k]);
  }
}

void ck_elementwise(ck_operation operation, int64_t count, const ck_operand *operands,
                    const double *scalars) {
  elementwise e = {.kind = &kinds[operation], .count = count, .operands = operands, .wide = 1};
  for (int i = 0; i < e.kind->scalars; ++i) e.scalars[i] = (float)scalars[i];
  for (int i = 0; i < e.kind->operands; ++i) e.wide &= operands[i].type == CK_F32;
  ck_for(count, ck_pieces(count, CK_PIECE), elementwise_piece, &e);
}
