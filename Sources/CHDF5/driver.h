#pragma once
// A file driver of the library: what it reads and writes goes through three functions of ours, which
// keep what failed to themselves. So the library never meets an error of the disk, after which its
// objects can neither be used nor closed.
#include "shim.h"
#include <stdint.h>
#include <stdlib.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

struct chdf5_medium {
  void *context;
  int (*read)(void *context, uint64_t offset, size_t count, void *bytes);
  int (*write)(void *context, uint64_t offset, size_t count, const void *bytes);
  int (*resize)(void *context, uint64_t size);
};

// The library's own part comes first.
struct chdf5_open_file {
  H5FD_t base;
  struct chdf5_medium medium;
  haddr_t allocated, end;
};

static inline H5FD_t *chdf5_driver_open(
    const char *name, unsigned flags, hid_t access, haddr_t limit) {
  const struct chdf5_medium *medium = (const struct chdf5_medium *)H5Pget_driver_info(access);
  if (!medium) return NULL;
  struct chdf5_open_file *file = (struct chdf5_open_file *)calloc(1, sizeof *file);
  if (!file) return NULL;
  file->medium = *medium;
  return &file->base;
}
static inline herr_t chdf5_driver_close(H5FD_t *file) {
  free(file);
  return 0;
}
static inline herr_t chdf5_driver_query(const H5FD_t *file, unsigned long *flags) {
  if (flags) {
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
  }
  return 0;
}
static inline haddr_t chdf5_driver_allocated(const H5FD_t *file, H5FD_mem_t type) {
  return ((const struct chdf5_open_file *)file)->allocated;
}
static inline herr_t chdf5_driver_allocate(H5FD_t *file, H5FD_mem_t type, haddr_t end) {
  ((struct chdf5_open_file *)file)->allocated = end;
  return 0;
}
static inline haddr_t chdf5_driver_end(const H5FD_t *file, H5FD_mem_t type) {
  return ((const struct chdf5_open_file *)file)->end;
}
static inline herr_t chdf5_driver_read(
    H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t offset, size_t count, void *bytes) {
  struct chdf5_open_file *file = (struct chdf5_open_file *)base;
  return file->medium.read(file->medium.context, offset, count, bytes);
}
static inline herr_t chdf5_driver_write(
    H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t offset, size_t count,
    const void *bytes) {
  struct chdf5_open_file *file = (struct chdf5_open_file *)base;
  if (offset + count > file->end) file->end = offset + count;
  return file->medium.write(file->medium.context, offset, count, bytes);
}
static inline herr_t chdf5_driver_truncate(H5FD_t *base, hid_t transfer, hbool_t closing) {
  struct chdf5_open_file *file = (struct chdf5_open_file *)base;
  if (file->end == file->allocated) return 0;
  file->end = file->allocated;
  return file->medium.resize(file->medium.context, file->end);
}

// Makes the driver known to the library; once is enough.
CHDF5_CHECKED hid_t chdf5_register_driver(void) {
  H5FD_class_t driver = {
#ifdef H5FD_CLASS_VERSION
      .version = H5FD_CLASS_VERSION,
      .value = (H5FD_class_value_t)600,
#endif
      .name = "pigment",
      .maxaddr = (haddr_t)INT64_MAX,
      .fc_degree = H5F_CLOSE_STRONG,
      .fapl_size = sizeof(struct chdf5_medium),
      .open = chdf5_driver_open,
      .close = chdf5_driver_close,
      .query = chdf5_driver_query,
      .get_eoa = chdf5_driver_allocated,
      .set_eoa = chdf5_driver_allocate,
      .get_eof = chdf5_driver_end,
      .read = chdf5_driver_read,
      .write = chdf5_driver_write,
      .truncate = chdf5_driver_truncate,
      .fl_map = H5FD_FLMAP_DICHOTOMY,
  };
  return H5FDregister(&driver);
}

// Access to a new file through the driver: format versions that HDF5 1.8 and later read, and a close
// that closes every object inside.
CHDF5_CHECKED hid_t chdf5_access_through(hid_t driver, const struct chdf5_medium *medium) {
  hid_t list = H5Pcreate(H5P_FILE_ACCESS);
  if (list < 0) return list;
  herr_t status = H5Pset_driver(list, driver, medium);
  if (status >= 0) status = H5Pset_libver_bounds(list, H5F_LIBVER_EARLIEST, H5F_LIBVER_V110);
  if (status >= 0) status = H5Pset_fclose_degree(list, H5F_CLOSE_STRONG);
  if (status >= 0) return list;
  H5Pclose(list);
  return -1;
}
