// Sums in double precision and in an order that depends on the shape alone: every block sums its
// share, and a second kernel sums the blocks.
enum { THREADS = 256 };

// The sum over the threads of a block, in thread 0.
__device__ inline double block_sum(double value) {
  __shared__ double sums[THREADS];
  sums[threadIdx.x] = value;
  for (u32 half = THREADS / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) sums[threadIdx.x] += sums[threadIdx.x + half];
  }
  __syncthreads();
  return sums[0];
}

KERNEL sum_partials(const element *x, double *partials, i64 count) {
  double sum = 0;
  EACH(i, count) sum += (double)widen(x[i]);
  sum = block_sum(sum);
  if (threadIdx.x == 0) partials[blockIdx.x] = sum;
}

// A sum of squares for each tile of many tensors.
KERNEL square_partials(parts all, double *partials) {
  int part = part_of(all);
  const element *x = (const element *)all.memory[0][part];
  i64 count = all.count[part];
  double sum = 0;
  EACH_QUAD_OF_TILE(i, tile_of(all, part), count) {
    quad<element> p = load_quad(x, i);
    for (int k = 0; k < 4; ++k) {
      double value = 4 * i + k < count ? (double)widen(p.v[k]) : 0;
      sum += value * value;
    }
  }
  sum = block_sum(sum);
  if (threadIdx.x == 0) partials[blockIdx.x] = sum;
}

// By one block.
KERNEL sum_total(const double *partials, float *single, double *exact, i64 count) {
  double sum = 0;
  EACH(i, count) sum += partials[i];
  sum = block_sum(sum);
  if (threadIdx.x == 0) {
    *single = (float)sum;
    *exact = sum;
  }
}

// By one block; the root of the sum where it is asked for.
KERNEL norm_total(const double *squares, double *norm, i64 count, int is_root) {
  double sum = 0;
  EACH(i, count) sum += squares[i];
  sum = block_sum(sum);
  if (threadIdx.x == 0) *norm = is_root ? sqrt(sum) : sum;
}

// A number of a type by its code in `PartList.numbers`.
__device__ inline double number_of(const void *x, i64 code) {
  switch (code) {
    case 1: return (double)*(const float *)x;
    case 2: return (double)widen(*(const bf16 *)x);
    case 3: return *(const double *)x;
    default: return (double)*(const int *)x;
  }
}

// By one block: single numbers side by side, and behind them the three words of a fault.
KERNEL pack_numbers(parts all, const u64 *fault, u64 *to, int count) {
  int i = (int)threadIdx.x;
  if (i < count) ((double *)to)[i] = number_of((const void *)all.memory[0][i], all.count[i]);
  if (i < 3) to[count + i] = fault[i];
}
