// Copies between layouts, and matrix products.
#include "internal.h"

int cdnnl_reorder(cdnnl_operation **out, const cdnnl_layout *from, const cdnnl_layout *to) {
  dnnl_status_t status;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t description = NULL;
  TRY(cdnnl_attributes(&attributes, CDNNL_AS_IS));
  TRY(dnnl_reorder_primitive_desc_create(&description, MD(from), cdnnl_engine(), MD(to),
                                         cdnnl_engine(), attributes));
  status = cdnnl_finish(out, description);
done:
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  return status;
}

int cdnnl_product(cdnnl_operation **out, const cdnnl_layout *src, const cdnnl_layout *weights,
                  const cdnnl_layout *dst, int adds) {
  dnnl_status_t status;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t description = NULL;
  TRY(cdnnl_attributes(&attributes, adds ? CDNNL_ADDED : CDNNL_AS_IS));
#if CDNNL_V3
  TRY(dnnl_matmul_primitive_desc_create(&description, cdnnl_engine(), MD(src), MD(weights), NULL,
                                        MD(dst), attributes));
#else
  dnnl_matmul_desc_t d;
  TRY(dnnl_matmul_desc_init(&d, MD(src), MD(weights), NULL, MD(dst)));
  TRY(dnnl_primitive_desc_create(&description, &d, attributes, cdnnl_engine(), NULL));
#endif
  status = cdnnl_finish(out, description);
done:
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  return status;
}
