// Makes file calls of a program fail, or kills it at one of them. A library for LD_PRELOAD:
//
//   FAULT_MODE   count, kill, short, or NAME or NAME-forever of enospc, eio, edquot, erofs, eintr
//   FAULT_AT     acts on the n-th call that is counted, from 1 (-forever: on all after it as well)
//   FAULT_PATH   only files whose path contains this are counted
//   FAULT_TEAR   so many percent of the bytes are written before a kill
//   FAULT_LOG    gets a line "n call bytes path" for each call that is counted
//
// Counted are open for writing, write, pwrite, writev, ftruncate, fsync, fdatasync, rename, unlink,
// mkdir and close. stdio calls libc from within and is not seen; this program uses none of it.
//
//   cc -O2 -fPIC -shared -o faultshim.so faultshim.c -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { UNSET = -1, OFF, COUNT, KILL, SHORT, FAIL };
enum { FILES = 65536 };
static char *paths[FILES];
// Whether a file was opened for writing: other closes lose nothing.
static char writable[FILES];
static int mode = UNSET, code, forever, tear;
static long at, calls;
static const char *part, *log_path;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static const struct { const char *name; int code; } codes[] = {
    {"enospc", ENOSPC}, {"eio", EIO}, {"edquot", EDQUOT}, {"erofs", EROFS}, {"eintr", EINTR}};

static void begin(void) {
  if (mode != UNSET) return;
  const char *name = getenv("FAULT_MODE"), *n = getenv("FAULT_AT"), *t = getenv("FAULT_TEAR");
  part = getenv("FAULT_PATH");
  log_path = getenv("FAULT_LOG");
  at = n ? atol(n) : 0;
  tear = t ? atoi(t) : 0;
  mode = OFF;
  if (!name || !part) return;
  if (!strcmp(name, "count")) mode = COUNT;
  if (!strcmp(name, "kill")) mode = KILL;
  if (!strcmp(name, "short")) mode = SHORT;
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
    size_t length = strlen(codes[i].name);
    if (strncmp(name, codes[i].name, length)) continue;
    mode = FAIL;
    code = codes[i].code;
    forever = !strcmp(name + length, "-forever");
  }
}

static int concerns(const char *path) { return mode > OFF && path && strstr(path, part); }

static void note(const char *call, size_t count, const char *path) {
  char line[700];
  int length = snprintf(line, sizeof line, "%ld %s %zu %s\n", calls, call, count, path);
  int file = (int)syscall(SYS_openat, AT_FDCWD, log_path, O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (file < 0) return;
  syscall(SYS_write, file, line, length < (int)sizeof line ? length : (int)sizeof line - 1);
  syscall(SYS_close, file);
}

// 0 lets the call pass, -1 halves it, else it fails with this errno.
static int turn(
    const char *call, const char *path, int file, const void *bytes, size_t count, off_t place) {
  pthread_mutex_lock(&mutex);
  calls++;
  int result = 0;
  if (log_path) note(call, count, path);
  if (mode == KILL && calls == at) {
    size_t torn = bytes ? count * (size_t)tear / 100 : 0;
    if (torn && place >= 0) syscall(SYS_pwrite64, file, bytes, torn, place);
    if (torn && place < 0) syscall(SYS_write, file, bytes, torn);
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
  }
  // These make room, they do not need it.
  int needs = strcmp(call, "close") && strcmp(call, "unlink");
  if (mode == FAIL && (calls == at || (forever && calls > at)))
    if (needs || code == EIO) result = code;
  if (mode == SHORT && calls == at && bytes && count > 1) result = -1;
  pthread_mutex_unlock(&mutex);
  return result;
}

#define REAL(type, name, ...)                              \
  static type (*real)(__VA_ARGS__);                        \
  if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name); \
  begin()
#define FAILS(...)                   \
  int wrong = turn(__VA_ARGS__);     \
  if (wrong > 0) {                   \
    errno = wrong;                   \
    return -1;                       \
  }

static const char *path_of(int file) { return file >= 0 && file < FILES ? paths[file] : NULL; }

#define WRITES (O_CREAT | O_TRUNC | O_WRONLY | O_RDWR)

static int remember(int file, const char *path, int flags) {
  if (file >= 0 && file < FILES) {
    free(paths[file]);
    paths[file] = concerns(path) ? strdup(path) : NULL;
    writable[file] = (flags & WRITES) != 0;
  }
  return file;
}

