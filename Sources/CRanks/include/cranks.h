// An MPI library behind plain numbers and addresses. MPI's handles are pointers in one library and
// integers in another, so each is compiled into a shared object of its own (shim/mpi.c), which the
// program looks for while it runs.
#ifndef CRANKS_H
#define CRANKS_H

#include <stdint.h>

// The version of the table below.
#define CRANKS_VERSION 1

// Every function gives 0 or the library's number of what went wrong, unless it says otherwise.
typedef struct {
  int32_t version;
  // Begins; calls then come from one thread at a time.
  int32_t (*start)(void);
  // The place of this process among all, and how many there are.
  int32_t (*rank)(void);
  int32_t (*count)(void);
  // Writes what the library calls itself.
  int32_t (*name)(char *text, int32_t capacity);
  // Writes what a number means.
  int32_t (*explain)(int32_t code, char *text, int32_t capacity);
  // Asks for bytes to be sent or received; `request` is then asked whether that is done. The memory
  // must stay until it is.
  int32_t (*send)(const void *bytes, int64_t count, int32_t to, int32_t tag, int32_t *request);
  int32_t (*receive)(void *bytes, int64_t count, int32_t from, int32_t tag, int32_t *request);
  // The library's own sum over all processes, in place, in whatever order it likes.
  int32_t (*sum)(float *numbers, int64_t count, int32_t *request);
  int32_t (*test)(int32_t request, int32_t *is_done);
  // Gives up bytes that were to be received.
  int32_t (*cancel)(int32_t request);
  // Ends; the process goes on without.
  int32_t (*finish)(void);
} cranks_library;

// What a shared object has under the name `cranks_table`.
typedef const cranks_library *(*cranks_entry)(void);

// Opens a shared object; NULL where it cannot be had, and then `problem` says why.
const cranks_library *cranks_open(const char *path, char *problem, int32_t capacity);

#endif
