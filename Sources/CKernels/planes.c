// Kernels that treat every image plane alike: average pooling and bilinear resizing.
#include <string.h>

#include "internal.h"

typedef struct {
  const ck_average *a;
  const float *x;
  float *y;
} averaging;

// The window of output index i along one axis, and how many elements it counts as.
typedef struct {
  int64_t begin, end, counted;
} window;

static window window_at(const ck_average *a, int axis, int64_t i) {
  int64_t begin = i * a->stride[axis] - a->padding[axis];
  int64_t end = ck_least(begin + a->window[axis], a->input[axis] + a->padding[axis]);
  window w = {ck_most(begin, 0), ck_least(end, a->input[axis]), end - begin};
  if (!a->counts_padding) w.counted = w.end - w.begin;
  return w;
}

static void average_plane(void *context, int64_t plane) {
  const averaging *job = context;
  const ck_average *a = job->a;
  const float *x = job->x + plane * a->input[0] * a->input[1];
  float *y = job->y + plane * a->output[0] * a->output[1];
  for (int64_t i = 0; i < a->output[0]; ++i) {
    window rows = window_at(a, 0, i);
    for (int64_t j = 0; j < a->output[1]; ++j) {
      window columns = window_at(a, 1, j);
      double sum = 0;
      for (int64_t r = rows.begin; r < rows.end; ++r)
        for (int64_t c = columns.begin; c < columns.end; ++c)
          sum += (double)x[r * a->input[1] + c];
      y[i * a->output[1] + j] = (float)(sum / (double)(rows.counted * columns.counted));
    }
  }
}

static void average_gradient_plane(void *context, int64_t plane) {
  const averaging *job = context;
  const ck_average *a = job->a;
  const float *g = job->x + plane * a->output[0] * a->output[1];
  float *dx = job->y + plane * a->input[0] * a->input[1];
  memset(dx, 0, (size_t)(a->input[0] * a->input[1]) * 4);
  for (int64_t i = 0; i < a->output[0]; ++i) {
    window rows = window_at(a, 0, i);
    for (int64_t j = 0; j < a->output[1]; ++j) {
      window columns = window_at(a, 1, j);
      float share = g[i * a->output[1] + j] / (float)(rows.counted * columns.counted);
      for (int64_t r = rows.begin; r < rows.end; ++r)
        for (int64_t c = columns.begin; c < columns.end; ++c) dx[r * a->input[1] + c] += share;
    }
  }
}

void ck_average_pool(const ck_average *a, const float *x, float *y) {
  averaging job = {a, x, y};
  ck_for(a->planes * a->input[0] * a->input[1], a->planes, average_plane, &job);
}

void ck_average_pool_gradient(const ck_average *a, const float *g, float *dx) {
  averaging job = {a, g, dx};
  ck_for(a->planes * a->input[0] * a->input[1], a->planes, average_gradient_plane, &job);
}

typedef struct {
  const ck_resize *r;
  const float *x;
  float *y;
} resizing;

CK_SPEED static void resize_plane(const ck_resize *r, const float *x, float *y) {
  const int32_t *left = r->first[1], *right = r->second[1];
  const float *across = r->weight[1];
  for (int64_t i = 0; i < r->output[0]; ++i) {
    const float *upper = x + r->first[0][i] * r->input[1];
    const float *lower = x + r->second[0][i] * r->input[1];
    float down = r->weight[0][i];
    float *out = y + i * r->output[1];
    for (int64_t j = 0; j < r->output[1]; ++j) {
      float a = (1 - across[j]) * upper[left[j]] + across[j] * upper[right[j]];
      float b = (1 - across[j]) * lower[left[j]] + across[j] * lower[right[j]];
      out[j] = (1 - down) * a + down * b;
    }
  }
}

static void resize_piece(void *context, int64_t plane) {
  const resizing *job = context;
  const ck_resize *r = job->r;
  resize_plane(r, job->x + plane * r->input[0] * r->input[1],
               job->y + plane * r->output[0] * r->output[1]);
}

static void resize_gradient_piece(void *context, int64_t plane) {
  const resizing *job = context;
  const ck_resize *r = job->r;
  const float *g = job->x + plane * r->output[0] * r->output[1];
  float *dx = job->y + plane * r->input[0] * r->input[1];
  memset(dx, 0, (size_t)(r->input[0] * r->input[1]) * 4);
  for (int64_t i = 0; i < r->output[0]; ++i) {
    float *upper = dx + r->first[0][i] * r->input[1], *lower = dx + r->second[0][i] * r->input[1];
    float down = r->weight[0][i];
    for (int64_t j = 0; j < r->output[1]; ++j) {
      float value = g[i * r->output[1] + j], across = r->weight[1][j];
      int32_t left = r->first[1][j], right = r->second[1][j];
      upper[left] += (1 - down) * (1 - across) * value;
      upper[right] += (1 - down) * across * value;
      lower[left] += down * (1 - across) * value;
      lower[right] += down * across * value;
    }
  }
}

void ck_resized(const ck_resize *r, const float *x, float *y) {
  resizing job = {r, x, y};
  ck_for(r->planes * r->output[0] * r->output[1], r->planes, resize_piece, &job);
}

void ck_resized_gradient(const ck_resize *r, const float *g, float *dx) {
  resizing job = {r, g, dx};
  ck_for(r->planes * r->output[0] * r->output[1], r->planes, resize_gradient_piece, &job);
}
