// Threads: the pool that oneDNN's OpenMP runtime already has, so that nothing is oversubscribed.
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "internal.h"

typedef void (*gomp_parallel)(void (*)(void *), void *, unsigned, unsigned);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static gomp_parallel parallel;
static atomic_int thread_count = 1;

typedef struct {
  int64_t pieces;
  void (*body)(void *, int64_t);
  void *context;
  _Atomic int64_t next;
} claim;

static void find(void) { parallel = (gomp_parallel)dlsym(RTLD_DEFAULT, "GOMP_parallel"); }

void ck_set_threads(int threads) { atomic_store(&thread_count, threads); }

int ck_has_threads(void) {
  pthread_once(&once, find);
  return parallel != NULL;
}

static void work(void *data) {
  claim *c = data;
  for (;;) {
    int64_t piece = atomic_fetch_add_explicit(&c->next, 1, memory_order_relaxed);
    if (piece >= c->pieces) return;
    c->body(c->context, piece);
  }
}

void ck_parallel(int64_t pieces, void (*body)(void *, int64_t), void *context) {
  int64_t threads = ck_least(atomic_load_explicit(&thread_count, memory_order_relaxed), pieces);
  if (threads <= 1 || !ck_has_threads()) {
    for (int64_t i = 0; i < pieces; ++i) body(context, i);
    return;
  }
  claim c = {pieces, body, context, 0};
  parallel(work, &c, (unsigned)threads, 0);
}

void ck_for(int64_t elements, int64_t pieces, void (*body)(void *, int64_t), void *context) {
  if (elements >= 2 * CK_PIECE) {
    ck_parallel(pieces, body, context);
  } else {
    for (int64_t i = 0; i < pieces; ++i) body(context, i);
  }
}

void *ck_allocate(size_t bytes) {
  void *memory = malloc(bytes ? bytes : 1);
  if (memory) return memory;
  // The status is that of ExitStatus.outOfMemory; nothing at exit may want memory.
  fprintf(stderr, "Error: out of memory: %zu bytes could not be had\n", bytes);
  _exit(5);
}
