// From one place to another: other types, other layouts, blocks of larger tensors.
template <class T>
__device__ inline void move(T x, T *to) { *to = x; }  // bit for bit
__device__ inline void move(float x, bf16 *to) { narrow(x, to); }
__device__ inline void move(bf16 x, float *to) { *to = widen(x); }
__device__ inline void move(int x, float *to) { *to = (float)x; }
__device__ inline void move(int x, bf16 *to) { narrow((float)x, to); }
__device__ inline void move(float x, int *to) { *to = (int)x; }
__device__ inline void move(bf16 x, int *to) { *to = (int)widen(x); }

KERNEL convert(const element *x, other *y, i64 quads) {
  EACH(i, quads) {
    quad<element> p = load_quad(x, i);
    quad<other> r;
    for (int k = 0; k < 4; ++k) move(p.v[k], &r.v[k]);
    store_quad(y, i, r);
  }
}

// Sizes and strides of a block along up to six axes; the last one is innermost where it is written.
struct block {
  i64 size[6], from[6], to[6];
};

KERNEL transfer(const element *x, other *y, block b, i64 count) {
  EACH(i, count) {
    u32 rest = (u32)i;
    i64 source = 0, target = 0;
    for (int axis = 5; axis >= 0; --axis) {
      u32 size = (u32)b.size[axis];
      u32 at = size == 1 ? 0 : rest % size;
      rest = size == 1 ? rest : rest / size;
      source += at * b.from[axis];
      target += at * b.to[axis];
    }
    move(x[source], &y[target]);
  }
}
