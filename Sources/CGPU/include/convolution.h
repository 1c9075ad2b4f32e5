// The backend API of cuDNN 9, libcudnn.so.9: descriptors with attributes, of which graphs of
// operations and plans for them are made.
#pragma once
#include "library.h"

typedef struct cgpu_dnn_s *cgpu_dnn;
typedef struct cgpu_descriptor_s *cgpu_descriptor;
typedef struct {
  int64_t numerator, denominator;
} cgpu_fraction;

/// cudnnDataType_t.
enum { CGPU_DNN_FLOAT = 0, CGPU_DNN_DOUBLE = 1, CGPU_DNN_INT32 = 4, CGPU_DNN_BFLOAT16 = 9 };
/// cudnnConvolutionMode_t, cudnnPointwiseMode_t, cudnnNanPropagation_t, cudnnBackendHeurMode_t.
enum {
  CGPU_DNN_CROSS_CORRELATION = 1,
  CGPU_DNN_ADD = 0,
  CGPU_DNN_RELU = 100,
  CGPU_DNN_PROPAGATE_NAN = 1,
  CGPU_DNN_HEURISTIC_FALLBACK = 2,
  CGPU_DNN_HEURISTIC_A = 3
};
/// cudnnBackendNumericalNote_t, cudnnBackendBehaviorNote_t.
enum {
  CGPU_DNN_TENSOR_CORE = 0,
  CGPU_DNN_DOWN_CONVERT_INPUTS = 1,
  CGPU_DNN_REDUCED_PRECISION = 2,
  CGPU_DNN_NONDETERMINISTIC = 4,
  CGPU_DNN_RUNTIME_COMPILATION = 0
};
/// cudnnBackendDescriptorType_t.
enum {
  CGPU_DNN_POINTWISE = 0,
  CGPU_DNN_CONVOLUTION = 1,
  CGPU_DNN_ENGINE = 2,
  CGPU_DNN_CONFIG = 3,
  CGPU_DNN_HEURISTIC = 4,
  CGPU_DNN_PLAN = 5,
  CGPU_DNN_FORWARD_OPERATION = 10,
  CGPU_DNN_FILTER_OPERATION = 11,
  CGPU_DNN_DATA_OPERATION = 12,
  CGPU_DNN_POINTWISE_OPERATION = 13,
  CGPU_DNN_GRAPH = 15,
  CGPU_DNN_VARIANT_PACK = 16,
  CGPU_DNN_TENSOR = 17,
  CGPU_DNN_DEVICE = 38
};
/// cudnnBackendAttributeType_t.
enum {
  CGPU_DNN_TYPE_HANDLE = 0,
  CGPU_DNN_TYPE_DATA_TYPE = 1,
  CGPU_DNN_TYPE_BOOLEAN = 2,
  CGPU_DNN_TYPE_INT64 = 3,
  CGPU_DNN_TYPE_FLOAT = 4,
  CGPU_DNN_TYPE_DOUBLE = 5,
  CGPU_DNN_TYPE_POINTER = 6,
  CGPU_DNN_TYPE_CONVOLUTION_MODE = 7,
  CGPU_DNN_TYPE_HEURISTIC_MODE = 8,
  CGPU_DNN_TYPE_NAN_PROPAGATION = 10,
  CGPU_DNN_TYPE_NUMERICAL_NOTE = 11,
  CGPU_DNN_TYPE_POINTWISE_MODE = 14,
  CGPU_DNN_TYPE_DESCRIPTOR = 15,
  CGPU_DNN_TYPE_BEHAVIOR_NOTE = 19,
  CGPU_DNN_TYPE_CHAR = 24
};
/// cudnnBackendAttributeName_t.
enum {
  CGPU_DNN_POINTWISE_MODE = 0,
  CGPU_DNN_POINTWISE_PRECISION = 1,
  CGPU_DNN_POINTWISE_NAN_PROPAGATION = 2,
  CGPU_DNN_CONVOLUTION_PRECISION = 100,
  CGPU_DNN_CONVOLUTION_MODE = 101,
  CGPU_DNN_CONVOLUTION_DILATIONS = 102,
  CGPU_DNN_CONVOLUTION_STRIDES = 103,
  CGPU_DNN_CONVOLUTION_POST_PADDINGS = 104,
  CGPU_DNN_CONVOLUTION_PRE_PADDINGS = 105,
  CGPU_DNN_CONVOLUTION_SPATIAL_DIMENSIONS = 106,
  CGPU_DNN_HEURISTIC_MODE = 200,
  CGPU_DNN_HEURISTIC_GRAPH = 201,
  CGPU_DNN_HEURISTIC_RESULTS = 202,
  CGPU_DNN_HEURISTIC_DEVICE = 204,
  CGPU_DNN_CONFIG_ENGINE = 300,
  CGPU_DNN_PLAN_HANDLE = 400,
  CGPU_DNN_PLAN_CONFIG = 401,
  CGPU_DNN_PLAN_WORKSPACE = 402,
  CGPU_DNN_PLAN_DEVICE = 407,
  CGPU_DNN_FORWARD_ALPHA = 700,
  CGPU_DNN_FORWARD_BETA = 701,
  CGPU_DNN_FORWARD_CONVOLUTION = 702,
  CGPU_DNN_FORWARD_W = 703,
  CGPU_DNN_FORWARD_X = 704,
  CGPU_DNN_FORWARD_Y = 705,
  CGPU_DNN_DATA_ALPHA = 706,
  CGPU_DNN_DATA_BETA = 707,
  CGPU_DNN_DATA_CONVOLUTION = 708,
  CGPU_DNN_DATA_W = 709,
  CGPU_DNN_DATA_DX = 710,
  CGPU_DNN_DATA_DY = 711,
  CGPU_DNN_FILTER_ALPHA = 712,
  CGPU_DNN_FILTER_BETA = 713,
  CGPU_DNN_FILTER_CONVOLUTION = 714,
  CGPU_DNN_FILTER_DW = 715,
  CGPU_DNN_FILTER_X = 716,
  CGPU_DNN_FILTER_DY = 717,
  CGPU_DNN_POINTWISE_DESCRIPTION = 750,
  CGPU_DNN_POINTWISE_X = 751,
  CGPU_DNN_POINTWISE_B = 752,
  CGPU_DNN_POINTWISE_Y = 753,
  CGPU_DNN_GRAPH_HANDLE = 800,
  CGPU_DNN_GRAPH_OPERATIONS = 801,
  CGPU_DNN_TENSOR_ALIGNMENT = 900,
  CGPU_DNN_TENSOR_TYPE = 901,
  CGPU_DNN_TENSOR_DIMENSIONS = 902,
  CGPU_DNN_TENSOR_STRIDES = 903,
  CGPU_DNN_TENSOR_ID = 906,
  CGPU_DNN_TENSOR_VIRTUAL = 907,
  CGPU_DNN_PACK_IDS = 1000,
  CGPU_DNN_PACK_POINTERS = 1001,
  CGPU_DNN_PACK_WORKSPACE = 1003,
  CGPU_DNN_ENGINE_INDEX = 1301,
  CGPU_DNN_ENGINE_NUMERICAL_NOTES = 1303,
  CGPU_DNN_ENGINE_BEHAVIOR_NOTES = 1305,
  CGPU_DNN_DEVICE_HANDLE = 2701,
  CGPU_DNN_DEVICE_JSON = 2702
};

