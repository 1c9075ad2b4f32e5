#include "cmemory.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

static int status;

void cmemory_exit_where_none(int wanted) { status = wanted; }

#if defined(__linux__) && !defined(SANITIZED)
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#if defined(__GLIBC__)
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

// Gives `got`, or ends the process. It must not ask for memory itself.
static void *or_exit(void *got, size_t count) {
  if (got || count == 0 || status == 0 || count > (size_t)1 << 40) return got;
  char text[96];
  size_t at = sizeof text;
  static const char tail[] = " bytes could not be had\n", head[] = "Error: out of memory: ";
  at -= sizeof tail - 1;
  memcpy(text + at, tail, sizeof tail - 1);
  do text[--at] = (char)('0' + count % 10);
  while (count /= 10);
  at -= sizeof head - 1;
  memcpy(text + at, head, sizeof head - 1);
  if (write(STDERR_FILENO, text + at, sizeof text - at) < 0) _exit(status);
  _exit(status);
}

void *malloc(size_t count) { return or_exit(__libc_malloc(count), count); }

void *calloc(size_t count, size_t size) {
  size_t all;
  if (__builtin_mul_overflow(count, size, &all)) {
    errno = ENOMEM;
    return NULL;
  }
  return or_exit(__libc_calloc(count, size), all);
}

void *realloc(void *old, size_t count) { return or_exit(__libc_realloc(old, count), count); }

void *memalign(size_t step, size_t count) { return or_exit(__libc_memalign(step, count), count); }

void *aligned_alloc(size_t step, size_t count) { return memalign(step, count); }

int posix_memalign(void **result, size_t step, size_t count) {
  if (step < sizeof(void *) || (step & (step - 1))) return EINVAL;
  void *got = memalign(step, count);
  if (!got) return ENOMEM;
  *result = got;
  return 0;
}
#endif
#endif
