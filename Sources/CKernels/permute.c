// Rewriting blocks of elements in another order.
#include "internal.h"

typedef struct {
  ck_operand from, to;
  const int32_t *order;
  int64_t size, blocks, blocks_per_piece;
} permutation;

CK_SPEED static void gather(float *restrict to, const float *restrict from,
                            const int32_t *restrict order, int64_t size) {
  for (int64_t i = 0; i < size; ++i) to[i] = from[order[i]];
}

static void permute_piece(void *context, int64_t piece) {
  const permutation *p = context;
  float source[CK_TILE], target[CK_TILE];
  int64_t begin = piece * p->blocks_per_piece;
  int64_t end = ck_least(begin + p->blocks_per_piece, p->blocks);
  for (int64_t at = begin * p->size; at < end * p->size; at += p->size) {
    gather(ck_target(p->to, at, target), ck_read(p->from, at, p->size, source), p->order, p->size);
    ck_written(p->to, at, p->size, target);
  }
}

void ck_permute_blocks(ck_operand from, ck_operand to, const int32_t *order, int64_t size,
                       int64_t blocks) {
  permutation p = {from, to, order, size, blocks, ck_most(1, CK_PIECE / size)};
  ck_for(size * blocks, ck_pieces(blocks, p.blocks_per_piece), permute_piece, &p);
}
