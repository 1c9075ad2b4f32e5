// Max pooling. A NaN in a window is its largest element, which the instruction for a maximum, and
// so oneDNN, forgets.
//
// Memory is planes [height, width, lanes]: rows of one channel (1 lane), or blocks of channels side
// by side. Inputs gather their gradients from the windows that cover them, in the order of the
// windows, so that nothing depends on how the work is divided, and sums are rounded once.
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum { LANES = 16 };

typedef float lanes __attribute__((vector_size(64)));
typedef int32_t words __attribute__((vector_size(64)));
typedef uint32_t bits __attribute__((vector_size(64)));
typedef uint16_t halves __attribute__((vector_size(32)));
typedef uint8_t bytes __attribute__((vector_size(16)));

#define INLINE static inline __attribute__((always_inline))

typedef struct {
  const ck_max_pooling *p;
  ck_operand from, to;
  void *winners;
  int64_t rows;  // of one piece
} job;

// Everything of `n` elements from index i on, in the lanes of a vector; the rest is zero. Vectors
// pass by address: as values their way would depend on the processor.
INLINE void load(lanes *x, ck_type type, const void *from, int64_t i, int n) {
  if (type == CK_F32) {
    if (n < LANES) *x = (lanes){0};
    memcpy(x, (const float *)from + i, (size_t)n * sizeof(float));
  } else {
    halves h = {0};
    memcpy(&h, (const uint16_t *)from + i, (size_t)n * sizeof(uint16_t));
    *x = (lanes)(__builtin_convertvector(h, bits) << 16);
  }
}

// Rounds to nearest even where the type is narrow; a NaN stays one.
INLINE void store(const lanes *x, ck_type type, void *to, int64_t i, int n) {
  if (type == CK_F32) {
    memcpy((float *)to + i, x, (size_t)n * sizeof(float));
  } else {
    bits u = (bits)*x;
    const bits nan = (bits)(*x != *x), rounded = (u + 0x7FFF + (u >> 16 & 1)) >> 16;
    u = (nan & (u >> 16 | 0x40)) | (~nan & rounded);
    halves h = __builtin_convertvector(u, halves);
    memcpy((uint16_t *)to + i, &h, (size_t)n * sizeof(uint16_t));
  }
}

INLINE void load_winners(words *w, int wide, const void *from, int64_t i, int n) {
  if (wide) {
    *w = (words){0};
    memcpy(w, (const int32_t *)from + i, (size_t)n * sizeof(int32_t));
  } else {
    bytes b = {0};
    memcpy(&b, (const uint8_t *)from + i, (size_t)n);
    *w = __builtin_convertvector(b, words);
  }
}

INLINE void store_winners(const words *w, int wide, void *to, int64_t i, int n) {
  if (wide) {
    memcpy((int32_t *)to + i, w, (size_t)n * sizeof(int32_t));
  } else {
    bytes b = __builtin_convertvector(*w, bytes);
    memcpy((uint8_t *)to + i, &b, (size_t)n);
  }
}

typedef struct {
  int64_t begin, end;
} span;

// The inputs of window i along one axis.
INLINE span inside(const ck_max_pooling *p, int axis, int64_t i) {
  int64_t begin = i * p->stride[axis] - p->padding[axis];
  return (span){ck_most(begin, 0), ck_least(begin + p->window[axis], p->input[axis])};
}

// The windows that cover input i along one axis.
INLINE span covering(const ck_max_pooling *p, int axis, int64_t i) {
  int64_t at = i + p->padding[axis], before = at - p->window[axis] + p->stride[axis];
  return (span){before > 0 ? before / p->stride[axis] : 0,
                ck_least(at / p->stride[axis] + 1, p->output[axis])};
}

// One output position of `n` channels from `c` on.
INLINE void most_of(const job *j, ck_type type, int wide, int n, int64_t plane, span rows,
                    span columns, int64_t i, int64_t k, int64_t c) {
  const ck_max_pooling *p = j->p;
  const int64_t step = p->lanes, line = p->input[1] * step;
  const int64_t first = i * p->stride[0] - p->padding[0], left = k * p->stride[1] - p->padding[1];
  const int64_t base = plane * p->input[0] * line + c;
  lanes best, value;
  load(&best, type, j->from.address, base + rows.begin * line + columns.begin * step, n);
  words winner = {0};
  winner += (int32_t)((rows.begin - first) * p->window[1] + columns.begin - left);
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    words place = {0};
    place += (int32_t)((row - first) * p->window[1] + columns.begin - left);
    for (int64_t column = columns.begin; column < columns.end; ++column, place += 1) {
      load(&value, type, j->from.address, base + row * line + column * step, n);
      const words better = ~(words)(value <= best) & (words)(best == best);
      best = (lanes)(((words)value & better) | ((words)best & ~better));
      winner = (place & better) | (winner & ~better);
    }
  }
  const int64_t at = ((plane * p->output[0] + i) * p->output[1] + k) * step + c;
  store(&best, type, j->to.address, at, n);
  store_winners(&winner, wide, j->winners, at, n);
}

