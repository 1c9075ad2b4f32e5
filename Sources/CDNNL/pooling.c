// Averages over windows.
#include "internal.h"

typedef struct {
  cdnnl_md src, dst;
  dnnl_alg_kind_t kind;
  dnnl_dims_t stride, kernel, dilation, left, right;
} pooling;

static dnnl_status_t make(dnnl_primitive_desc_t *out, const pooling *p, cdnnl_pass pass,
                          dnnl_primitive_desc_t hint, dnnl_primitive_attr_t attributes) {
#if CDNNL_V3
  if (pass == CDNNL_FORWARD)
    return dnnl_pooling_forward_primitive_desc_create(
        out, cdnnl_engine(), dnnl_forward_training, p->kind, p->src, p->dst, p->stride, p->kernel,
        p->dilation, p->left, p->right, attributes);
  return dnnl_pooling_backward_primitive_desc_create(
      out, cdnnl_engine(), p->kind, p->src, p->dst, p->stride, p->kernel, p->dilation, p->left,
      p->right, hint, attributes);
#else
  dnnl_pooling_desc_t d;
  dnnl_status_t status =
      pass == CDNNL_FORWARD
          ? dnnl_pooling_forward_desc_init(&d, dnnl_forward_training, p->kind, p->src, p->dst,
                                           p->stride, p->kernel, p->left, p->right)
          : dnnl_pooling_backward_desc_init(&d, p->kind, p->src, p->dst, p->stride, p->kernel,
                                            p->left, p->right);
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(out, &d, attributes, cdnnl_engine(), hint);
#endif
}

static dnnl_data_type_t type_of(cdnnl_md md) {
#if CDNNL_V3
  dnnl_data_type_t type = dnnl_data_type_undef;
  (void)dnnl_memory_desc_query(md, dnnl_query_data_type, &type);
  return type;
#else
  return md->data_type;
#endif
}

int cdnnl_pooling(cdnnl_operation **out, cdnnl_pass pass, cdnnl_pool_kind kind,
                  const cdnnl_window *w, const cdnnl_layout *input) {
  dnnl_status_t status;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t forward = NULL, description = NULL;
  dnnl_memory_desc_t any = {0};
  dnnl_dims_t dst = {w->batch, w->outputChannels, w->output[0], w->output[1]};
  pooling p = {.kind = kind == CDNNL_POOL_AVERAGE ? dnnl_pooling_avg_include_padding
                                                  : dnnl_pooling_avg_exclude_padding};
  for (int i = 0; i < 2; ++i) {
    p.stride[i] = w->stride[i];
    p.kernel[i] = w->kernel[i];
    p.left[i] = w->paddingLeft[i];
    p.right[i] = w->paddingRight[i];
  }
  TRY(cdnnl_any(&any, 4, dst, type_of(MD(input))));
  p.src = MD(input);
  p.dst = REF(any);
  TRY(cdnnl_attributes(&attributes, CDNNL_AS_IS));
  TRY(make(&forward, &p, CDNNL_FORWARD, NULL, attributes));
  if (pass == CDNNL_FORWARD) {
    status = cdnnl_finish(out, forward);
    forward = NULL;
  } else {
    p.dst = cdnnl_role_md(forward, CDNNL_DST);
    TRY(make(&description, &p, pass, forward, attributes));
    status = cdnnl_finish(out, description);
  }
done:
  if (forward) dnnl_primitive_desc_destroy(forward);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  cdnnl_release(&any);
  return status;
}
