#pragma once
// What Swift cannot import from <hdf5.h>: macros that compute, globals behind macros, and names
// that are macros choosing a version. Every status is marked, so that Swift warns when it is dropped.
#include <hdf5.h>
#include <stdbool.h>
#include <stdio.h>

#define CHDF5_CHECKED static inline __attribute__((warn_unused_result))

// Access flags expand to comma expressions that initialize the library.
CHDF5_CHECKED hid_t chdf5_open_for_reading(const char *path, hid_t access) {
  return H5Fopen(path, H5F_ACC_RDONLY, access);
}
CHDF5_CHECKED hid_t chdf5_create_new(const char *path, hid_t access) {
  return H5Fcreate(path, H5F_ACC_EXCL, H5P_DEFAULT, access);
}

// Access to a file that is read: no advisory locks, which network and read-only mounts refuse.
CHDF5_CHECKED hid_t chdf5_reading_access(void) {
  hid_t list = H5Pcreate(H5P_FILE_ACCESS);
  if (list < 0) return list;
  herr_t status = 0;
#if H5_VERSION_GE(1, 10, 7) && !(H5_VERS_MAJOR == 1 && H5_VERS_MINOR == 12 && H5_VERS_RELEASE == 0)
  status = H5Pset_file_locking(list, false, true);
#endif
  if (status >= 0) return list;
  H5Pclose(list);
  return -1;
}

static inline herr_t chdf5_refuse_traversal(
    const char *parent_file, const char *parent_group, const char *child_file,
    const char *child_object, unsigned *flags, hid_t access, void *data) {
  return -1;
}
// Access to an object by name: links into other files are not followed.
CHDF5_CHECKED hid_t chdf5_link_access(void) {
  hid_t list = H5Pcreate(H5P_LINK_ACCESS);
  if (list < 0) return list;
  if (H5Pset_elink_cb(list, chdf5_refuse_traversal, NULL) >= 0) return list;
  H5Pclose(list);
  return -1;
}
// Creation of an object by name: the groups above it are made when they are missing.
CHDF5_CHECKED hid_t chdf5_link_creation(void) {
  hid_t list = H5Pcreate(H5P_LINK_CREATE);
  if (list < 0) return list;
  if (H5Pset_create_intermediate_group(list, 1) >= 0) return list;
  H5Pclose(list);
  return -1;
}
// Creation of a dataset in one piece. No times are noted, so that the same content is the same bytes.
CHDF5_CHECKED hid_t chdf5_dataset_creation(void) {
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  if (list < 0) return list;
  if (H5Pset_obj_track_times(list, false) >= 0) return list;
  H5Pclose(list);
  return -1;
}

// The predefined types are globals behind macros.
CHDF5_CHECKED hid_t chdf5_number_type(bool floating, bool is_signed, int bits) {
  if (floating) return H5Tcopy(bits == 32 ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE);
  switch (bits) {
  case 8: return H5Tcopy(is_signed ? H5T_NATIVE_INT8 : H5T_NATIVE_UINT8);
  case 16: return H5Tcopy(is_signed ? H5T_NATIVE_INT16 : H5T_NATIVE_UINT16);
  case 32: return H5Tcopy(is_signed ? H5T_NATIVE_INT32 : H5T_NATIVE_UINT32);
  default: return H5Tcopy(is_signed ? H5T_NATIVE_INT64 : H5T_NATIVE_UINT64);
  }
}
// A UTF-8 string type of `bytes` bytes padded with zeros, or of any length where `bytes` is 0.
CHDF5_CHECKED hid_t chdf5_string_type(size_t bytes) {
  hid_t type = H5Tcopy(H5T_C_S1);
  if (type < 0) return type;
  herr_t status = H5Tset_size(type, bytes ? bytes : H5T_VARIABLE);
  if (status >= 0) status = H5Tset_cset(type, H5T_CSET_UTF8);
  if (status >= 0 && bytes) status = H5Tset_strpad(type, H5T_STR_NULLPAD);
  if (status >= 0) return type;
  H5Tclose(type);
  return -1;
}

// Names that newer releases turn into versioned macros.
CHDF5_CHECKED herr_t chdf5_reclaim(hid_t type, hid_t space, void *buffer) {
  return H5Dvlen_reclaim(type, space, H5P_DEFAULT, buffer);
}
typedef void (*chdf5_name_callback)(const char *name, void *data);
struct chdf5_name_visit {
  chdf5_name_callback callback;
  void *data;
};
static inline herr_t chdf5_visit_link(
    hid_t group, const char *name, const H5L_info_t *info, void *data) {
  struct chdf5_name_visit *visit = (struct chdf5_name_visit *)data;
  visit->callback(name, visit->data);
  return 0;
}
CHDF5_CHECKED herr_t chdf5_each_link(hid_t group, chdf5_name_callback callback, void *data) {
  struct chdf5_name_visit visit = {callback, data};
  hsize_t position = 0;
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &position, chdf5_visit_link, &visit);
}
static inline herr_t chdf5_visit_attribute(
    hid_t object, const char *name, const H5A_info_t *info, void *data) {
  struct chdf5_name_visit *visit = (struct chdf5_name_visit *)data;
  visit->callback(name, visit->data);
  return 0;
}
CHDF5_CHECKED herr_t chdf5_each_attribute(hid_t object, chdf5_name_callback callback, void *data) {
  struct chdf5_name_visit visit = {callback, data};
  hsize_t position = 0;
  return H5Aiterate2(
      object, H5_INDEX_NAME, H5_ITER_INC, &position, chdf5_visit_attribute, &visit);
}

// The library prints its error stack unless told not to, for every thread anew.
CHDF5_CHECKED herr_t chdf5_silence(void) { return H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

struct chdf5_text {
  char *bytes;
  size_t used, size;
};
static inline herr_t chdf5_add_error(unsigned n, const H5E_error2_t *error, void *data) {
  struct chdf5_text *text = (struct chdf5_text *)data;
  if (text->used + 1 >= text->size) return 0;
  int written = snprintf(
      text->bytes + text->used, text->size - text->used, "%s%s", text->used ? "; " : "",
      error->desc ? error->desc : "");
  if (written > 0) text->used += (size_t)written;
  if (text->used >= text->size) text->used = text->size - 1;
  return 0;
}
// The error stack of this thread as one line of text, the first cause first.
static inline void chdf5_error_text(char *bytes, size_t size) {
  struct chdf5_text text = {bytes, 0, size};
  bytes[0] = 0;
  if (H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, chdf5_add_error, &text) < 0) bytes[0] = 0;
}
