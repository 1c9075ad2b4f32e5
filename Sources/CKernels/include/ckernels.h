// Vectorized host kernels that oneDNN does not have, or not with our meaning. Arrays are row-major
// float32 unless an operand says bfloat16. Results are bit-identical from run to run and for any
// number of threads: work is cut into fixed pieces, and sums of pieces are added in their order.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef enum { CK_F32, CK_BF16 } ck_type;

typedef struct {
  void *address;
  ck_type type;
} ck_operand;

// Threads.

/// How many threads later calls use.
void ck_set_threads(int threads);
/// Whether the OpenMP runtime was found; without it everything runs on the calling thread.
int ck_has_threads(void);
/// Calls body(context, piece) for every piece once, in any order, on several threads.
void ck_parallel(int64_t pieces, void (*body)(void *context, int64_t piece), void *context);

// Elementwise. Operands in the order of the comment; scalars as named.
typedef enum {
  CK_COPY,               // x -> y
  CK_COMBINE,            // x, y -> z = a x + b y
  CK_SCALE,              // x -> y = a x + b
  CK_MULTIPLY,           // x, y -> z
  CK_RELU,               // x -> y; slope
  CK_RELU_GRADIENT,      // g, y -> dx; slope
  CK_SIGMOID_LOSS,       // x, t -> y
  CK_SIGMOID_GRADIENT,   // g, x, t -> dx
  CK_SMOOTH_LOSS,        // x, t -> y; beta
  CK_SMOOTH_GRADIENT,    // g, x, t -> dx; beta
  CK_SGD,                // p, g; scale, decay, rate
  CK_SGD_MOMENTUM,       // p, g, v; scale, decay, keep, enter, new, old, gradient
  CK_ADAM                // p, g, m, v; scale, decay, keep, beta1, 1 - beta1, beta2, 1 - beta2,
                         // step, root, epsilon
} ck_operation;

void ck_elementwise(ck_operation operation, int64_t count, const ck_operand *operands,
                    const double *scalars);
void ck_fill(ck_operand out, int64_t count, double value);
/// Element i is `value` where word i mod 4 of Philox block i / 4 is below `threshold`, else 0.
void ck_dropout_mask(ck_operand out, int64_t count, uint64_t key, uint64_t threshold, double value);

// Sums, in double precision.
double ck_sum(ck_operand x, int64_t count);
double ck_squared_norm(ck_operand x, int64_t count);
/// Whether no element is infinite or a NaN.
int ck_is_finite(ck_operand x, int64_t count);
/// x is [batch, channels, plane].
void ck_channel_sums(ck_operand x, int64_t batch, int64_t channels, int64_t plane,
                     ck_operand out);
void ck_add_channels(ck_operand x, ck_operand bias, ck_operand out, int64_t batch,
                     int64_t channels, int64_t plane);

/// Rewrites blocks of `size` (at most 1024) elements: element i of each is element order[i] of the
/// same block in `from`.
void ck_permute_blocks(ck_operand from, ck_operand to, const int32_t *order, int64_t size,
                       int64_t blocks);

// Copies of blocks; strides in elements of `size` bytes, the last of both is 1.
void ck_copy_block(void *to, const int64_t *to_strides, const void *from,
                   const int64_t *from_strides, const int64_t *sizes, int rank, int64_t size);

// Softmax cross-entropy over rows of logits [batch * plane, channels]; classes and weights are
// [batch, pairs, plane], the others [batch, plane].
typedef struct {
  int64_t batch, channels, plane, pairs;
  const float *logits;
  const int32_t *classes;
  const float *weights;
} ck_softmax;
/// The first position with a class that does not exist, or -1.
int64_t ck_softmax_check(const ck_softmax *s);
void ck_softmax_loss(const ck_softmax *s, float *losses, float *log_sum);
/// `gradient` has the layout of the logits.
void ck_softmax_gradient(const ck_softmax *s, const float *g, const float *log_sum,
                         float *gradient);

// Batch normalization of x [batch, channels, plane], where `block` channels lie side by side: 1, a
// number that oneDNN likes, or all of them (in memory [batch, blocks, plane, block]). Coefficients
// are rows of one number for each channel of all blocks: mean, what the mean is beyond a float,
// gain, offset; the normalized number is (x - mean) gain + offset, and 0 where that is below with
// `relu`.
typedef struct {
  int64_t batch, channels, plane, block;
} ck_channel_blocks;
/// Pieces of a batch, at most: what is summed over a batch is summed over each of these first, and
/// from piece to piece along a binary tree.
enum { CK_BATCH_PIECES = 8 };
/// Mean and biased variance of each channel.
void ck_batch_moments(const ck_channel_blocks *shape, ck_operand x, double *mean,
                      double *variance);
void ck_normalize(const ck_channel_blocks *shape, ck_operand x, ck_operand y,
                  const float *coefficients, int relu);
/// Of each channel the sums of g, where the ReLU let it through, and of g (x - mean).
void ck_normalization_flows(const ck_channel_blocks *shape, ck_operand g, ck_operand x,
                            const float *coefficients, int relu, double *sums, double *products);
/// gain g - constant - slope (x - mean): two more rows of coefficients.
void ck_normalization_gradient(const ck_channel_blocks *shape, ck_operand g, ck_operand x,
                               ck_operand out, const float *coefficients, int relu);
/// Adds `parts` arrays of `count` numbers, `count` apart, along a binary tree.
void ck_tree_sum(const float *parts, int64_t count, int64_t number, float *out);

// Local response normalization of [batch, channels, plane] for windows that oneDNN lacks:
// size / 2 channels before, (size - 1) / 2 after.
typedef struct {
  int64_t batch, channels, plane, size;
  double alpha, beta, k;
} ck_response;
void ck_response_forward(const ck_response *r, const float *x, float *y);
void ck_response_gradient(const ck_response *r, const float *g, const float *x, float *dx);

