// Structures that kernels take by value; Sources/Backends/CUDA/Kernels/*.cu declare them alike.
#pragma once
#include <stdint.h>

/// Sizes and strides of a block along six axes, innermost last (transfer.cu).
typedef struct {
  int64_t size[6], from[6], to[6];
} cgpu_block;

/// Several tensors in one launch (prelude.cu).
enum { CGPU_PARTS = 48, CGPU_TILE = 4096 };
typedef struct {
  uint64_t memory[4][CGPU_PARTS];
  int64_t count[CGPU_PARTS];
  int32_t first[CGPU_PARTS];
} cgpu_parts;

/// What channels are normalized with; addresses, of which all but two may be 0 (normalization.cu).
typedef struct {
  uint64_t mean, rest, variance, scale, shift;
  float epsilon;
} cgpu_statistics;

/// The geometry of pooling (pooling.cu).
typedef struct {
  int32_t height, width, outHeight, outWidth, rows, columns, down, across, top, left, channels,
      pitch, countsPadding;
} cgpu_window;

/// The geometry of a change of size (resize.cu).
typedef struct {
  int32_t height, width, outHeight, outWidth, channels, pitch;
} cgpu_resize;

/// The geometry of pooling over regions (regions.cu).
typedef struct {
  int32_t count, images, channels, pitch, height, width, binsDown, binsAcross, samples, aligned;
  double scale;
} cgpu_regions;

/// The geometry of color conversion (color.cu).
typedef struct {
  int32_t height, width, outHeight, outWidth, step, planes, pitch, hasRoot;
} cgpu_color;

/// The geometry of soft codes and their weights (color.cu).
typedef struct {
  int64_t plane;
  int32_t channels, pitch, bins, neighbors;
} cgpu_code;
