// Local response normalization across channels, for windows of even size.
#include <math.h>

#include "internal.h"

typedef struct {
  const ck_response *r;
  const float *g, *x;
  float *out;
} job;

static double divisor(const ck_response *r, const float *x, int64_t c) {
  int64_t begin = ck_most(c - r->size / 2, 0);
  int64_t end = ck_least(c + (r->size - 1) / 2 + 1, r->channels);
  double sum = 0;
  for (int64_t k = begin; k < end; ++k) {
    double value = (double)x[k * r->plane];
    sum += value * value;
  }
  return r->k + r->alpha / (double)r->size * sum;
}

static void forward_piece(void *context, int64_t image) {
  const job *j = context;
  const ck_response *r = j->r;
  for (int64_t c = 0; c < r->channels; ++c)
    for (int64_t i = 0; i < r->plane; ++i) {
      int64_t first = image * r->channels * r->plane + i, at = first + c * r->plane;
      j->out[at] = (float)((double)j->x[at] * pow(divisor(r, j->x + first, c), -r->beta));
    }
}

static void gradient_piece(void *context, int64_t image) {
  const job *j = context;
  const ck_response *r = j->r;
  double factor = -2 * r->alpha * r->beta / (double)r->size;
  for (int64_t i = 0; i < r->plane; ++i) {
    int64_t first = image * r->channels * r->plane + i;
    for (int64_t c = 0; c < r->channels; ++c) {
      // Channel c lies in the windows of these outputs.
      int64_t begin = ck_most(c - (r->size - 1) / 2, 0);
      int64_t end = ck_least(c + r->size / 2 + 1, r->channels);
      int64_t at = first + c * r->plane;
      double sum = (double)j->g[at] * pow(divisor(r, j->x + first, c), -r->beta);
      for (int64_t k = begin; k < end; ++k) {
        int64_t other = first + k * r->plane;
        sum += factor * (double)j->x[at] * (double)j->g[other] * (double)j->x[other] *
               pow(divisor(r, j->x + first, k), -r->beta - 1);
      }
      j->out[at] = (float)sum;
    }
  }
}

void ck_response_forward(const ck_response *r, const float *x, float *y) {
  job j = {r, NULL, x, y};
  ck_for(r->batch * r->channels * r->plane, r->batch, forward_piece, &j);
}

void ck_response_gradient(const ck_response *r, const float *g, const float *x, float *dx) {
  job j = {r, g, x, dx};
  ck_for(r->batch * r->channels * r->plane, r->batch, gradient_piece, &j);
}
