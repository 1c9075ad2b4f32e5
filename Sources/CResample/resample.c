// Source: Pillow, src/libImaging/Resample.c (8 bits per channel), whose sums these are to the code.
#include "cresample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// One binary for all processors: the loader picks the variant.
#if defined(__x86_64__) && defined(__linux__)
#define SPEED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SPEED
#endif

enum { BITS = 22, HALF = 1 << (BITS - 1), BLOCK = 32 };

typedef int32_t four __attribute__((vector_size(16)));
typedef uint8_t four_bytes __attribute__((vector_size(4)));
typedef int32_t eight __attribute__((vector_size(32)));
typedef uint8_t eight_bytes __attribute__((vector_size(8)));

// A sum of weights times samples as a sample: halves go up, what is outside is held.
static inline uint8_t sample(int32_t sum) {
  int32_t x = sum >> BITS;
  return (uint8_t)(x < 0 ? 0 : x > 255 ? 255 : x);
}

// `line` has 3 bytes beyond its last sample, so that pixels of three channels are read as four.
static SPEED void row_of_colors(
    const cresample_taps *taps, const uint8_t *line, int64_t channels, int64_t step, uint8_t *to) {
  for (int64_t i = 0; i < taps->count; ++i, to += step) {
    const uint8_t *from = line + taps->starts[i] * channels;
    const int32_t *weights = taps->weights + i * taps->slots;
    four sums = {HALF, HALF, HALF, HALF};
    for (int32_t t = 0; t < taps->used[i]; ++t) {
      four_bytes pixel;
      memcpy(&pixel, from + t * channels, 4);
      sums += __builtin_convertvector(pixel, four) * weights[t];
    }
    for (int64_t c = 0; c < channels; ++c) to[c] = sample(sums[c]);
  }
}

static SPEED void row_of_grays(
    const cresample_taps *taps, const uint8_t *line, int64_t step, uint8_t *to) {
  for (int64_t i = 0; i < taps->count; ++i, to += step) {
    const uint8_t *from = line + taps->starts[i];
    const int32_t *weights = taps->weights + i * taps->slots;
    int32_t sum = HALF;
    for (int32_t t = 0; t < taps->used[i]; ++t) sum += from[t] * weights[t];
    *to = sample(sum);
  }
}

void cresample_across(
    const cresample_taps *taps, const uint8_t *from, int64_t width, int64_t rows, int channels,
    int mirrored, uint8_t *to) {
  size_t bytes = (size_t)(width * channels);
  uint8_t *line = calloc(bytes + 4, 1);
  if (!line) {
    fprintf(stderr, "Error: out of memory: %zu bytes could not be had\n", bytes + 4);
    _exit(5);
  }
  int64_t step = mirrored ? -channels : channels;
  if (mirrored) to += (taps->count - 1) * channels;
  for (int64_t row = 0; row < rows; ++row) {
    memcpy(line, from + (size_t)row * bytes, bytes);
    uint8_t *out = to + row * taps->count * channels;
    if (channels == 1) row_of_grays(taps, line, step, out);
    else row_of_colors(taps, line, channels, step, out);
  }
  free(line);
}

SPEED void cresample_down(
    const cresample_taps *taps, const uint8_t *from, int64_t first, int64_t stride, uint8_t *to) {
  for (int64_t y = 0; y < taps->count; ++y, to += stride) {
    const uint8_t *top = from + (taps->starts[y] - first) * stride;
    const int32_t *weights = taps->weights + y * taps->slots;
    int32_t used = taps->used[y];
    int64_t x = 0;
    for (; x + BLOCK <= stride; x += BLOCK) {
      const eight half = {HALF, HALF, HALF, HALF, HALF, HALF, HALF, HALF};
      eight sums[BLOCK / 8] = {half, half, half, half};
      for (int32_t t = 0; t < used; ++t) {
        const uint8_t *line = top + t * stride + x;
        for (int k = 0; k < BLOCK / 8; ++k) {
          eight_bytes samples;
          memcpy(&samples, line + 8 * k, 8);
          sums[k] += __builtin_convertvector(samples, eight) * weights[t];
        }
      }
      for (int k = 0; k < BLOCK / 8; ++k)
        for (int c = 0; c < 8; ++c) to[x + 8 * k + c] = sample(sums[k][c]);
    }
    for (; x < stride; ++x) {
      int32_t sum = HALF;
      for (int32_t t = 0; t < used; ++t) sum += top[t * stride + x] * weights[t];
      to[x] = sample(sum);
    }
  }
}
