// libcuda.so.1 for a GPU that is not there: memory of the device is host memory that ends at a page
// nobody may touch and begins with NaNs; everything is done at once, whatever the stream.
#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>

#define API extern "C" __attribute__((visibility("default"))) int

namespace {
constexpr size_t page = 4096;
std::map<uint64_t, std::pair<void *, size_t>> blocks;
std::mutex guard;

typedef void (*run_t)(void (*)(void **), void **, const unsigned *, int);
struct function {
  void (*call)(void **);
  run_t run;
  int barriers;
};
}  // namespace

API cuInit(unsigned) { return 0; }
API cuDriverGetVersion(int *version) {
  *version = 13000;
  return 0;
}
API cuGetErrorName(int, const char **name) {
  *name = "EMULATED_ERROR";
  return 0;
}
API cuGetErrorString(int, const char **words) {
  *words = "the emulated GPU refuses";
  return 0;
}
API cuDeviceGetCount(int *count) {
  *count = 1;
  return 0;
}
API cuDeviceGet(int *device, int ordinal) {
  *device = ordinal;
  return ordinal == 0 ? 0 : 101;
}
API cuDeviceGetName(char *name, int size, int) {
  std::snprintf(name, size, "emulated GPU");
  return 0;
}
API cuDeviceGetAttribute(int *value, int attribute, int) {
  *value = attribute == 16 ? 2 : attribute == 75 ? 9 : 0;
  return 0;
}
API cuDeviceTotalMem_v2(size_t *bytes, int) {
  *bytes = 1ull << 34;
  return 0;
}
API cuDevicePrimaryCtxRetain(void **context, int) {
  *context = &guard;
  return 0;
}
API cuCtxSetCurrent(void *) { return 0; }
API cuMemGetInfo_v2(size_t *free, size_t *total) {
  *free = *total = 1ull << 34;
  return 0;
}
API cuMemAlloc_v2(uint64_t *address, size_t bytes) {
  if (bytes == 0 || bytes > 1ull << 34) return bytes ? 2 : 1;
  size_t rounded = (bytes + 15) / 16 * 16, whole = (rounded + page - 1) / page * page + page;
  char *memory = (char *)mmap(nullptr, whole, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return 2;
  mprotect(memory + whole - page, page, PROT_NONE);
  *address = (uint64_t)(memory + whole - page - rounded);
  std::memset((void *)*address, 0xFF, rounded);
  std::lock_guard<std::mutex> lock(guard);
  blocks[*address] = {memory, whole};
  return 0;
}
API cuMemFree_v2(uint64_t address) {
  std::lock_guard<std::mutex> lock(guard);
  auto found = blocks.find(address);
  if (found == blocks.end()) return 1;
  munmap(found->second.first, found->second.second);
  blocks.erase(found);
  return 0;
}
API cuMemAllocHost_v2(void **address, size_t bytes) {
  *address = std::malloc(bytes);
  return *address ? 0 : 2;
}
API cuMemFreeHost(void *address) {
  std::free(address);
  return 0;
}
API cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t bytes, void *) {
  std::memcpy((void *)to, from, bytes);
  return 0;
}
API cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t bytes, void *) {
  std::memcpy(to, (void *)from, bytes);
  return 0;
}
API cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes, void *) {
  std::memcpy((void *)to, (void *)from, bytes);
  return 0;
}
API cuMemsetD32Async(uint64_t to, unsigned word, size_t words, void *) {
  for (size_t i = 0; i < words; ++i) ((unsigned *)to)[i] = word;
  return 0;
}
API cuStreamCreate(void **stream, unsigned) {
  *stream = &blocks;
  return 0;
}
API cuStreamSynchronize(void *) { return 0; }
API cuEventCreate(void **event, unsigned) {
  *event = std::malloc(1);
  return 0;
}
API cuEventDestroy_v2(void *event) {
  std::free(event);
  return 0;
}
API cuEventRecord(void *, void *) { return 0; }
API cuEventSynchronize(void *) { return 0; }
API cuEventElapsedTime(float *time, void *, void *) {
  *time = 1;
  return 0;
}

// A module is what the emulated NVRTC made: its size, then a shared object.
API cuModuleLoadData(void **module, const void *image) {
  uint64_t bytes;
  std::memcpy(&bytes, image, 8);
  int file = memfd_create("kernels", 0);
  if (file < 0 || write(file, (const char *)image + 8, bytes) != (ssize_t)bytes) return 1;
  std::string path = "/proc/self/fd/" + std::to_string(file);
  *module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!*module) std::fprintf(stderr, "emulated GPU: %s\n", dlerror());
  return *module ? 0 : 200;
}
API cuModuleGetFunction(void **result, void *module, const char *name) {
  auto call = (void (*)(void **))dlsym(module, (std::string("call_") + name).c_str());
  auto run = (run_t)dlsym(module, "emulated_run");
  auto barriers = (int *)dlsym(module, "emulated_barriers");
  if (!call || !run || !barriers) return 500;
  *result = new function{call, run, *barriers};
  return 0;
}
API cuLaunchKernel(void *kernel, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX,
                   unsigned blockY, unsigned blockZ, unsigned, void *, void **arguments, void **) {
  // The limits of every card so far.
  if (gridX == 0 || gridY == 0 || gridY > 65535 || gridZ != 1 || blockZ != 1) return 1;
  if (blockX * blockY == 0 || blockX * blockY > 1024) return 1;
  static std::mutex one;  // the kernel's indices are variables of its module
  std::lock_guard<std::mutex> lock(one);
  unsigned shape[4] = {gridX, gridY, blockX, blockY};
  auto f = (function *)kernel;
  f->run(f->call, arguments, shape, f->barriers);
  return 0;
}

API cuStreamBeginCapture_v2(void *, int) { return 900; }
API cuStreamEndCapture(void *, void **) { return 900; }
API cuGraphInstantiateWithFlags(void **, void *, unsigned long long) { return 900; }
API cuGraphLaunch(void *, void *) { return 900; }
API cuGraphDestroy(void *) { return 900; }
API cuGraphExecDestroy(void *) { return 900; }
