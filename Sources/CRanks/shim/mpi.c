// One MPI library as a table of functions (cranks.h). scripts/build-mpi.sh compiles it once for each
// library that is installed; it is no part of the program.
#include <limits.h>
#include <mpi.h>
#include <stdio.h>
#include <string.h>

#include "cranks.h"

// Requests that are under way; a number is a place here.
#define MOST 256
static MPI_Request requests[MOST];
static char taken[MOST];

static int32_t place(void) {
  for (int32_t i = 0; i < MOST; ++i)
    if (!taken[i]) return i;
  return -1;
}

static int32_t start(void) {
  int offered = 0;
  int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &offered);
  if (code != MPI_SUCCESS) return code;
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  return offered >= MPI_THREAD_SERIALIZED ? 0 : MPI_ERR_OTHER;
}

static int32_t rank(void) {
  int value = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &value);
  return value;
}

static int32_t count(void) {
  int value = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &value);
  return value;
}

static int32_t name(char *text, int32_t capacity) {
  char whole[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  int code = MPI_Get_library_version(whole, &length);
  snprintf(text, (size_t)capacity, "%s", whole);
  return code;
}

static int32_t explain(int32_t code, char *text, int32_t capacity) {
  char whole[MPI_MAX_ERROR_STRING];
  int length = 0;
  MPI_Error_string(code, whole, &length);
  snprintf(text, (size_t)capacity, "%s", whole);
  return 0;
}

static int32_t asked(int code, int32_t at, int32_t *request) {
  if (code == MPI_SUCCESS) {
    taken[at] = 1;
    *request = at;
  }
  return code;
}

static int32_t send(const void *bytes, int64_t size, int32_t to, int32_t tag, int32_t *request) {
  int32_t at = place();
  if (at < 0 || size > INT_MAX) return MPI_ERR_COUNT;
  return asked(
      MPI_Isend(bytes, (int)size, MPI_BYTE, to, tag, MPI_COMM_WORLD, &requests[at]), at, request);
}

static int32_t receive(void *bytes, int64_t size, int32_t from, int32_t tag, int32_t *request) {
  int32_t at = place();
  if (at < 0 || size > INT_MAX) return MPI_ERR_COUNT;
  return asked(
      MPI_Irecv(bytes, (int)size, MPI_BYTE, from, tag, MPI_COMM_WORLD, &requests[at]), at, request);
}

static int32_t sum(float *numbers, int64_t size, int32_t *request) {
  int32_t at = place();
  if (at < 0 || size > INT_MAX) return MPI_ERR_COUNT;
  return asked(
      MPI_Iallreduce(
          MPI_IN_PLACE, numbers, (int)size, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD, &requests[at]),
      at, request);
}

static int32_t test(int32_t request, int32_t *is_done) {
  int flag = 0;
  int code = MPI_Test(&requests[request], &flag, MPI_STATUS_IGNORE);
  if (flag || code != MPI_SUCCESS) taken[request] = 0;
  *is_done = flag;
  return code;
}

static int32_t cancel(int32_t request) {
  taken[request] = 0;
  int code = MPI_Cancel(&requests[request]);
  return code != MPI_SUCCESS ? code : MPI_Wait(&requests[request], MPI_STATUS_IGNORE);
}

static int32_t finish(void) { return MPI_Finalize(); }

static const cranks_library table = {
    CRANKS_VERSION, start, rank, count, name, explain, send, receive, sum, test, cancel, finish,
};

const cranks_library *cranks_table(void);
const cranks_library *cranks_table(void) { return &table; }
