// CUDA for kernels that a host compiler compiles: threads of a block run one after another, or, in
// files with barriers, as fibers that take turns at every barrier. Only what the kernels of
// Sources/Backends/CUDA/Kernels use is here.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ucontext.h>
#include <utility>
#include <vector>

#define __device__
#define __global__
#define __shared__ static

namespace emulated {
struct place {
  unsigned x = 1, y = 1, z = 1;
};
}  // namespace emulated

static emulated::place threadIdx, blockIdx, blockDim, gridDim;

static inline float __uint_as_float(unsigned x) {
  float y;
  std::memcpy(&y, &x, 4);
  return y;
}
static inline unsigned __float_as_uint(float x) {
  unsigned y;
  std::memcpy(&y, &x, 4);
  return y;
}
static inline unsigned long long atomicCAS(unsigned long long *address, unsigned long long expected,
                                           unsigned long long value) {
  unsigned long long old = *address;
  if (old == expected) *address = value;
  return old;
}

static inline int atomicAdd(int *address, int value) {
  int old = *address;
  *address += value;
  return old;
}

namespace emulated {
typedef void (*caller)(void **);

struct fiber {
  ucontext_t context;
  std::vector<char> stack;
  bool done = false;
};
static ucontext_t scheduler;
static std::vector<fiber> fibers;
static unsigned current;
static caller kernel;
static void **arguments;

static inline void fiber_main() {
  kernel(arguments);
  fibers[current].done = true;
  swapcontext(&fibers[current].context, &scheduler);
}

static inline void set_thread(unsigned i) {
  current = i;
  threadIdx.x = i % blockDim.x;
  threadIdx.y = i / blockDim.x;
  threadIdx.z = 0;
}

// All threads run to the next barrier, again and again; a barrier is for all of them.
static inline void run_fibers(unsigned count) {
  if (fibers.size() < count) fibers.resize(count);
  for (unsigned i = 0; i < count; ++i) {
    fiber &f = fibers[i];
    f.stack.resize(1 << 16);
    f.done = false;
    getcontext(&f.context);
    f.context.uc_stack.ss_sp = f.stack.data();
    f.context.uc_stack.ss_size = f.stack.size();
    f.context.uc_link = nullptr;
    makecontext(&f.context, fiber_main, 0);
  }
  for (;;) {
    unsigned done = 0;
    for (unsigned i = 0; i < count; ++i) {
      set_thread(i);
      swapcontext(&scheduler, &fibers[i].context);
      done += fibers[i].done;
    }
    if (done == count) return;
    if (done > 0) {
      std::fprintf(stderr, "emulated GPU: %u of %u threads end before a barrier\n", done, count);
      std::abort();
    }
  }
}

template <class... A, std::size_t... I>
inline void call_with(void (*f)(A...), void **p, std::index_sequence<I...>) {
  f(*static_cast<A *>(p[I])...);
}
template <class... A>
inline void call(void (*f)(A...), void **p) {
  call_with(f, p, std::index_sequence_for<A...>());
}
template <class... A>
inline unsigned long bytes(void (*)(A...), unsigned i) {
  const unsigned long sizes[] = {sizeof(A)..., 0};
  return i < sizeof...(A) ? sizes[i] : 0;
}
}  // namespace emulated

static inline void __syncthreads() {
  swapcontext(&emulated::fibers[emulated::current].context, &emulated::scheduler);
}

// Runs a kernel over a grid; `barriers` says whether its threads wait for one another.
extern "C" void emulated_run(emulated::caller kernel, void **arguments, const unsigned *shape,
                             int barriers) {
  gridDim.x = shape[0], gridDim.y = shape[1];
  blockDim.x = shape[2], blockDim.y = shape[3];
  unsigned count = blockDim.x * blockDim.y;
  emulated::kernel = kernel;
  emulated::arguments = arguments;
  for (blockIdx.y = 0; blockIdx.y < gridDim.y; ++blockIdx.y)
    for (blockIdx.x = 0; blockIdx.x < gridDim.x; ++blockIdx.x) {
      if (barriers) {
        emulated::run_fibers(count);
      } else {
        for (unsigned i = 0; i < count; ++i) {
          emulated::set_thread(i);
          kernel(arguments);
        }
      }
    }
}
