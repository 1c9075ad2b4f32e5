// Pooling over regions of interest. Gradients of different regions meet in the same plane, so one
// thread takes a channel of all regions, in their order.
//
// Sources: Girshick, Fast R-CNN, ICCV 2015 (RoI pooling); He et al., Mask R-CNN, ICCV 2017 (RoI
// align); the rounding is torchvision's.
#include <float.h>
#include <math.h>
#include <string.h>

#include "internal.h"

typedef struct {
  const ck_regions *r;
  const float *in;
  float *out;
  int32_t *winner;
  const int32_t *won;
} job;

static int64_t image_of(const ck_regions *r, int64_t region) {
  return (int64_t)r->rows[5 * region];
}

static int64_t cut(double value, int64_t offset, int64_t limit) {
  return ck_least(ck_most((int64_t)value + offset, 0), limit);
}

static void max_piece(void *context, int64_t channel) {
  const job *j = context;
  const ck_regions *r = j->r;
  int64_t h = r->input[0], w = r->input[1], bins = r->output[0] * r->output[1];
  for (int64_t k = 0; k < r->regions; ++k) {
    const float *row = r->rows + 5 * k;
    int64_t left = (int64_t)round((double)row[1] * r->scale);
    int64_t top = (int64_t)round((double)row[2] * r->scale);
    int64_t right = (int64_t)round((double)row[3] * r->scale);
    int64_t bottom = (int64_t)round((double)row[4] * r->scale);
    double bin_h = (double)ck_most(bottom - top + 1, 1) / (double)r->output[0];
    double bin_w = (double)ck_most(right - left + 1, 1) / (double)r->output[1];
    const float *x = j->in + (image_of(r, k) * r->channels + channel) * h * w;
    int64_t at = (k * r->channels + channel) * bins;
    for (int64_t p = 0; p < r->output[0]; ++p) {
      int64_t y0 = cut(floor((double)p * bin_h), top, h);
      int64_t y1 = cut(ceil((double)(p + 1) * bin_h), top, h);
      for (int64_t q = 0; q < r->output[1]; ++q, ++at) {
        int64_t x0 = cut(floor((double)q * bin_w), left, w);
        int64_t x1 = cut(ceil((double)(q + 1) * bin_w), left, w);
        int64_t best = -1;
        float most = 0;
        for (int64_t y = y0; y < y1; ++y)
          for (int64_t i = x0; i < x1; ++i)
            if (best < 0 || (!(x[y * w + i] <= most) && most == most)) {
              best = y * w + i;
              most = x[best];
            }
        j->out[at] = most;
        j->winner[at] = (int32_t)best;
      }
    }
  }
}

static void clear_channel(const ck_regions *r, float *dx, int64_t channel) {
  int64_t plane = r->input[0] * r->input[1];
  for (int64_t n = 0; n < r->batch; ++n)
    memset(dx + (n * r->channels + channel) * plane, 0, (size_t)plane * 4);
}

static void max_gradient_piece(void *context, int64_t channel) {
  const job *j = context;
  const ck_regions *r = j->r;
  int64_t plane = r->input[0] * r->input[1], bins = r->output[0] * r->output[1];
  clear_channel(r, j->out, channel);
  for (int64_t k = 0; k < r->regions; ++k) {
    float *dx = j->out + (image_of(r, k) * r->channels + channel) * plane;
    int64_t at = (k * r->channels + channel) * bins;
    for (int64_t b = 0; b < bins; ++b)
      if (j->won[at + b] >= 0) dx[j->won[at + b]] += j->in[at + b];
  }
}

// The four neighbors of a sample point; all weights are 0 outside the plane.
typedef struct {
  int64_t index[4];
  double weight[4];
} corners;

static corners corners_at(const ck_regions *r, double y, double x) {
  corners c = {{0}, {0}};
  int64_t h = r->input[0], w = r->input[1];
  if (y < -1 || y > (double)h || x < -1 || x > (double)w) return c;
  y = fmax(y, 0);
  x = fmax(x, 0);
  int64_t y0 = (int64_t)y, x0 = (int64_t)x, y1 = y0 + 1, x1 = x0 + 1;
  if (y0 >= h - 1) {
    y0 = y1 = h - 1;
    y = (double)y0;
  }
  if (x0 >= w - 1) {
    x0 = x1 = w - 1;
    x = (double)x0;
  }
  double down = y - (double)y0, across = x - (double)x0;
  int64_t indices[4] = {y0 * w + x0, y0 * w + x1, y1 * w + x0, y1 * w + x1};
  double weights[4] = {(1 - down) * (1 - across), (1 - down) * across, down * (1 - across),
                       down * across};
  memcpy(c.index, indices, sizeof indices);
  memcpy(c.weight, weights, sizeof weights);
  return c;
}

typedef struct {
  double top, left, bin_h, bin_w;
  int64_t grid_h, grid_w;
} grid;

