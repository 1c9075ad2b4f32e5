// Convolutions whose layouts oneDNN chooses.
#include "internal.h"

typedef struct {
  dnnl_memory_desc_t src, weights, bias, dst;
  dnnl_dims_t stride, dilation, left, right;
  int has_bias;
} convolution;

static dnnl_status_t describe(convolution *c, const cdnnl_window *w, dnnl_data_type_t type,
                              cdnnl_pass pass, int bias) {
  dnnl_status_t status;
  // The gradient of weights is a sum: it stays in single precision.
  dnnl_data_type_t weights = pass == CDNNL_BACKWARD_WEIGHTS ? dnnl_f32 : type;
  dnnl_dims_t src = {w->batch, w->inputChannels, w->input[0], w->input[1]};
  dnnl_dims_t dst = {w->batch, w->outputChannels, w->output[0], w->output[1]};
  dnnl_dims_t plain = {w->outputChannels, w->inputChannels, w->kernel[0], w->kernel[1]};
  dnnl_dims_t grouped = {w->groups, w->outputChannels / w->groups, w->inputChannels / w->groups,
                         w->kernel[0], w->kernel[1]};
  dnnl_dims_t vector = {w->outputChannels};
  for (int i = 0; i < 2; ++i) {
    c->stride[i] = w->stride[i];
    c->dilation[i] = w->dilation[i] - 1;  // oneDNN counts the gaps
    c->left[i] = w->paddingLeft[i];
    c->right[i] = w->paddingRight[i];
  }
  c->has_bias = bias;
  TRY(cdnnl_any(&c->src, 4, src, type));
  TRY(cdnnl_any(&c->dst, 4, dst, type));
  if (w->groups == 1)
    TRY(cdnnl_any(&c->weights, 4, plain, weights));
  else
    TRY(cdnnl_any(&c->weights, 5, grouped, weights));
  if (bias) TRY(cdnnl_any(&c->bias, 1, vector, dnnl_f32));
done:
  return status;
}

static void release(convolution *c) {
  cdnnl_release(&c->src);
  cdnnl_release(&c->weights);
  cdnnl_release(&c->bias);
  cdnnl_release(&c->dst);
}

static dnnl_status_t make(dnnl_primitive_desc_t *out, const convolution *c, cdnnl_pass pass,
                          dnnl_primitive_desc_t hint, dnnl_primitive_attr_t attributes) {
  const dnnl_alg_kind_t direct = dnnl_convolution_direct;
#if CDNNL_V3
  dnnl_engine_t engine = cdnnl_engine();
  dnnl_memory_desc_t bias = c->has_bias ? c->bias : NULL;
  switch (pass) {
    case CDNNL_FORWARD:
      return dnnl_convolution_forward_primitive_desc_create(
          out, engine, dnnl_forward_training, direct, c->src, c->weights, bias, c->dst, c->stride,
          c->dilation, c->left, c->right, attributes);
    case CDNNL_BACKWARD_DATA:
      return dnnl_convolution_backward_data_primitive_desc_create(
          out, engine, direct, c->src, c->weights, c->dst, c->stride, c->dilation, c->left,
          c->right, hint, attributes);
    case CDNNL_BACKWARD_WEIGHTS:
      return dnnl_convolution_backward_weights_primitive_desc_create(
          out, engine, direct, c->src, c->weights, bias, c->dst, c->stride, c->dilation, c->left,
          c->right, hint, attributes);
  }
  return dnnl_invalid_arguments;
#else
  dnnl_convolution_desc_t d;
  dnnl_status_t status = dnnl_invalid_arguments;
  const dnnl_memory_desc_t *bias = c->has_bias ? &c->bias : NULL;
  switch (pass) {
    case CDNNL_FORWARD:
      status = dnnl_dilated_convolution_forward_desc_init(
          &d, dnnl_forward_training, direct, &c->src, &c->weights, bias, &c->dst, c->stride,
          c->dilation, c->left, c->right);
      break;
    case CDNNL_BACKWARD_DATA:
      status = dnnl_dilated_convolution_backward_data_desc_init(
          &d, direct, &c->src, &c->weights, &c->dst, c->stride, c->dilation, c->left, c->right);
      break;
    case CDNNL_BACKWARD_WEIGHTS:
      status = dnnl_dilated_convolution_backward_weights_desc_init(
          &d, direct, &c->src, &c->weights, bias, &c->dst, c->stride, c->dilation, c->left,
          c->right);
      break;
  }
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(out, &d, attributes, cdnnl_engine(), hint);
#endif
}

int cdnnl_convolution(cdnnl_operation **out, cdnnl_pass pass, const cdnnl_window *window,
                      cdnnl_type type, int bias, int relu) {
  dnnl_status_t status;
  convolution c = {0}, hint = {0};
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t forward = NULL, description = NULL;
  TRY(describe(&c, window, cdnnl_data_type(type), pass, bias));
  TRY(cdnnl_attributes(&attributes, relu));
  if (pass != CDNNL_FORWARD) {
    TRY(describe(&hint, window, cdnnl_data_type(type), CDNNL_FORWARD, bias));
    TRY(make(&forward, &hint, CDNNL_FORWARD, NULL, attributes));
  }
  TRY(make(&description, &c, pass, forward, attributes));
  status = cdnnl_finish(out, description);
done:
  if (forward) dnnl_primitive_desc_destroy(forward);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  release(&c);
  release(&hint);
  return status;
}
