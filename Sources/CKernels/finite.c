// Whether numbers are finite: one look at their exponents.
#include <stdatomic.h>

#include "internal.h"

typedef struct {
  ck_operand x;
  int64_t count;
  atomic_int found;  // whether one that is not was found
} search;

// An exponent of ones carries into the sign.
CK_SPEED static int has_infinite(const uint32_t *x, int64_t n) {
  uint32_t all = 0;
  for (int64_t i = 0; i < n; ++i) all |= (x[i] & 0x7F800000u) + 0x00800000u;
  return all >> 31;
}

CK_SPEED static int has_infinite_half(const uint16_t *x, int64_t n) {
  uint16_t all = 0;
  for (int64_t i = 0; i < n; ++i) all |= (uint16_t)((x[i] & 0x7F80u) + 0x0080u);
  return all >> 15;
}

static void search_piece(void *context, int64_t piece) {
  search *s = context;
  if (atomic_load_explicit(&s->found, memory_order_relaxed)) return;
  const int64_t begin = piece * CK_PIECE, n = ck_least(CK_PIECE, s->count - begin);
  const void *x = ck_at(s->x, begin);
  if (s->x.type == CK_BF16 ? has_infinite_half(x, n) : has_infinite(x, n))
    atomic_store_explicit(&s->found, 1, memory_order_relaxed);
}

int ck_is_finite(ck_operand x, int64_t count) {
  search s = {.x = x, .count = count};
  ck_for(count, ck_pieces(count, CK_PIECE), search_piece, &s);
  return !atomic_load(&s.found);
}
