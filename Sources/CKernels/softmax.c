// Cross-entropy of softmax with a few soft targets per position.
#include <math.h>
#include <string.h>

#include "internal.h"

// exp(x) for x <= 0 with a relative error near 1e-7: 2^n times a polynomial (Cephes).
static inline float fast_exp(float x) {
  x = x < -87.0f ? -87.0f : x;
  float n = x * 1.44269504f + 12582912.0f;  // rounds to the nearest integer
  union { float f; uint32_t u; } power = {n};
  n -= 12582912.0f;
  float r = x - n * 0.693359375f + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  power.u = (power.u << 23) + 0x3F800000;
  return p * power.f;
}

CK_SPEED static float row_max(const float *x, int64_t n) {
  float lanes[16];
  int64_t i = 0;
  for (int j = 0; j < 16; ++j) lanes[j] = x[0];
  for (; i + 16 <= n; i += 16)
    for (int j = 0; j < 16; ++j) lanes[j] = x[i + j] > lanes[j] ? x[i + j] : lanes[j];
  float most = lanes[0];
  for (int j = 1; j < 16; ++j) most = lanes[j] > most ? lanes[j] : most;
  for (; i < n; ++i) most = x[i] > most ? x[i] : most;
  return most;
}

CK_SPEED static double row_exp_sum(const float *x, int64_t n, float most) {
  float lanes[16] = {0};
  double sum = 0;
  int64_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (int j = 0; j < 16; ++j) lanes[j] += fast_exp(x[i + j] - most);
  for (; i < n; ++i) lanes[i % 16] += fast_exp(x[i] - most);
  for (int j = 0; j < 16; ++j) sum += (double)lanes[j];
  return sum;
}

CK_SPEED static void row_softmax(float *restrict d, const float *restrict x, int64_t n,
                                 float log_sum, float factor) {
  for (int64_t i = 0; i < n; ++i) {
    float over = x[i] - log_sum;
    d[i] = factor * fast_exp(over > 0 ? 0 : over);  // a NaN stays one
  }
}

typedef struct {
  const ck_softmax *s;
  float *losses, *log_sum, *gradient;
  const float *g, *given;
  int64_t rows;  // in a piece
} softmax;

static void loss_piece(void *context, int64_t piece) {
  const softmax *job = context;
  const ck_softmax *s = job->s;
  int64_t begin = piece * job->rows, end = ck_least(begin + job->rows, s->batch * s->plane);
  for (int64_t row = begin; row < end; ++row) {
    const float *x = s->logits + row * s->channels;
    float most = row_max(x, s->channels);
    double log_sum = (double)most + log(row_exp_sum(x, s->channels, most)), loss = 0;
    int64_t pair = row / s->plane * s->pairs * s->plane + row % s->plane;
    for (int64_t k = 0; k < s->pairs; ++k, pair += s->plane)
      if (s->weights[pair] != 0)
        loss += (double)s->weights[pair] * (log_sum - (double)x[s->classes[pair]]);
    job->losses[row] = (float)loss;
    job->log_sum[row] = (float)log_sum;
  }
}

static void gradient_piece(void *context, int64_t piece) {
  const softmax *job = context;
  const ck_softmax *s = job->s;
  int64_t begin = piece * job->rows, end = ck_least(begin + job->rows, s->batch * s->plane);
  for (int64_t row = begin; row < end; ++row) {
    float *d = job->gradient + row * s->channels;
    int64_t first = row / s->plane * s->pairs * s->plane + row % s->plane;
    float total = 0, g = job->g[row];
    for (int64_t k = 0; k < s->pairs; ++k) total += s->weights[first + k * s->plane];
    row_softmax(d, s->logits + row * s->channels, s->channels, job->given[row], g * total);
    for (int64_t k = 0; k < s->pairs; ++k) {
      int64_t pair = first + k * s->plane;
      if (s->weights[pair] != 0) d[s->classes[pair]] -= g * s->weights[pair];
    }
  }
}

static void run(const softmax *job, void (*body)(void *, int64_t)) {
  int64_t rows = job->s->batch * job->s->plane;
  ck_for(rows * job->s->channels, ck_pieces(rows, job->rows), body, (void *)job);
}

int64_t ck_softmax_check(const ck_softmax *s) {
  int64_t count = s->batch * s->pairs * s->plane;
  for (int64_t i = 0; i < count; ++i)
    if (s->weights[i] != 0 && (s->classes[i] < 0 || s->classes[i] >= s->channels))
      return i / (s->pairs * s->plane) * s->plane + i % s->plane;
  return -1;
}

void ck_softmax_loss(const ck_softmax *s, float *losses, float *log_sum) {
  softmax job = {.s = s, .losses = losses, .log_sum = log_sum,
                 .rows = ck_most(1, CK_PIECE / ck_most(1, s->channels))};
  run(&job, loss_piece);
}

void ck_softmax_gradient(const ck_softmax *s, const float *g, const float *log_sum,
                         float *gradient) {
  softmax job = {.s = s, .g = g, .given = log_sum, .gradient = gradient,
                 .rows = ck_most(1, CK_PIECE / ck_most(1, s->channels))};
  run(&job, gradient_piece);
}
