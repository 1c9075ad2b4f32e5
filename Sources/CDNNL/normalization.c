// Local response normalization.
#include "internal.h"

static dnnl_status_t response(dnnl_primitive_desc_t *out, cdnnl_pass pass, cdnnl_md md,
                              int64_t size, float alpha, float beta, float k,
                              dnnl_primitive_desc_t hint, dnnl_primitive_attr_t attributes) {
  const dnnl_alg_kind_t across = dnnl_lrn_across_channels;
#if CDNNL_V3
  if (pass == CDNNL_FORWARD)
    return dnnl_lrn_forward_primitive_desc_create(out, cdnnl_engine(), dnnl_forward_training,
                                                  across, md, md, size, alpha, beta, k,
                                                  attributes);
  return dnnl_lrn_backward_primitive_desc_create(out, cdnnl_engine(), across, md, md, md, size,
                                                 alpha, beta, k, hint, attributes);
#else
  dnnl_lrn_desc_t d;
  dnnl_status_t status =
      pass == CDNNL_FORWARD
          ? dnnl_lrn_forward_desc_init(&d, dnnl_forward_training, across, md, size, alpha, beta, k)
          : dnnl_lrn_backward_desc_init(&d, across, md, md, size, alpha, beta, k);
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(out, &d, attributes, cdnnl_engine(), hint);
#endif
}

int cdnnl_response(cdnnl_operation **out, cdnnl_pass pass, const cdnnl_layout *input, int64_t size,
                   float alpha, float beta, float k) {
  dnnl_status_t status;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t forward = NULL, description = NULL;
  TRY(cdnnl_attributes(&attributes, CDNNL_AS_IS));
  if (pass != CDNNL_FORWARD)
    TRY(response(&forward, CDNNL_FORWARD, MD(input), size, alpha, beta, k, NULL, attributes));
  TRY(response(&description, pass, MD(input), size, alpha, beta, k, forward, attributes));
  status = cdnnl_finish(out, description);
done:
  if (forward) dnnl_primitive_desc_destroy(forward);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  return status;
}
