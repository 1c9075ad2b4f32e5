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
                          dnnl_alg_kind_t method, dnnl_primitive_desc_t hint,
                          dnnl_primitive_attr_t attributes) {
#if CDNNL_V3
  dnnl_engine_t engine = cdnnl_engine();
  dnnl_memory_desc_t bias = c->has_bias ? c->bias : NULL;
  switch (pass) {
    case CDNNL_FORWARD:
      return dnnl_convolution_forward_primitive_desc_create(
          out, engine, dnnl_forward_training, method, c->src, c->weights, bias, c->dst, c->stride,
          c->dilation, c->left, c->right, attributes);
    case CDNNL_BACKWARD_DATA:
      return dnnl_convolution_backward_data_primitive_desc_create(
          out, engine, method, c->src, c->weights, c->dst, c->stride, c->dilation, c->left,
          c->right, hint, attributes);
    case CDNNL_BACKWARD_WEIGHTS:
      return dnnl_convolution_backward_weights_primitive_desc_create(
          out, engine, method, c->src, c->weights, bias, c->dst, c->stride, c->dilation, c->left,
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
          &d, dnnl_forward_training, method, &c->src, &c->weights, bias, &c->dst, c->stride,
          c->dilation, c->left, c->right);
      break;
    case CDNNL_BACKWARD_DATA:
      status = dnnl_dilated_convolution_backward_data_desc_init(
          &d, method, &c->src, &c->weights, &c->dst, c->stride, c->dilation, c->left, c->right);
      break;
    case CDNNL_BACKWARD_WEIGHTS:
      status = dnnl_dilated_convolution_backward_weights_desc_init(
          &d, method, &c->src, &c->weights, bias, &c->dst, c->stride, c->dilation, c->left,
          c->right);
      break;
  }
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(out, &d, attributes, cdnnl_engine(), hint);
#endif
}

// Winograd's F(4 x 4, 3 x 3) takes a quarter of the multiplications; oneDNN 2 has it in single
// precision (oneDNN 3 only for other processors), at 1.3 to 3 times the speed, with errors of
// 2e-6 to 2e-5 of the largest number. Channels that are no multiple of a register would be padded.
static int suits_winograd(const cdnnl_window *w, cdnnl_type type) {
  if (type != CDNNL_F32 || w->groups != 1) return 0;
  for (int i = 0; i < 2; ++i)
    if (w->kernel[i] != 3 || w->stride[i] != 1 || w->dilation[i] != 1) return 0;
  // Tiles of 4 x 4 that reach far beyond a small picture cost more than they save.
  const int64_t rows = w->output[0], columns = w->output[1];
  const int64_t covered = (rows + 3) / 4 * 4 * ((columns + 3) / 4 * 4);
  return w->inputChannels % 16 == 0 && w->outputChannels % 16 == 0 &&
         10 * covered <= 16 * rows * columns;
}

static dnnl_status_t plan(dnnl_primitive_desc_t *out, const convolution *c, cdnnl_pass pass,
                          const convolution *forward, dnnl_alg_kind_t method,
                          dnnl_primitive_attr_t attributes) {
  dnnl_status_t status = dnnl_success;
  dnnl_primitive_desc_t hint = NULL;
  if (pass != CDNNL_FORWARD)
    status = make(&hint, forward, CDNNL_FORWARD, method, NULL, attributes);
  if (status == dnnl_success) status = make(out, c, pass, method, hint, attributes);
  if (hint) dnnl_primitive_desc_destroy(hint);
  return status;
}

int cdnnl_convolution(cdnnl_operation **out, cdnnl_pass pass, const cdnnl_window *window,
                      cdnnl_type type, int bias, int relu) {
  dnnl_status_t status;
  convolution c = {0}, forward = {0};
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t description = NULL;
  TRY(describe(&c, window, cdnnl_data_type(type), pass, bias));
  TRY(cdnnl_attributes(&attributes, relu ? CDNNL_RELU : CDNNL_AS_IS));
  if (pass != CDNNL_FORWARD)
    TRY(describe(&forward, window, cdnnl_data_type(type), CDNNL_FORWARD, bias));
  status = dnnl_unimplemented;
  if (suits_winograd(window, type))
    status = plan(&description, &c, pass, &forward, dnnl_convolution_winograd, attributes);
  if (status != dnnl_success)
    TRY(plan(&description, &c, pass, &forward, dnnl_convolution_direct, attributes));
  status = cdnnl_finish(out, description);
done:
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  release(&c);
  release(&forward);
  return status;
}