#define CGPU_CONVOLUTION(call)                                                                   \
  call(createHandle, cudnnCreate, (cgpu_dnn *handle))                                            \
  call(setStream, cudnnSetStream, (cgpu_dnn handle, void *stream))                               \
  call(create, cudnnBackendCreateDescriptor, (int kind, cgpu_descriptor *descriptor))            \
  call(destroy, cudnnBackendDestroyDescriptor, (cgpu_descriptor descriptor))                     \
  call(finalize, cudnnBackendFinalize, (cgpu_descriptor descriptor))                             \
  call(set, cudnnBackendSetAttribute,                                                            \
       (cgpu_descriptor descriptor, int attribute, int type, int64_t count, const void *values)) \
  call(get, cudnnBackendGetAttribute,                                                            \
       (cgpu_descriptor descriptor, int attribute, int type, int64_t capacity, int64_t *count,   \
        void *values))                                                                           \
  call(execute, cudnnBackendExecute,                                                             \
       (cgpu_dnn handle, cgpu_descriptor plan, cgpu_descriptor variantPack))

typedef struct {
  CGPU_CONVOLUTION(CGPU_FIELD)
  size_t (*_Nonnull version)(void);
  const char *_Nullable (*_Nonnull errorString)(int code);
  void (*_Nonnull lastError)(char *words, size_t size);
} cgpu_convolution;

/// Fills the table; returns the symbol that the library lacks, or NULL.
const char *_Nullable cgpu_fill_convolution(
    void *_Nonnull library, cgpu_convolution *_Nonnull table);