INLINE void most_of_row(const job *j, ck_type type, int wide, int64_t plane, int64_t i) {
  const ck_max_pooling *p = j->p;
  const span rows = inside(p, 0, i);
  for (int64_t k = 0; k < p->output[1]; ++k) {
    const span columns = inside(p, 1, k);
    int64_t c = 0;
    for (; c + LANES <= p->lanes; c += LANES)
      most_of(j, type, wide, LANES, plane, rows, columns, i, k, c);
    for (; c + LANES / 2 <= p->lanes; c += LANES / 2)
      most_of(j, type, wide, LANES / 2, plane, rows, columns, i, k, c);
    if (c < p->lanes)
      most_of(j, type, wide, (int)(p->lanes - c), plane, rows, columns, i, k, c);
  }
}

// The gradient of one input position of `n` channels from `c` on.
INLINE void gathered(const job *j, ck_type type, int wide, int n, int64_t plane, span rows,
                     span columns, int64_t row, int64_t column, int64_t c) {
  const ck_max_pooling *p = j->p;
  const int64_t step = p->lanes;
  lanes sum = {0}, g;
  words winner;
  for (int64_t i = rows.begin; i < rows.end; ++i) {
    const int64_t down = (row + p->padding[0] - i * p->stride[0]) * p->window[1];
    for (int64_t k = columns.begin; k < columns.end; ++k) {
      const int32_t place = (int32_t)(down + column + p->padding[1] - k * p->stride[1]);
      const int64_t at = ((plane * p->output[0] + i) * p->output[1] + k) * step + c;
      load(&g, type, j->from.address, at, n);
      load_winners(&winner, wide, j->winners, at, n);
      sum += (lanes)((words)g & (words)(winner == place));
    }
  }
  store(&sum, type, j->to.address, ((plane * p->input[0] + row) * p->input[1] + column) * step + c,
        n);
}

INLINE void gathered_row(const job *j, ck_type type, int wide, int64_t plane, int64_t row) {
  const ck_max_pooling *p = j->p;
  const span rows = covering(p, 0, row);
  for (int64_t column = 0; column < p->input[1]; ++column) {
    const span columns = covering(p, 1, column);
    int64_t c = 0;
    for (; c + LANES <= p->lanes; c += LANES)
      gathered(j, type, wide, LANES, plane, rows, columns, row, column, c);
    for (; c + LANES / 2 <= p->lanes; c += LANES / 2)
      gathered(j, type, wide, LANES / 2, plane, rows, columns, row, column, c);
    if (c < p->lanes)
      gathered(j, type, wide, (int)(p->lanes - c), plane, rows, columns, row, column, c);
  }
}

// One row of one channel.
INLINE float number(ck_type type, const void *from, int64_t i) {
  if (type == CK_F32) return ((const float *)from)[i];
  union { uint32_t u; float f; } value = {(uint32_t)((const uint16_t *)from)[i] << 16};
  return value.f;
}

INLINE void put(float x, ck_type type, void *to, int64_t i) {
  if (type == CK_F32)
    ((float *)to)[i] = x;
  else
    ck_narrow((uint16_t *)to + i, &x, 1);
}

INLINE void most_of_line(const job *j, ck_type type, int wide, int64_t plane, int64_t i) {
  const ck_max_pooling *p = j->p;
  const span rows = inside(p, 0, i);
  const int64_t first = i * p->stride[0] - p->padding[0], width = p->input[1];
  for (int64_t k = 0; k < p->output[1]; ++k) {
    const span columns = inside(p, 1, k);
    const int64_t left = k * p->stride[1] - p->padding[1], base = plane * p->input[0] * width;
    float best = number(type, j->from.address, base + rows.begin * width + columns.begin);
    int64_t winner = (rows.begin - first) * p->window[1] + columns.begin - left;
    for (int64_t row = rows.begin; row < rows.end; ++row)
      for (int64_t column = columns.begin; column < columns.end; ++column) {
        const float value = number(type, j->from.address, base + row * width + column);
        const int better = !(value <= best) & (best == best);
        winner = better ? (row - first) * p->window[1] + column - left : winner;
        best = better ? value : best;
      }
    const int64_t at = (plane * p->output[0] + i) * p->output[1] + k;
    put(best, type, j->to.address, at);
    if (wide)
      ((int32_t *)j->winners)[at] = (int32_t)winner;
    else
      ((uint8_t *)j->winners)[at] = (uint8_t)winner;
  }
}

