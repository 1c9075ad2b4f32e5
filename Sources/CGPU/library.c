// Function pointers out of shared libraries.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>

#include "CGPU.h"

void *cgpu_open(const char *path, const char **error) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  *error = library ? NULL : dlerror();
  return library;
}

const char *cgpu_path(void *library, const char *symbol) {
  Dl_info info;
  void *address = dlsym(library, symbol);
  return address && dladdr(address, &info) ? info.dli_fname : NULL;
}

// POSIX lets a pointer to an object become one to a function; memcpy says so to the compiler.
#define TAKE(field, symbol)                           \
  do {                                                \
    void *address = dlsym(library, symbol);           \
    if (!address) return symbol;                      \
    memcpy(&table->field, &address, sizeof(address)); \
  } while (0);
#define TAKE_CALL(name, symbol, arguments) TAKE(name, #symbol)

const char *cgpu_fill_driver(void *library, cgpu_driver *table) {
  CGPU_DRIVER(TAKE_CALL)
  return NULL;
}

const char *cgpu_fill_compiler(void *library, cgpu_compiler *table) {
  CGPU_COMPILER(TAKE_CALL)
  return NULL;
}

const char *cgpu_fill_convolution(void *library, cgpu_convolution *table) {
  CGPU_CONVOLUTION(TAKE_CALL)
  TAKE(version, "cudnnGetVersion")
  TAKE(errorString, "cudnnGetErrorString")
  TAKE(lastError, "cudnnGetLastErrorString")
  return NULL;
}

const char *cgpu_fill_products(void *library, cgpu_products *table) {
  CGPU_PRODUCTS(TAKE_CALL)
  TAKE(version, "cublasLtGetVersion")
  return NULL;
}

const char *cgpu_fill_exchange(void *library, cgpu_exchange *table) {
  CGPU_EXCHANGE(TAKE_CALL)
  return NULL;
}
