// libcublasLt.so: one matrix product, by plain loops.
#include <algorithm>
#include <cstddef>

#include "numbers.h"
#include "recording.h"

#define API extern "C" __attribute__((visibility("default"))) int

namespace {
struct product {
  int compute;
  int transpose[2];
};
struct matrix {
  int type;
  uint64_t rows, columns;
  int64_t leading;
};
}  // namespace

extern "C" size_t cublasLtGetVersion() { return 130100; }
API cublasLtCreate(void **handle) {
  *handle = new int(0);
  return 0;
}
API cublasLtMatmulDescCreate(void **result, int compute, int) {
  *result = new product{compute, {0, 0}};
  return 0;
}
API cublasLtMatmulDescDestroy(void *p) {
  delete (product *)p;
  return 0;
}
API cublasLtMatmulDescSetAttribute(void *p, int attribute, const void *value, size_t bytes) {
  if ((attribute != 3 && attribute != 4) || bytes != 4) return 7;
  std::memcpy(&((product *)p)->transpose[attribute - 3], value, 4);
  return 0;
}
API cublasLtMatrixLayoutCreate(void **result, int type, uint64_t rows, uint64_t columns,
                               int64_t leading) {
  *result = new matrix{type, rows, columns, leading};
  return 0;
}
API cublasLtMatrixLayoutDestroy(void *m) {
  delete (matrix *)m;
  return 0;
}
API cublasLtMatmulPreferenceCreate(void **preference) {
  *preference = new int(0);
  return 0;
}
API cublasLtMatmulPreferenceDestroy(void *preference) {
  delete (int *)preference;
  return 0;
}
API cublasLtMatmulPreferenceSetAttribute(void *, int, const void *, size_t) { return 0; }
namespace {
// Of the algorithms the first is one that the device cannot run after all; the second wants rows
// that begin on multiples of 16 bytes, as those for tensor cores do.
enum { NEVER, ALIGNED, ANY, ALGORITHMS };
bool is_aligned(const matrix &m) { return m.leading * (m.type == 14 ? 2 : 4) % 16 == 0; }
bool may_run(int algorithm, const matrix &a, const matrix &b, const matrix &d) {
  return algorithm == ANY ||
         (algorithm == ALIGNED && is_aligned(a) && is_aligned(b) && is_aligned(d));
}
}  // namespace

// What an algorithm cannot do its state says.
API cublasLtMatmulAlgoGetHeuristic(void *, void *, void *a, void *b, void *d, void *, void *,
                                   int capacity, void *choices, int *count) {
  *count = std::min(capacity, (int)ALGORITHMS);
  for (int i = 0; i < *count; ++i) {
    char *choice = (char *)choices + i * 96;
    size_t workspace = i == NEVER ? 512 : 1024;
    int state = may_run(i, *(matrix *)a, *(matrix *)b, *(matrix *)d) ? 0 : 15;
    std::memset(choice, 0, 96);
    std::memcpy(choice, &i, 4);
    std::memcpy(choice + 64, &workspace, 8);
    std::memcpy(choice + 72, &state, 4);
  }
  return 0;
}
API cublasLtMatmul(void *, void *p, const void *alpha, const void *a, void *aLayout, const void *b,
                   void *bLayout, const void *beta, const void *, void *, void *d, void *dLayout,
                   const void *algorithm, void *workspace, size_t bytes, void *) {
  auto op = (product *)p;
  matrix left = *(matrix *)aLayout, right = *(matrix *)bLayout, result = *(matrix *)dLayout;
  bool isBF16 = left.type == 14, rounds = op->compute == 77;
  bool ta = op->transpose[0], tb = op->transpose[1];
  if (bytes != 1024 || !workspace) return 7;
  if (!may_run(*(const int *)algorithm, left, right, result)) return 15;
  if (*(const float *)alpha != 1 || *(const float *)beta != 0) return 7;
  uint64_t rows = ta ? left.columns : left.rows, inner = ta ? left.rows : left.columns;
  uint64_t columns = tb ? right.rows : right.columns;
  if (rows != result.rows || columns != result.columns) return 7;
  if (inner != (tb ? right.columns : right.rows)) return 7;
  return emulated_ask(LIBRARY_NODE, "product", [=] {
    size_t width = isBF16 ? 2 : 4;
    emulated_touches(a, left.rows * left.columns * width, false);
    emulated_touches(b, right.rows * right.columns * width, false);
    emulated_touches(d, rows * columns * width, true);
    for (uint64_t i = 0; emulated_counts() && i < rows * columns; ++i) store(d, i, isBF16, 0);
    if (emulated_counts()) return 0;
    for (uint64_t i = 0; i < rows; ++i)
      for (uint64_t j = 0; j < columns; ++j) {
        double sum = 0;
        for (uint64_t k = 0; k < inner; ++k) {
          double x = load(a, ta ? i * left.leading + k : k * left.leading + i, isBF16);
          double y = load(b, tb ? k * right.leading + j : j * right.leading + k, isBF16);
          sum += rounds ? tf32(x) * tf32(y) : x * y;
        }
        store(d, j * result.leading + i, isBF16, sum);
      }
    return 0;
  });
}
