// CUDA for kernels that a host compiler compiles: threads of a block run one after another, or, in
// files with barriers, as fibers that take turns at every barrier. Only what the kernels of
// Sources/Backends/CUDA/Kernels use is here.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <csetjmp>
#include <ucontext.h>
#include <utility>

#include "touch.h"

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

// A fiber is made once; then it runs one thread after another.
struct fiber {
  ucontext_t context;
  jmp_buf place;
  char *stack = nullptr;
  bool done = false;
};
static jmp_buf scheduler;
static fiber fibers[1024];
static unsigned current;
static caller kernel;
static void **arguments;

static inline void fiber_main() {
  for (;;) {
    kernel(arguments);
    fibers[current].done = true;
    if (!_setjmp(fibers[current].place)) _longjmp(scheduler, 1);
  }
}

// Lets a fiber go on to its next barrier, or to its end.
static inline void resume(fiber &f) {
  if (_setjmp(scheduler)) return;
  if (f.stack) _longjmp(f.place, 1);
  constexpr size_t size = 1 << 16;
  f.stack = new char[size];
  getcontext(&f.context);
  f.context.uc_stack.ss_sp = f.stack;
  f.context.uc_stack.ss_size = size;
  f.context.uc_link = nullptr;
  makecontext(&f.context, fiber_main, 0);
  setcontext(&f.context);
}

static inline void set_thread(unsigned i) {
  current = i;
  threadIdx.x = i % blockDim.x;
  threadIdx.y = i / blockDim.x;
  threadIdx.z = 0;
}

// All threads run to the next barrier, again and again; a barrier is for all of them.
static inline void run_fibers(unsigned count) {
  for (unsigned i = 0; i < count; ++i) fibers[i].done = false;
  for (;;) {
    unsigned done = 0;
    for (unsigned i = 0; i < count; ++i) {
      set_thread(i);
      resume(fibers[i]);
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
  if (!_setjmp(emulated::fibers[emulated::current].place)) _longjmp(emulated::scheduler, 1);
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

#ifdef EMULATED_COUNTS
// The compiler calls these before every load and store; the driver says where they are counted.
extern "C" __attribute__((visibility("default"))) emulated_touch *emulated_touched;
emulated_touch *emulated_touched = nullptr;
#define TOUCHES(bytes)                                                                           \
  extern "C" __attribute__((no_sanitize("coverage"))) void __sanitizer_cov_load##bytes(          \
      const void *address) {                                                                     \
    if (emulated_touched) emulated_touched->mark((uint64_t)address, false);                      \
  }                                                                                              \
  extern "C" __attribute__((no_sanitize("coverage"))) void __sanitizer_cov_store##bytes(         \
      const void *address) {                                                                     \
    if (emulated_touched) emulated_touched->mark((uint64_t)address, true);                       \
  }
TOUCHES(1) TOUCHES(2) TOUCHES(4) TOUCHES(8) TOUCHES(16)
#endif
