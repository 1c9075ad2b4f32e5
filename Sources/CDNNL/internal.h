// What the files of the shim share: how both versions of oneDNN are spelled.
#pragma once
#include "cdnnl.h"

#include <dnnl.h>

#define CDNNL_V3 (DNNL_VERSION_MAJOR >= 3)

#if CDNNL_V3
typedef const_dnnl_memory_desc_t cdnnl_md;
#define MD(layout) ((layout)->md)
#else
typedef const dnnl_memory_desc_t *cdnnl_md;
#define MD(layout) (&(layout)->md)
#endif

struct cdnnl_layout {
  dnnl_memory_desc_t md;
};

struct cdnnl_operation {
  dnnl_primitive_desc_t description;
  dnnl_primitive_t primitive;
};

dnnl_engine_t cdnnl_engine(void);
int cdnnl_failed(dnnl_status_t status, const char *call);
dnnl_data_type_t cdnnl_data_type(cdnnl_type type);
int cdnnl_argument_index(cdnnl_role role);
/// What happens to a result before it is stored.
typedef enum { CDNNL_AS_IS, CDNNL_RELU, CDNNL_ADDED } cdnnl_end;
dnnl_status_t cdnnl_attributes(dnnl_primitive_attr_t *out, cdnnl_end end);
/// A layout that oneDNN is free to choose.
dnnl_status_t cdnnl_any(dnnl_memory_desc_t *md, int rank, const dnnl_dims_t sizes,
                        dnnl_data_type_t type);
void cdnnl_release(dnnl_memory_desc_t *md);
cdnnl_md cdnnl_role_md(const_dnnl_primitive_desc_t description, cdnnl_role role);
/// Makes the primitive; takes the description over, also when it fails.
int cdnnl_finish(cdnnl_operation **out, dnnl_primitive_desc_t description);

/// Leaves the function through `done` when a call fails.
#define TRY(call)                              \
  do {                                         \
    status = (call);                           \
    if (status != dnnl_success) {              \
      cdnnl_failed(status, #call);             \
      goto done;                               \
    }                                          \
  } while (0)

#if CDNNL_V3
#define REF(md) (md)
#else
#define REF(md) (&(md))
#endif
