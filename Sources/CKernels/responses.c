// What the channels of a map respond: the peak of each, and how often they gave which numbers.
#include <math.h>
#include <string.h>

#include "internal.h"

typedef struct {
  const float *x;
  int64_t batch, channels, plane;
  float *values;
  int32_t *places, *counts;
} job;

static void peak_piece(void *context, int64_t p) {
  const job *j = context;
  const float *x = j->x + p * j->plane;
  float best = -INFINITY;
  int64_t place = 0;
  int is_number = 1;
  for (int64_t i = 0; i < j->plane; ++i) {
    if (x[i] > best) {
      best = x[i];
      place = i;
    }
    is_number &= x[i] == x[i];
  }
  j->values[p] = best;
  j->places[p] = is_number ? (int32_t)place : -1;
}

void ck_peaks(const float *x, int64_t planes, int64_t plane, float *values, int32_t *places) {
  job j = {.x = x, .plane = plane, .values = values, .places = places};
  ck_for(planes * plane, planes, peak_piece, &j);
}

enum { KEYS = 1 << 14 };

static void count_piece(void *context, int64_t channel) {
  const job *j = context;
  int32_t *counts = j->counts + channel * (KEYS + 1);
  for (int64_t n = 0; n < j->batch; ++n) {
    const float *x = j->x + (n * j->channels + channel) * j->plane;
    for (int64_t i = 0; i < j->plane; ++i) {
      uint32_t bits;
      memcpy(&bits, x + i, 4);
      bits = bits >> 31 ? ~bits : bits | 0x80000000u;
      ++counts[x[i] == 0 ? KEYS : bits >> 18];
    }
  }
}

void ck_count_responses(const float *x, int64_t batch, int64_t channels, int64_t plane,
                        int32_t *counts) {
  job j = {.x = x, .batch = batch, .channels = channels, .plane = plane, .counts = counts};
  ck_for(batch * channels * plane, channels, count_piece, &j);
}