static grid grid_of(const ck_regions *r, int64_t region) {
  const float *row = r->rows + 5 * region;
  double offset = r->aligned ? 0.5 : 0;
  grid g;
  g.left = (double)row[1] * r->scale - offset;
  g.top = (double)row[2] * r->scale - offset;
  double width = (double)row[3] * r->scale - offset - g.left;
  double height = (double)row[4] * r->scale - offset - g.top;
  if (!r->aligned) {
    width = fmax(width, 1);
    height = fmax(height, 1);
  }
  g.bin_h = height / (double)r->output[0];
  g.bin_w = width / (double)r->output[1];
  g.grid_h = r->samples > 0 ? r->samples : (int64_t)ceil(g.bin_h);
  g.grid_w = r->samples > 0 ? r->samples : (int64_t)ceil(g.bin_w);
  return g;
}

static corners sample(const ck_regions *r, const grid *g, int64_t p, int64_t q, int64_t i,
                      int64_t j) {
  double y = g->top + (double)p * g->bin_h + ((double)i + 0.5) * g->bin_h / (double)g->grid_h;
  double x = g->left + (double)q * g->bin_w + ((double)j + 0.5) * g->bin_w / (double)g->grid_w;
  return corners_at(r, y, x);
}

enum { CHANNELS = 8 };  // that share the corners of one sample

static void align_piece(void *context, int64_t piece) {
  const job *j = context;
  const ck_regions *r = j->r;
  int64_t plane = r->input[0] * r->input[1], bins = r->output[0] * r->output[1];
  int64_t first = piece * CHANNELS, n = ck_least(CHANNELS, r->channels - first);
  for (int64_t k = 0; k < r->regions; ++k) {
    grid g = grid_of(r, k);
    double count = (double)ck_most(g.grid_h * g.grid_w, 1);
    const float *x = j->in + (image_of(r, k) * r->channels + first) * plane;
    float *y = j->out + (k * r->channels + first) * bins;
    for (int64_t b = 0; b < bins; ++b) {
      double sums[CHANNELS] = {0};
      for (int64_t i = 0; i < g.grid_h; ++i)
        for (int64_t l = 0; l < g.grid_w; ++l) {
          corners c = sample(r, &g, b / r->output[1], b % r->output[1], i, l);
          for (int64_t m = 0; m < n; ++m)
            for (int s = 0; s < 4; ++s)
              sums[m] += c.weight[s] * (double)x[m * plane + c.index[s]];
        }
      for (int64_t m = 0; m < n; ++m) y[m * bins + b] = (float)(sums[m] / count);
    }
  }
}

static void align_gradient_piece(void *context, int64_t piece) {
  const job *j = context;
  const ck_regions *r = j->r;
  int64_t plane = r->input[0] * r->input[1], bins = r->output[0] * r->output[1];
  int64_t first = piece * CHANNELS, n = ck_least(CHANNELS, r->channels - first);
  for (int64_t m = 0; m < n; ++m) clear_channel(r, j->out, first + m);
  for (int64_t k = 0; k < r->regions; ++k) {
    grid g = grid_of(r, k);
    double count = (double)ck_most(g.grid_h * g.grid_w, 1);
    float *dx = j->out + (image_of(r, k) * r->channels + first) * plane;
    const float *gradient = j->in + (k * r->channels + first) * bins;
    for (int64_t b = 0; b < bins; ++b)
      for (int64_t i = 0; i < g.grid_h; ++i)
        for (int64_t l = 0; l < g.grid_w; ++l) {
          corners c = sample(r, &g, b / r->output[1], b % r->output[1], i, l);
          for (int64_t m = 0; m < n; ++m)
            for (int s = 0; s < 4; ++s)
              dx[m * plane + c.index[s]] +=
                  (float)(c.weight[s] * (double)gradient[m * bins + b] / count);
        }
  }
}

static int64_t work_of(const ck_regions *r) {
  return r->channels * (r->regions * r->output[0] * r->output[1] + r->input[0] * r->input[1]);
}

void ck_region_max(const ck_regions *r, const float *x, float *y, int32_t *winner) {
  job j = {.r = r, .in = x, .out = y, .winner = winner};
  ck_for(work_of(r), r->channels, max_piece, &j);
}

void ck_region_max_gradient(const ck_regions *r, const float *g, const int32_t *winner,
                            float *dx) {
  job j = {.r = r, .in = g, .out = dx, .won = winner};
  ck_for(work_of(r), r->channels, max_gradient_piece, &j);
}

void ck_region_align(const ck_regions *r, const float *x, float *y) {
  job j = {.r = r, .in = x, .out = y};
  ck_for(work_of(r), ck_pieces(r->channels, CHANNELS), align_piece, &j);
}

void ck_region_align_gradient(const ck_regions *r, const float *g, float *dx) {
  job j = {.r = r, .in = g, .out = dx};
  ck_for(work_of(r), ck_pieces(r->channels, CHANNELS), align_gradient_piece, &j);
}
