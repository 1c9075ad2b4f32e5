// The driver, libcuda.so.1: devices, memory, kernels, streams and graphs.
#pragma once
#include "library.h"

typedef uint64_t cgpu_address;
typedef struct cgpu_context_s *cgpu_context;
typedef struct cgpu_module_s *cgpu_module;
typedef struct cgpu_function_s *cgpu_function;
typedef struct cgpu_stream_s *cgpu_stream;
typedef struct cgpu_event_s *cgpu_event;
typedef struct cgpu_graph_s *cgpu_graph;
typedef struct cgpu_executable_s *cgpu_executable;
/// CUgraphExecUpdateResultInfo: why an executable graph does not take over another's arguments.
typedef struct {
  int result;
  void *node, *from;
} cgpu_update;

/// What `deviceAttribute` is asked for (CUdevice_attribute).
enum {
  CGPU_MULTIPROCESSORS = 16,
  CGPU_COMPUTE_MAJOR = 75,
  CGPU_COMPUTE_MINOR = 76
};
/// CU_STREAM_NON_BLOCKING, CU_EVENT_DISABLE_TIMING, CU_STREAM_CAPTURE_MODE_RELAXED.
enum { CGPU_NON_BLOCKING = 1, CGPU_NO_TIMING = 2, CGPU_CAPTURE_RELAXED = 2 };
/// CUDA_ERROR_OUT_OF_MEMORY, CUDA_ERROR_NO_DEVICE.
enum { CGPU_OUT_OF_MEMORY = 2, CGPU_NO_DEVICE = 100 };

#define CGPU_DRIVER(call)                                                                        \
  call(initialize, cuInit, (unsigned flags))                                                     \
  call(driverVersion, cuDriverGetVersion, (int *version))                                        \
  call(errorName, cuGetErrorName, (int code, const char **name))                                 \
  call(errorString, cuGetErrorString, (int code, const char **words))                            \
  call(deviceCount, cuDeviceGetCount, (int *count))                                              \
  call(device, cuDeviceGet, (int *device, int ordinal))                                          \
  call(deviceName, cuDeviceGetName, (char *name, int size, int device))                          \
  call(deviceAttribute, cuDeviceGetAttribute, (int *value, int attribute, int device))           \
  call(deviceMemory, cuDeviceTotalMem_v2, (size_t *bytes, int device))                           \
  call(freeMemory, cuMemGetInfo_v2, (size_t *freeBytes, size_t *totalBytes))                     \
  call(retainContext, cuDevicePrimaryCtxRetain, (cgpu_context *context, int device))             \
  call(setContext, cuCtxSetCurrent, (cgpu_context context))                                      \
  call(allocate, cuMemAlloc_v2, (cgpu_address *address, size_t bytes))                           \
  call(release, cuMemFree_v2, (cgpu_address address))                                            \
  call(allocatePinned, cuMemAllocHost_v2, (void **address, size_t bytes))                        \
  call(releasePinned, cuMemFreeHost, (void *address))                                            \
  call(upload, cuMemcpyHtoDAsync_v2,                                                             \
       (cgpu_address to, const void *from, size_t bytes, cgpu_stream stream))                    \
  call(download, cuMemcpyDtoHAsync_v2,                                                           \
       (void *to, cgpu_address from, size_t bytes, cgpu_stream stream))                          \
  call(copy, cuMemcpyDtoDAsync_v2,                                                               \
       (cgpu_address to, cgpu_address from, size_t bytes, cgpu_stream stream))                   \
  call(setWords, cuMemsetD32Async,                                                               \
       (cgpu_address to, unsigned word, size_t words, cgpu_stream stream))                       \
  call(createStream, cuStreamCreate, (cgpu_stream *stream, unsigned flags))                      \
  call(synchronize, cuStreamSynchronize, (cgpu_stream stream))                                   \
  call(createEvent, cuEventCreate, (cgpu_event *event, unsigned flags))                          \
  call(destroyEvent, cuEventDestroy_v2, (cgpu_event event))                                      \
  call(recordEvent, cuEventRecord, (cgpu_event event, cgpu_stream stream))                       \
  call(waitEvent, cuEventSynchronize, (cgpu_event event))                                        \
  call(elapsed, cuEventElapsedTime, (float *milliseconds, cgpu_event start, cgpu_event end))     \
  call(loadModule, cuModuleLoadData, (cgpu_module *module, const void *image))                   \
  call(function, cuModuleGetFunction,                                                            \
       (cgpu_function *function, cgpu_module module, const char *name))                          \
  call(launch, cuLaunchKernel,                                                                   \
       (cgpu_function function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, \
        unsigned blockY, unsigned blockZ, unsigned sharedBytes, cgpu_stream stream,              \
        void **arguments, void **extra))                                                         \
  call(beginCapture, cuStreamBeginCapture_v2, (cgpu_stream stream, int mode))                    \
  call(endCapture, cuStreamEndCapture, (cgpu_stream stream, cgpu_graph *graph))                  \
  call(instantiate, cuGraphInstantiateWithFlags,                                                 \
       (cgpu_executable *executable, cgpu_graph graph, unsigned long long flags))                \
  call(updateGraph, cuGraphExecUpdate_v2,                                                        \
       (cgpu_executable executable, cgpu_graph graph, cgpu_update *result))                      \
  call(launchGraph, cuGraphLaunch, (cgpu_executable executable, cgpu_stream stream))             \
  call(destroyGraph, cuGraphDestroy, (cgpu_graph graph))                                         \
  call(destroyExecutable, cuGraphExecDestroy, (cgpu_executable executable))

typedef struct {
  CGPU_DRIVER(CGPU_FIELD)
} cgpu_driver;

/// Fills the table; returns the symbol that the library lacks, or NULL.
const char *_Nullable cgpu_fill_driver(void *_Nonnull library, cgpu_driver *_Nonnull table);
