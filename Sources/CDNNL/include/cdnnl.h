// A small C API over oneDNN that is the same for versions 2.6 and 3.x: layouts (memory
// descriptors), operations (primitives) and one call that runs them. Every function that can fail
// returns 0 or oneDNN's status; `cdnnl_error` then has the words. All handles may be used from many
// threads at once; layouts and operations are immutable.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define CDNNL_CHECKED __attribute__((warn_unused_result))

typedef struct cdnnl_layout cdnnl_layout;
typedef struct cdnnl_operation cdnnl_operation;

enum { CDNNL_MAX_RANK = 12, CDNNL_DESCRIPTION_SIZE = 80 };

typedef enum { CDNNL_F32, CDNNL_BF16, CDNNL_S32, CDNNL_U8 } cdnnl_type;
typedef enum { CDNNL_FORWARD, CDNNL_BACKWARD_DATA, CDNNL_BACKWARD_WEIGHTS } cdnnl_pass;
typedef enum { CDNNL_POOL_AVERAGE, CDNNL_POOL_AVERAGE_INSIDE } cdnnl_pool_kind;

/// What a piece of memory means to an operation.
typedef enum {
  CDNNL_SRC, CDNNL_DST, CDNNL_WEIGHTS, CDNNL_BIAS, CDNNL_WORKSPACE, CDNNL_SCRATCHPAD,
  CDNNL_DIFF_SRC, CDNNL_DIFF_DST, CDNNL_DIFF_WEIGHTS, CDNNL_DIFF_BIAS
} cdnnl_role;

typedef struct {
  cdnnl_role role;
  void *address;
} cdnnl_argument;

/// The words for the last failure on this thread.
const char *cdnnl_error(void);
/// The version as 10000 major + 100 minor + patch.
int cdnnl_version(void);
/// Whether the processor has what oneDNN's bfloat16 kernels need.
int cdnnl_has_bf16(void);
/// Whether it multiplies bfloat16 in vector units (AVX512_BF16), and not in matrix units (AMX).
int cdnnl_has_bf16_vectors(void);
/// How many threads OpenMP would use by itself.
int cdnnl_default_threads(void);
/// How many threads an operation is made for that the calling thread makes next, and runs on that
/// it runs next. Both must be the same.
void cdnnl_use_threads(int threads);

// Layouts.

/// A layout with these strides in elements; without strides, row-major.
CDNNL_CHECKED int cdnnl_layout_create(
  cdnnl_layout **out, int rank, const int64_t *sizes, cdnnl_type type, const int64_t *strides);
/// Images with 8 or 16 channels of a position side by side.
CDNNL_CHECKED int cdnnl_layout_create_blocked(
  cdnnl_layout **out, const int64_t sizes[4], cdnnl_type type, int block);
void cdnnl_layout_destroy(cdnnl_layout *layout);
size_t cdnnl_layout_bytes(const cdnnl_layout *layout);
/// Numbers that are equal for equal layouts; returns how many were written.
int cdnnl_layout_describe(const cdnnl_layout *layout, int64_t numbers[CDNNL_DESCRIPTION_SIZE]);

// Operations.

typedef struct {
  int64_t batch, groups, inputChannels, outputChannels;  // of all groups
  int64_t input[2], kernel[2], output[2], stride[2], dilation[2], paddingLeft[2], paddingRight[2];
} cdnnl_window;

/// A convolution whose layouts oneDNN chooses. A bias is float32.
CDNNL_CHECKED int cdnnl_convolution(
  cdnnl_operation **out, cdnnl_pass pass, const cdnnl_window *window, cdnnl_type type, int bias,
  int relu);
/// Average pooling over `input`, the layout of the forward input; the output layout follows it.
CDNNL_CHECKED int cdnnl_pooling(
  cdnnl_operation **out, cdnnl_pass pass, cdnnl_pool_kind kind, const cdnnl_window *window,
  const cdnnl_layout *input);
/// Local response normalization across channels.
CDNNL_CHECKED int cdnnl_response(
  cdnnl_operation **out, cdnnl_pass pass, const cdnnl_layout *input, int64_t size, float alpha,
  float beta, float k);
/// A copy into another layout or type.
CDNNL_CHECKED int cdnnl_reorder(
  cdnnl_operation **out, const cdnnl_layout *from, const cdnnl_layout *to);
/// A matrix product: src times weights, added to what is in dst or in its place.
CDNNL_CHECKED int cdnnl_product(
  cdnnl_operation **out, const cdnnl_layout *src, const cdnnl_layout *weights,
  const cdnnl_layout *dst, int adds);

void cdnnl_operation_destroy(cdnnl_operation *operation);
/// The layout an operation wants for a role; null where the operation has no such memory.
CDNNL_CHECKED int cdnnl_operation_layout(
  const cdnnl_operation *operation, cdnnl_role role, cdnnl_layout **out);
/// The name of the implementation, such as `jit:avx512_core`.
const char *cdnnl_operation_name(const cdnnl_operation *operation);
/// Runs the operation on memory that lies in its layouts, and waits for it.
CDNNL_CHECKED int cdnnl_run(
  const cdnnl_operation *operation, const cdnnl_argument *arguments, int count);