#define OPEN(name, parameters, ...)                               \
  int name parameters {                                           \
    mode_t rights = 0;                                            \
    if (flags & (O_CREAT | O_TMPFILE)) {                          \
      va_list list;                                               \
      va_start(list, flags);                                      \
      rights = va_arg(list, mode_t);                              \
      va_end(list);                                               \
    }                                                             \
    REAL(int, name, __VA_ARGS__);                                 \
    if (concerns(path) && (flags & WRITES)) {                     \
      FAILS("open", path, -1, NULL, 0, -1)                        \
    }
OPEN(open, (const char *path, int flags, ...), const char *, int, ...)
  return remember(real(path, flags, rights), path, flags);
}
OPEN(open64, (const char *path, int flags, ...), const char *, int, ...)
  return remember(real(path, flags, rights), path, flags);
}
OPEN(openat, (int folder, const char *path, int flags, ...), int, const char *, int, ...)
  return remember(real(folder, path, flags, rights), path, flags);
}
OPEN(openat64, (int folder, const char *path, int flags, ...), int, const char *, int, ...)
  return remember(real(folder, path, flags, rights), path, flags);
}

ssize_t write(int file, const void *bytes, size_t count) {
  REAL(ssize_t, write, int, const void *, size_t);
  if (!path_of(file)) return real(file, bytes, count);
  FAILS("write", path_of(file), file, bytes, count, -1)
  return real(file, bytes, wrong < 0 ? count / 2 : count);
}

#define PWRITE(name, type)                                                 \
  ssize_t name(int file, const void *bytes, size_t count, type place) {   \
    REAL(ssize_t, name, int, const void *, size_t, type);                  \
    if (!path_of(file)) return real(file, bytes, count, place);            \
    FAILS("pwrite", path_of(file), file, bytes, count, place)              \
    return real(file, bytes, wrong < 0 ? count / 2 : count, place);        \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t writev(int file, const struct iovec *pieces, int count) {
  REAL(ssize_t, writev, int, const struct iovec *, int);
  if (!path_of(file)) return real(file, pieces, count);
  FAILS("writev", path_of(file), file, pieces[0].iov_base, pieces[0].iov_len, -1)
  return real(file, pieces, wrong < 0 ? 1 : count);
}

#define ON_FILE(name, word, parameters, arguments, ...)       \
  int name parameters {                                       \
    REAL(int, name, __VA_ARGS__);                             \
    if (path_of(file)) {                                      \
      FAILS(word, path_of(file), file, NULL, 0, -1)           \
    }                                                         \
    return real arguments;                                    \
  }
ON_FILE(ftruncate, "ftruncate", (int file, off_t size), (file, size), int, off_t)
ON_FILE(ftruncate64, "ftruncate", (int file, off64_t size), (file, size), int, off64_t)
ON_FILE(fsync, "fsync", (int file), (file), int)
ON_FILE(fdatasync, "fdatasync", (int file), (file), int)

#define ON_PATH(name, word, named, parameters, arguments, ...) \
  int name parameters {                                        \
    REAL(int, name, __VA_ARGS__);                              \
    if (concerns(named)) {                                     \
      FAILS(word, named, -1, NULL, 0, -1)                      \
    }                                                          \
    return real arguments;                                     \
  }
ON_PATH(rename, "rename", to, (const char *from, const char *to), (from, to), const char *,
        const char *)
ON_PATH(renameat, "rename", to, (int a, const char *from, int b, const char *to), (a, from, b, to),
        int, const char *, int, const char *)
ON_PATH(renameat2, "rename", to, (int a, const char *from, int b, const char *to, unsigned flags),
        (a, from, b, to, flags), int, const char *, int, const char *, unsigned)
ON_PATH(unlink, "unlink", path, (const char *path), (path), const char *)
ON_PATH(mkdir, "mkdir", path, (const char *path, mode_t rights), (path, rights), const char *,
        mode_t)

int close(int file) {
  REAL(int, close, int);
  if (!path_of(file)) return real(file);
  int wrong = writable[file] ? turn("close", path_of(file), file, NULL, 0, -1) : 0;
  free(paths[file]);
  paths[file] = NULL;
  int result = real(file);
  if (wrong > 0) {
    errno = wrong;
    return -1;
  }
  return result;
}