// One plane of one channel: rows of it would be too narrow to gather in vectors.
static void scattered_plane(void *context, int64_t plane) {
  const job *j = context;
  const ck_max_pooling *p = j->p;
  const int64_t width = p->input[1], count = p->input[0] * width, windows = p->output[1];
  const int narrow = j->to.type == CK_BF16, wide = ck_max_pool_winner_bytes(p) > 1;
  float *dx = narrow ? ck_allocate((size_t)count * sizeof(float))
                     : (float *)j->to.address + plane * count;
  memset(dx, 0, (size_t)count * sizeof(float));
  for (int64_t i = 0; i < p->output[0]; ++i)
    for (int64_t k = 0; k < windows; ++k) {
      const int64_t at = (plane * p->output[0] + i) * windows + k;
      const int32_t place =
          wide ? ((const int32_t *)j->winners)[at] : ((const uint8_t *)j->winners)[at];
      const int32_t across = (int32_t)p->window[1];
      const int64_t row = i * p->stride[0] - p->padding[0] + place / across;
      const int64_t column = k * p->stride[1] - p->padding[1] + place % across;
      dx[row * width + column] += number(j->from.type, j->from.address, at);
    }
  if (!narrow) return;
  ck_narrow((uint16_t *)j->to.address + plane * count, dx, count);
  free(dx);
}

int ck_max_pool_winner_bytes(const ck_max_pooling *p) {
  return p->window[0] * p->window[1] <= 256 ? 1 : 4;
}

// What is the same for all rows is decided once a piece.
CK_SPEED static void forward_piece(void *context, int64_t piece) {
  const job *j = context;
  const int64_t height = j->p->output[0];
  const int64_t end = ck_least((piece + 1) * j->rows, j->p->planes * height);
  const int wide = ck_max_pool_winner_bytes(j->p) > 1, narrow = j->from.type == CK_BF16;
  for (int64_t row = piece * j->rows; row < end; ++row) {
    const int64_t plane = row / height, i = row % height;
    if (j->p->lanes == 1)
      most_of_line(j, j->from.type, wide, plane, i);
    else if (wide)
      most_of_row(j, j->from.type, 1, plane, i);
    else if (narrow)
      most_of_row(j, CK_BF16, 0, plane, i);
    else
      most_of_row(j, CK_F32, 0, plane, i);
  }
}

CK_SPEED static void gradient_piece(void *context, int64_t piece) {
  const job *j = context;
  const int64_t height = j->p->input[0];
  const int64_t end = ck_least((piece + 1) * j->rows, j->p->planes * height);
  const int wide = ck_max_pool_winner_bytes(j->p) > 1, narrow = j->from.type == CK_BF16;
  for (int64_t row = piece * j->rows; row < end; ++row) {
    const int64_t plane = row / height, at = row % height;
    if (wide)
      gathered_row(j, j->from.type, 1, plane, at);
    else if (narrow)
      gathered_row(j, CK_BF16, 0, plane, at);
    else
      gathered_row(j, CK_F32, 0, plane, at);
  }
}

static void run(job *j, int64_t height, void (*body)(void *, int64_t)) {
  const ck_max_pooling *p = j->p;
  const int64_t work = p->input[0] * p->input[1] * p->lanes;  // of a plane
  if (p->planes * height == 0) return;
  j->rows = ck_most(1, CK_PIECE / ck_most(1, work / height));
  ck_for(p->planes * work, ck_pieces(p->planes * height, j->rows), body, j);
}

void ck_max_pool(const ck_max_pooling *p, ck_operand x, ck_operand y, void *winners) {
  job j = {.p = p, .from = x, .to = y, .winners = winners};
  run(&j, p->output[0], forward_piece);
}

void ck_max_pool_gradient(const ck_max_pooling *p, ck_operand g, const void *winners,
                          ck_operand dx) {
  job j = {.p = p, .from = g, .to = dx, .winners = (void *)winners};
  if (p->lanes == 1)
    ck_for(p->planes * p->input[0] * p->input[1], p->planes, scattered_plane, &j);
  else
    run(&j, p->input[0], gradient_piece);
}
