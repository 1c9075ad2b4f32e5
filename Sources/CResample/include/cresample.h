// Weighted sums of 8-bit samples along rows and columns, in the whole numbers of Pillow's `resize`.
// They stand in C because the loader then picks the variant for the processor.
#pragma once
#include <stdint.h>

// For every new pixel along one axis, which old ones count and how much.
typedef struct {
  int64_t count;           // new pixels
  int64_t slots;           // weights per new pixel; unused ones follow the used ones
  const int32_t *starts;   // [count]: the first old pixel
  const int32_t *used;     // [count]: how many old pixels count
  const int32_t *weights;  // [count][slots], in units of 2^-22
} cresample_taps;

// Filters each of `rows` rows of `width` pixels with 1, 3 or 4 channels; `mirrored` exchanges left
// and right of the result, which has `taps->count` pixels a row.
void cresample_across(
    const cresample_taps *taps, const uint8_t *from, int64_t width, int64_t rows, int channels,
    int mirrored, uint8_t *to);

// Filters columns: rows of `stride` samples become `taps->count` rows. `from` is the old row that
// `first` numbers.
void cresample_down(
    const cresample_taps *taps, const uint8_t *from, int64_t first, int64_t stride, uint8_t *to);
