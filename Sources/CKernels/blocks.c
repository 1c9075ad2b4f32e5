// Copies of rectangular blocks between arrays of any rank.
#include <string.h>

#include "internal.h"

enum { MOST_RANK = 8 };

typedef struct {
  char *to;
  const char *from;
  int64_t to_strides[MOST_RANK], from_strides[MOST_RANK], sizes[MOST_RANK];
  int rank;
  int64_t row, rows, rows_per_piece;  // bytes of a row; rows in all
} block;

static void copy_piece(void *context, int64_t piece) {
  const block *b = context;
  int64_t begin = piece * b->rows_per_piece, end = ck_least(begin + b->rows_per_piece, b->rows);
  for (int64_t r = begin; r < end; ++r) {
    int64_t rest = r, to = 0, from = 0;
    for (int axis = b->rank - 2; axis >= 0; --axis) {
      int64_t index = rest % b->sizes[axis];
      rest /= b->sizes[axis];
      to += index * b->to_strides[axis];
      from += index * b->from_strides[axis];
    }
    memcpy(b->to + to, b->from + from, (size_t)b->row);
  }
}

void ck_copy_block(void *to, const int64_t *to_strides, const void *from,
                   const int64_t *from_strides, const int64_t *sizes, int rank, int64_t size) {
  block b = {.to = to, .from = from, .rank = 0};
  // Axes that follow each other without a gap in both arrays become one.
  for (int axis = 0; axis < rank; ++axis) {
    int last = b.rank - 1;
    if (b.rank > 0 && b.to_strides[last] == to_strides[axis] * sizes[axis] * size &&
        b.from_strides[last] == from_strides[axis] * sizes[axis] * size) {
      b.sizes[last] *= sizes[axis];
      b.to_strides[last] = to_strides[axis] * size;
      b.from_strides[last] = from_strides[axis] * size;
    } else {
      b.sizes[b.rank] = sizes[axis];
      b.to_strides[b.rank] = to_strides[axis] * size;
      b.from_strides[b.rank] = from_strides[axis] * size;
      b.rank += 1;
    }
  }
  b.rows = 1;
  for (int axis = 0; axis + 1 < b.rank; ++axis) b.rows *= b.sizes[axis];
  b.row = (b.rank > 0 ? b.sizes[b.rank - 1] : 1) * size;
  if (b.row == 0 || b.rows == 0) return;
  b.rows_per_piece = ck_most(1, 4 * CK_PIECE / b.row);
  ck_for(b.rows * b.row / 4, ck_pieces(b.rows, b.rows_per_piece), copy_piece, &b);
}
