#include "cranks.h"

#include <dlfcn.h>
#include <stdio.h>

const cranks_library *cranks_open(const char *path, char *problem, int32_t capacity) {
  // Open MPI opens components of its own, which look for its symbols among those of the process.
  void *object = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  const char *error = object ? NULL : dlerror();
  cranks_entry entry = object ? (cranks_entry)dlsym(object, "cranks_table") : NULL;
  if (entry == NULL) {
    snprintf(problem, (size_t)capacity, "%s", error ? error : "has no cranks_table");
    return NULL;
  }
  const cranks_library *library = entry();
  if (library->version != CRANKS_VERSION) {
    snprintf(problem, (size_t)capacity, "is of version %d, not %d", library->version, CRANKS_VERSION);
    return NULL;
  }
  return library;
}
