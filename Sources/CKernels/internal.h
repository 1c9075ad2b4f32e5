// What the kernels share.
#pragma once
#include "ckernels.h"

// One binary for all processors: the loader picks the variant.
#if defined(__x86_64__) && defined(__linux__)
#define CK_SPEED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CK_SPEED
#endif

enum {
  CK_PIECE = 16384,  // elements that one thread claims at once
  CK_TILE = 1024,    // elements of bfloat16 that are widened at once: they stay in the L1 cache
};

/// Runs the pieces on the calling thread when all the work is small.
void ck_for(int64_t work, int64_t pieces, void (*body)(void *context, int64_t piece),
            void *context);
void *ck_allocate(size_t bytes);
void ck_widen(float *to, const uint16_t *from, int64_t count);
void ck_narrow(uint16_t *to, const float *from, int64_t count);

static inline int64_t ck_pieces(int64_t count, int64_t size) { return (count + size - 1) / size; }
static inline int64_t ck_least(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t ck_most(int64_t a, int64_t b) { return a > b ? a : b; }

/// The address of element i.
static inline void *ck_at(ck_operand x, int64_t i) {
  return (char *)x.address + i * (x.type == CK_BF16 ? 2 : 4);
}

/// `count` numbers from element i on, as float32: in place, or widened into `tile`.
static inline float *ck_read(ck_operand x, int64_t i, int64_t count, float *tile) {
  if (x.type == CK_F32) return ck_at(x, i);
  ck_widen(tile, ck_at(x, i), count);
  return tile;
}

/// Where to put numbers that `ck_written` then stores.
static inline float *ck_target(ck_operand x, int64_t i, float *tile) {
  return x.type == CK_F32 ? ck_at(x, i) : tile;
}
static inline void ck_written(ck_operand x, int64_t i, int64_t count, const float *tile) {
  if (x.type == CK_BF16) ck_narrow(ck_at(x, i), tile, count);
}
