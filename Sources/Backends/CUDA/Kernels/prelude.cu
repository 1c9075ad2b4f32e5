// What every kernel file begins with. The files need no header: NVRTC compiles them as they are.
// ELEMENT and OTHER are the types of elements: float, bf16 or int.
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long i64;

// bfloat16: the upper half of a single.
struct bf16 {
  u16 bits;
};

typedef ELEMENT element;
typedef OTHER other;

__device__ inline float widen(float x) { return x; }
__device__ inline float widen(int x) { return (float)x; }
__device__ inline float widen(bf16 x) { return __uint_as_float((u32)x.bits << 16); }

__device__ inline void narrow(float x, float *to) { *to = x; }
__device__ inline void narrow(float x, int *to) { *to = (int)x; }
// To the nearest; of two equally near ones to the one whose last bit is 0; NaN stays NaN.
__device__ inline void narrow(float x, bf16 *to) {
  u32 bits = __float_as_uint(x);
  to->bits = (u16)(x != x ? bits >> 16 | 0x40 : (bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

// Four elements that are loaded and stored at once. Memory ends on multiples of 64 bytes, so a
// last quad that is not full may be worked on all the same.
template <class T>
struct alignas(4 * sizeof(T)) quad {
  T v[4];
};
template <class T>
__device__ inline quad<T> load_quad(const T *x, i64 i) {
  return ((const quad<T> *)x)[i];
}
template <class T>
__device__ inline void store_quad(T *x, i64 i, quad<T> value) {
  ((quad<T> *)x)[i] = value;
}

#define KERNEL extern "C" __global__ void
// Every thread takes its share of 0 ... count - 1.
#define EACH(i, count)                                                           \
  for (i64 i = (i64)blockIdx.x * blockDim.x + threadIdx.x; i < (count);          \
       i += (i64)gridDim.x * blockDim.x)
// Channels-last memory: rows (image by image, pixel by pixel) of `pitch` elements. Threads lie
// along channels, then along rows.
#define EACH_ROW(row, rows)                                                      \
  for (i64 row = (i64)blockIdx.x * blockDim.y + threadIdx.y; row < (rows);       \
       row += (i64)gridDim.x * blockDim.y)
#define EACH_CHANNEL(c, pitch) for (int c = threadIdx.x; c < (pitch); c += blockDim.x)

// Several tensors in one launch: block `first[i]` and those behind it take tiles of part i, TILE
// elements each; unused parts begin behind all blocks.
enum { PARTS = 48, TILE = 4096 };
struct parts {
  u64 memory[4][PARTS];
  i64 count[PARTS];
  int first[PARTS];
};
__device__ inline int part_of(const parts &all) {
  int i = 0;
  while (i + 1 < PARTS && all.first[i + 1] <= (int)blockIdx.x) ++i;
  return i;
}
__device__ inline i64 tile_of(const parts &all, int i) {
  return (i64)((int)blockIdx.x - all.first[i]) * TILE;
}
// Takes the quads of a tile of `count` elements that begins at `start`.
#define EACH_QUAD_OF_TILE(quad_, start, count)                                     \
  for (i64 quad_ = (start) / 4 + threadIdx.x;                                      \
       quad_ < ((start) + TILE) / 4 && 4 * quad_ < (count); quad_ += blockDim.x)

__device__ inline int least(int a, int b) { return a < b ? a : b; }
__device__ inline int most(int a, int b) { return a > b ? a : b; }

// A mistake that only the device sees; the first one is told when the host waits next. The words
// are: kind, place, limit.
enum { NO_SUCH_CLASS = 1, NO_SUCH_IMAGE = 2, NOT_FINITE = 3 };
__device__ inline void report(u64 *fault, u64 kind, i64 place, i64 limit) {
  if (atomicCAS(fault, 0ull, kind) == 0) {
    fault[1] = (u64)place;
    fault[2] = (u64)limit;
  }
}
