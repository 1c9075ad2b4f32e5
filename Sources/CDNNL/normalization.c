// Batch normalization and local response normalization.
#include "internal.h"

static dnnl_status_t normalization(dnnl_primitive_desc_t *out, cdnnl_pass pass, cdnnl_md md,
                                   float epsilon, unsigned flags, dnnl_primitive_desc_t hint,
                                   dnnl_primitive_attr_t attributes) {
  const unsigned affine = dnnl_use_scale | dnnl_use_shift;
  dnnl_prop_kind_t kind = dnnl_forward_training;
  if (pass == CDNNL_FORWARD && (flags & dnnl_use_global_stats)) kind = dnnl_forward_inference;
  if (pass != CDNNL_FORWARD) kind = flags & affine ? dnnl_backward : dnnl_backward_data;
  // A backward pass needs a forward training description as its hint.
  if (pass == CDNNL_BACKWARD_WEIGHTS) kind = dnnl_forward_training;
#if CDNNL_V3
  if (pass == CDNNL_BACKWARD_DATA)
    return dnnl_batch_normalization_backward_primitive_desc_create(
        out, cdnnl_engine(), kind, md, md, md, epsilon, flags, hint, attributes);
  return dnnl_batch_normalization_forward_primitive_desc_create(out, cdnnl_engine(), kind, md, md,
                                                                epsilon, flags, attributes);
#else
  dnnl_batch_normalization_desc_t d;
  dnnl_status_t status =
      pass == CDNNL_BACKWARD_DATA
          ? dnnl_batch_normalization_backward_desc_init(&d, kind, md, md, epsilon, flags)
          : dnnl_batch_normalization_forward_desc_init(&d, kind, md, epsilon, flags);
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(out, &d, attributes, cdnnl_engine(), hint);
#endif
}

int cdnnl_normalization(cdnnl_operation **out, cdnnl_pass pass, const cdnnl_layout *input,
                        float epsilon, int scale, int shift, int relu, int given_statistics) {
  dnnl_status_t status;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t forward = NULL, description = NULL;
  unsigned flags = (given_statistics ? dnnl_use_global_stats : 0) | (scale ? dnnl_use_scale : 0) |
                   (shift ? dnnl_use_shift : 0) | (relu ? dnnl_fuse_norm_relu : 0);
  TRY(cdnnl_attributes(&attributes, CDNNL_AS_IS));
  if (pass != CDNNL_FORWARD)
    TRY(normalization(&forward, CDNNL_BACKWARD_WEIGHTS, MD(input), epsilon, flags, NULL,
                      attributes));
  TRY(normalization(&description, pass == CDNNL_FORWARD ? CDNNL_FORWARD : CDNNL_BACKWARD_DATA,
                    MD(input), epsilon, flags, forward, attributes));
  status = cdnnl_finish(out, description);
done:
  if (forward) dnnl_primitive_desc_destroy(forward);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  return status;
}

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