// Max pooling: the first largest element of a window in row-major order wins, and a NaN does.
// Memory is `planes` of [height, width, lanes]: each a channel (1 lane) or a block of channels.
typedef struct {
  int64_t planes, lanes, input[2], output[2], window[2], stride[2], padding[2];
} ck_max_pooling;
/// Bytes that a winner takes, its place in the window row by row: 1, or 4 for large windows.
int ck_max_pool_winner_bytes(const ck_max_pooling *p);
/// `x` and `y` are of one type.
void ck_max_pool(const ck_max_pooling *p, ck_operand x, ck_operand y, void *winners);
/// `g` and `dx` are of one type.
void ck_max_pool_gradient(const ck_max_pooling *p, ck_operand g, const void *winners,
                          ck_operand dx);

// Average pooling with Caffe's and PyTorch's rules for incomplete windows.
typedef struct {
  int64_t planes, input[2], output[2], window[2], stride[2], padding[2];
  int counts_padding;
} ck_average;
void ck_average_pool(const ck_average *a, const float *x, float *y);
void ck_average_pool_gradient(const ck_average *a, const float *g, float *dx);

// Bilinear resizing: for every output coordinate the first input index, the second, and the weight
// of the second.
typedef struct {
  int64_t planes, input[2], output[2];
  const int32_t *first[2], *second[2];
  const float *weight[2];
} ck_resize;
void ck_resized(const ck_resize *r, const float *x, float *y);
void ck_resized_gradient(const ck_resize *r, const float *g, float *dx);

// Regions of interest: rows (image, x1, y1, x2, y2).
typedef struct {
  int64_t regions, batch, channels, input[2], output[2];
  double scale;
  int64_t samples;
  int aligned;
  const float *rows;
} ck_regions;
/// `winner` is the index in the plane of the largest element, or -1.
void ck_region_max(const ck_regions *r, const float *x, float *y, int32_t *winner);
void ck_region_max_gradient(const ck_regions *r, const float *g, const int32_t *winner, float *dx);
void ck_region_align(const ck_regions *r, const float *x, float *y);
void ck_region_align_gradient(const ck_regions *r, const float *g, float *dx);

// Winograd's F(2 x 2, 3 x 3) in bfloat16 for convolutions that keep the size of the picture. Images
// are blocked [batch, channels / 16, height, width, 16]; channels and weights come in sixteens.
// Tiles of 2 x 2 outputs follow one another by image, grid (with gaps, positions of equal
// remainders by the dilation form a grid), row and column. Planes are [16, rows, channels]: rows
// `first ..< first + count` of all tiles, and zeros up to `rows`.
typedef struct {
  int64_t channels, size[2], dilation, tiles[2];  // tiles of one grid
} ck_winograd;
void ck_winograd_input(const ck_winograd *w, const uint16_t *x, uint16_t *planes, int64_t first,
                       int64_t count, int64_t rows);
/// Rows of partial sums that `ck_winograd_gradient` writes for so many tiles.
int64_t ck_winograd_sums(int64_t tiles);
/// `sums` takes the sums of g by channel [ck_winograd_sums, channels], or is null; `first` is a
/// multiple of 16.
void ck_winograd_gradient(const ck_winograd *w, const uint16_t *g, uint16_t *planes, float *sums,
                          int64_t first, int64_t count, int64_t rows);
void ck_winograd_output(const ck_winograd *w, const float *planes, const float *bias, int relu,
                        uint16_t *y, int64_t first, int64_t count, int64_t rows);
/// [9, count] to [16, count]; flipped, that of kernels turned by half a circle.
void ck_winograd_weights(const float *weights, uint16_t *planes, int64_t count, int flipped);
/// [16, count] to [9, count].
void ck_winograd_weight_gradient(const float *planes, float *gradient, int64_t count);

// Color: words of 8-bit sRGB, red lowest, [batch, input], to planes [batch, planes, output] of every
// step-th pixel. `table` is a curve of 256, a 3 x 3 matrix, 4 factors a plane, and knee, slope and
// start of a cube root, if there is one.
typedef struct {
  int64_t batch, input[2], output[2], planes, step;
  int has_root;
  const float *table;
} ck_color;
void ck_color_planes(const ck_color *c, const int32_t *pixels, float *planes);

// Soft codes: x [batch, channels, plane], centers [channels, bins]; classes and shares
// [batch, neighbors, plane], entropy [batch, plane]. `scale` is -1 / (2 sigma^2).
typedef struct {
  int64_t batch, channels, plane, bins, neighbors;
  double scale;
  const float *x, *centers;
} ck_soft_code;
/// The first position that is not finite, or -1.
int64_t ck_soft_code_check(const ck_soft_code *s);
void ck_soft_codes(const ck_soft_code *s, int32_t *classes, float *shares, float *entropy);

/// What the first class of each position weighs, if there are classes; 0 in images where no |x| is
/// above `threshold`.
typedef struct {
  int64_t batch, channels, plane, pairs;
  float threshold;
  const float *x, *weights;
  const int32_t *classes;
} ck_code_weight;
void ck_code_weights(const ck_code_weight *w, float *out);

// Responses: x [batch * channels, plane].
/// The first largest of each plane and its place; -1 where one is not a number.
void ck_peaks(const float *x, int64_t planes, int64_t plane, float *values, int32_t *places);
/// Adds to counts [channels, 2^14 + 1]: by the 14 leading bits, ordered as the numbers are, and
/// zeros last.
void ck_count_responses(const float *x, int64_t batch, int64_t channels, int64_t plane,
                        int32_t *counts);
