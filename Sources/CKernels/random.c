// Constants and dropout masks.
#include "internal.h"

typedef struct {
  ck_operand out;
  int64_t count;
  float value;
  uint64_t key, threshold;
} made;

CK_SPEED static void fill(float *out, int64_t n, float value) {
  for (int64_t i = 0; i < n; ++i) out[i] = value;
}

static void fill_piece(void *context, int64_t piece) {
  const made *m = context;
  float tile[CK_TILE];
  int64_t begin = piece * CK_PIECE, end = ck_least(begin + CK_PIECE, m->count);
  for (int64_t i = begin; i < end; i += CK_TILE) {
    int64_t n = ck_least(CK_TILE, end - i);
    fill(ck_target(m->out, i, tile), n, m->value);
    ck_written(m->out, i, n, tile);
  }
}

void ck_fill(ck_operand out, int64_t count, double value) {
  made m = {.out = out, .count = count, .value = (float)value};
  ck_for(count, ck_pieces(count, CK_PIECE), fill_piece, &m);
}

enum { BLOCKS = CK_TILE / 4 };

// Philox4x32-10 (Salmon et al., SC 2011) for many counters side by side.
CK_SPEED static void mask(float *restrict out, uint64_t first, uint64_t key, uint64_t threshold,
                          float value) {
  uint32_t c0[BLOCKS], c1[BLOCKS], c2[BLOCKS], c3[BLOCKS];
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int i = 0; i < BLOCKS; ++i) {
    c0[i] = (uint32_t)(first + (uint64_t)i);
    c1[i] = (uint32_t)((first + (uint64_t)i) >> 32);
    c2[i] = c3[i] = 0;
  }
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < BLOCKS; ++i) {
      uint64_t p0 = (uint64_t)0xD2511F53 * c0[i], p1 = (uint64_t)0xCD9E8D57 * c2[i];
      uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1[i] ^ k0, n2 = (uint32_t)(p0 >> 32) ^ c3[i] ^ k1;
      c0[i] = n0;
      c1[i] = (uint32_t)p1;
      c2[i] = n2;
      c3[i] = (uint32_t)p0;
    }
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  for (int i = 0; i < BLOCKS; ++i) {
    out[4 * i] = c0[i] < threshold ? value : 0;
    out[4 * i + 1] = c1[i] < threshold ? value : 0;
    out[4 * i + 2] = c2[i] < threshold ? value : 0;
    out[4 * i + 3] = c3[i] < threshold ? value : 0;
  }
}

static void mask_piece(void *context, int64_t piece) {
  const made *m = context;
  float tile[CK_TILE];
  int64_t begin = piece * CK_PIECE, end = ck_least(begin + CK_PIECE, m->count);
  for (int64_t i = begin; i < end; i += CK_TILE) {
    int64_t n = ck_least(CK_TILE, end - i);
    mask(tile, (uint64_t)i / 4, m->key, m->threshold, m->value);
    if (m->out.type == CK_BF16) {
      ck_narrow(ck_at(m->out, i), tile, n);
    } else {
      __builtin_memcpy(ck_at(m->out, i), tile, (size_t)n * 4);
    }
  }
}

void ck_dropout_mask(ck_operand out, int64_t count, uint64_t key, uint64_t threshold,
                     double value) {
  made m = {out, count, (float)value, key, threshold};
  ck_for(count, ck_pieces(count, CK_PIECE), mask_piece, &m);
}
