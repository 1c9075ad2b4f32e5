// Memory descriptors: made, compared by their numbers, freed.
#include <stdlib.h>
#include <string.h>

#include "internal.h"

dnnl_status_t cdnnl_any(dnnl_memory_desc_t *md, int rank, const dnnl_dims_t sizes,
                        dnnl_data_type_t type) {
#if CDNNL_V3
  return dnnl_memory_desc_create_with_tag(md, rank, sizes, type, dnnl_format_tag_any);
#else
  return dnnl_memory_desc_init_by_tag(md, rank, sizes, type, dnnl_format_tag_any);
#endif
}

void cdnnl_release(dnnl_memory_desc_t *md) {
#if CDNNL_V3
  if (*md) dnnl_memory_desc_destroy(*md);
#else
  (void)md;
#endif
}

int cdnnl_layout_create(cdnnl_layout **out, int rank, const int64_t *sizes, cdnnl_type type,
                        const int64_t *strides) {
  dnnl_status_t status = dnnl_success;
  dnnl_dims_t own_sizes = {1}, own_strides = {1};
  int own_rank = rank > 0 ? rank : 1;  // a scalar is one element for oneDNN
  for (int i = 0; i < rank; ++i) own_sizes[i] = sizes[i];
  int64_t step = 1;
  for (int i = own_rank - 1; i >= 0; --i) {
    own_strides[i] = strides ? strides[i] : step;
    step *= own_sizes[i] > 0 ? own_sizes[i] : 1;
  }
  cdnnl_layout *layout = calloc(1, sizeof *layout);
  if (!layout) return cdnnl_failed(dnnl_out_of_memory, "calloc");
  dnnl_data_type_t kind = cdnnl_data_type(type);
#if CDNNL_V3
  TRY(dnnl_memory_desc_create_with_strides(&layout->md, own_rank, own_sizes, kind, own_strides));
#else
  TRY(dnnl_memory_desc_init_by_strides(&layout->md, own_rank, own_sizes, kind, own_strides));
#endif
  *out = layout;
  return 0;
done:
  free(layout);
  return status;
}

int cdnnl_layout_create_blocked(cdnnl_layout **out, const int64_t sizes[4], cdnnl_type type,
                                int block) {
  dnnl_status_t status = dnnl_success;
  dnnl_dims_t own = {sizes[0], sizes[1], sizes[2], sizes[3]};
  dnnl_format_tag_t tag = block == 8 ? dnnl_nChw8c : dnnl_nChw16c;
  cdnnl_layout *layout = calloc(1, sizeof *layout);
  if (!layout) return cdnnl_failed(dnnl_out_of_memory, "calloc");
#if CDNNL_V3
  TRY(dnnl_memory_desc_create_with_tag(&layout->md, 4, own, cdnnl_data_type(type), tag));
#else
  TRY(dnnl_memory_desc_init_by_tag(&layout->md, 4, own, cdnnl_data_type(type), tag));
#endif
  *out = layout;
  return 0;
done:
  free(layout);
  return status;
}

void cdnnl_layout_destroy(cdnnl_layout *layout) {
  cdnnl_release(&layout->md);
  free(layout);
}

size_t cdnnl_layout_bytes(const cdnnl_layout *layout) {
  return dnnl_memory_desc_get_size(MD(layout));
}

static int put(int64_t *numbers, int at, const int64_t *values, int count) {
  for (int i = 0; i < count; ++i) numbers[at + i] = values[i];
  return at + count;
}

int cdnnl_layout_describe(const cdnnl_layout *layout, int64_t numbers[CDNNL_DESCRIPTION_SIZE]) {
  int rank, blocks, at = 4;
  const dnnl_dims_t *dims, *strides, *padded, *sizes, *indices;
  dnnl_data_type_t type;
  dnnl_format_kind_t kind;
#if CDNNL_V3
  dnnl_dim_t offset;
#define ASK(what, result) (void)dnnl_memory_desc_query(layout->md, what, result)
  ASK(dnnl_query_ndims_s32, &rank);
  ASK(dnnl_query_dims, &dims);
  ASK(dnnl_query_data_type, &type);
  ASK(dnnl_query_format_kind, &kind);
  ASK(dnnl_query_padded_dims, &padded);
  ASK(dnnl_query_strides, &strides);
  ASK(dnnl_query_inner_nblks_s32, &blocks);
  ASK(dnnl_query_inner_blks, &sizes);
  ASK(dnnl_query_inner_idxs, &indices);
  ASK(dnnl_query_submemory_offset_s64, &offset);
#undef ASK
#else
  const dnnl_memory_desc_t *md = &layout->md;
  rank = md->ndims;
  dims = &md->dims;
  type = md->data_type;
  kind = md->format_kind;
  padded = &md->padded_dims;
  strides = &md->format_desc.blocking.strides;
  blocks = md->format_desc.blocking.inner_nblks;
  sizes = &md->format_desc.blocking.inner_blks;
  indices = &md->format_desc.blocking.inner_idxs;
#endif
  numbers[0] = rank;
  numbers[1] = type;
  numbers[2] = kind;
  at = put(numbers, at, *dims, rank);
  if (kind != dnnl_blocked) {  // opaque: told apart by its size at least
    numbers[3] = (int64_t)cdnnl_layout_bytes(layout);
    return at;
  }
  numbers[3] = blocks;
  at = put(numbers, at, *padded, rank);
  for (int i = 0; i < rank; ++i)  // the stride of an axis of size one means nothing
    numbers[at++] = (*padded)[i] == 1 ? 1 : (*strides)[i];
  at = put(numbers, at, *sizes, blocks);
  return put(numbers, at, *indices, blocks);
}
