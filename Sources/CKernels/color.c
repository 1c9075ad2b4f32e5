// Color conversion, soft codes and their weights.
#include <math.h>

#include "internal.h"

typedef struct {
  const ck_color *c;
  const int32_t *pixels;
  float *planes;
} color_job;

static void color_piece(void *context, int64_t line) {
  const color_job *j = context;
  const ck_color *c = j->c;
  const float *m = c->table + 256, *sums = m + 9, *root = sums + 4 * c->planes;
  int64_t image = line / c->output[0], row = line % c->output[0];
  const int32_t *in = j->pixels + (image * c->input[0] + row * c->step) * c->input[1];
  int64_t plane = c->output[0] * c->output[1];
  float *out = j->planes + image * c->planes * plane + row * c->output[1];
  for (int64_t i = 0; i < c->output[1]; ++i) {
    uint32_t word = (uint32_t)in[i * c->step];
    float red = c->table[word & 255], green = c->table[word >> 8 & 255];
    float blue = c->table[word >> 16 & 255], t[3];
    for (int k = 0; k < 3; ++k) {
      t[k] = m[3 * k] * red + m[3 * k + 1] * green + m[3 * k + 2] * blue;
      if (c->has_root) t[k] = t[k] > root[0] ? cbrtf(t[k]) : root[1] * t[k] + root[2];
    }
    if (c->has_root) {
      t[0] -= t[1];
      t[2] = t[1] - t[2];
    }
    for (int64_t k = 0; k < c->planes; ++k) {
      const float *s = sums + 4 * k;
      out[k * plane + i] = s[0] * t[0] + s[1] * t[1] + s[2] * t[2] + s[3];
    }
  }
}

void ck_color_planes(const ck_color *c, const int32_t *pixels, float *planes) {
  color_job j = {c, pixels, planes};
  int64_t lines = c->batch * c->output[0];
  ck_for(lines * c->output[1] * 16, lines, color_piece, &j);
}

int64_t ck_soft_code_check(const ck_soft_code *s) {
  for (int64_t n = 0; n < s->batch; ++n)
    for (int64_t i = 0; i < s->plane; ++i)
      for (int64_t c = 0; c < s->channels; ++c)
        if (!isfinite(s->x[(n * s->channels + c) * s->plane + i])) return n * s->plane + i;
  return -1;
}

typedef struct {
  const ck_soft_code *s;
  int32_t *classes;
  float *shares, *entropy;
} code_job;

enum { PLACES = 256 };  // that one thread claims at once

static void code_piece(void *context, int64_t piece) {
  const code_job *j = context;
  const ck_soft_code *s = j->s;
  int64_t n = s->batch * s->plane, bins = s->bins, plane = s->plane;
  for (int64_t at = piece * PLACES; at < ck_least((piece + 1) * PLACES, n); ++at) {
    const float *x = s->x + at / plane * s->channels * plane + at % plane;
    int64_t first = at / plane * s->neighbors * plane + at % plane;
    int32_t *classes = j->classes + first;
    float *shares = j->shares + first;  // until the end the distances
    int64_t found = 0;
    for (int64_t bin = 0; bin < bins; ++bin) {
      float distance = 0;
      for (int64_t c = 0; c < s->channels; ++c) {
        float d = x[c * plane] - s->centers[c * bins + bin];
        distance += d * d;
      }
      // Insertion into the list of the nearest; among equals the lower index comes first.
      int64_t k = found < s->neighbors ? found++ : s->neighbors;
      if (k == s->neighbors && !(distance < shares[(--k) * plane])) continue;
      for (; k > 0 && distance < shares[(k - 1) * plane]; --k) {
        shares[k * plane] = shares[(k - 1) * plane];
        classes[k * plane] = classes[(k - 1) * plane];
      }
      shares[k * plane] = distance;
      classes[k * plane] = (int32_t)bin;
    }
    float sum = 0, moment = 0;
    for (int64_t k = 0; k < s->neighbors; ++k) {
      // The difference of two squares, so that a point far outside loses no digits.
      float excess = 0;
      for (int64_t c = 0; c < s->channels; ++c) {
        float center = s->centers[c * bins + classes[k * plane]];
        float nearest = s->centers[c * bins + classes[0]];
        excess += (center - nearest) * (center + nearest - 2 * x[c * plane]);
      }
      float t = fminf((float)s->scale * excess, 0), e = expf(fmaxf(t, -87));
      shares[k * plane] = e;
      sum += e;
      moment += e * t;
    }
    for (int64_t k = 0; k < s->neighbors; ++k) shares[k * plane] /= sum;
    j->entropy[at] = logf(sum) - moment / sum;
  }
}

void ck_soft_codes(const ck_soft_code *s, int32_t *classes, float *shares, float *entropy) {
  code_job j = {s, classes, shares, entropy};
  int64_t n = s->batch * s->plane;
  ck_for(n * s->bins, ck_pieces(n, PLACES), code_piece, &j);
}

typedef struct {
  const ck_code_weight *w;
  float *out;
} weight_job;

static void weight_piece(void *context, int64_t n) {
  const weight_job *j = context;
  const ck_code_weight *w = j->w;
  const float *x = w->x + n * w->channels * w->plane;
  int is_colored = 0;
  for (int64_t i = 0; !is_colored && i < w->channels * w->plane; ++i)
    is_colored = fabsf(x[i]) > w->threshold;
  for (int64_t i = 0; i < w->plane; ++i) {
    float weight = w->classes ? w->weights[w->classes[n * w->pairs * w->plane + i]] : 1;
    j->out[n * w->plane + i] = is_colored ? weight : 0;
  }
}

void ck_code_weights(const ck_code_weight *w, float *out) {
  weight_job j = {w, out};
  ck_for(w->batch * (w->channels + 1) * w->plane, w->batch, weight_piece, &j);
}
