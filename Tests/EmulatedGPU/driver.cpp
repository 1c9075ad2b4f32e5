// libcuda.so.1 for a GPU that is not there: memory of the device is host memory that ends at a page
// nobody may touch and begins with NaNs; everything is done at once, unless it is recorded
// (graphs.cpp).
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
#include <vector>

#include "recording.h"
#include "touch.h"

#define API extern "C" __attribute__((visibility("default"))) int

namespace {
constexpr size_t page = 4096;
std::map<uint64_t, std::pair<void *, size_t>> blocks;
std::mutex guard;

// All memory of the device, which a test may make small.
size_t total_bytes() {
  const char *bytes = std::getenv("EMULATED_GPU_BYTES");
  return bytes ? std::strtoull(bytes, nullptr, 10) : 1ull << 34;
}
size_t used_bytes = 0;

typedef void (*run_t)(void (*)(void **), void **, const unsigned *, int);
struct function {
  void (*call)(void **);
  run_t run;
  unsigned long (*bytes)(unsigned);  // of each parameter; 0 after the last
  int barriers;
  std::string name;
};
struct event {
  bool isCaptured = false;
};
}  // namespace

int emulated_unsafe();
int emulated_load();
int emulated_wait(bool isCapturedEvent);
bool emulated_captures();

API cuInit(unsigned) { return 0; }
API cuDriverGetVersion(int *version) {
  *version = 13000;
  return 0;
}
API cuGetErrorName(int code, const char **name) {
  static thread_local std::string words;
  words = "EMULATED_ERROR_" + std::to_string(code);
  *name = words.c_str();
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
API cuMemGetInfo_v2(size_t *rest, size_t *total) {
  std::lock_guard<std::mutex> lock(guard);
  *total = total_bytes();
  *rest = *total - used_bytes;
  return 0;
}
API cuDeviceTotalMem_v2(size_t *bytes, int) {
  *bytes = total_bytes();
  return 0;
}
API cuDevicePrimaryCtxRetain(void **context, int) {
  *context = &guard;
  return 0;
}
API cuCtxSetCurrent(void *) { return 0; }
API cuMemAlloc_v2(uint64_t *address, size_t bytes) {
  if (int code = emulated_unsafe()) return code;
  if (bytes == 0) return 1;
  std::lock_guard<std::mutex> lock(guard);
  if (bytes + used_bytes > total_bytes()) return 2;
  size_t rounded = (bytes + 15) / 16 * 16, whole = (rounded + page - 1) / page * page + page;
  void *counted = emulated_counts() ? emulated_place(whole) : nullptr;
  char *memory = (char *)mmap(counted, whole, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (counted ? MAP_FIXED : 0),
                              -1, 0);
  if (memory == MAP_FAILED) return 2;
  mprotect(memory + whole - page, page, PROT_NONE);
  *address = (uint64_t)(memory + whole - page - rounded);
  std::memset((void *)*address, 0xFF, rounded);
  blocks[*address] = {memory, whole};
  used_bytes += whole;
  return 0;
}
API cuMemFree_v2(uint64_t address) {
  if (int code = emulated_unsafe()) return code;
  std::lock_guard<std::mutex> lock(guard);
  auto found = blocks.find(address);
  if (found == blocks.end()) return 1;
  munmap(found->second.first, found->second.second);
  used_bytes -= found->second.second;
  blocks.erase(found);
  return 0;
}
API cuMemAllocHost_v2(void **address, size_t bytes) {
  if (int code = emulated_unsafe()) return code;
  *address = std::malloc(bytes);
  return *address ? 0 : 2;
}
API cuMemFreeHost(void *address) {
  if (int code = emulated_unsafe()) return code;
  std::free(address);
  return 0;
}
API cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t bytes, void *) {
  return emulated_ask(UPLOAD_NODE, "upload", [=] {
    emulated_touches((void *)to, bytes, true);
    std::memcpy((void *)to, from, bytes);
    return 0;
  });
}
API cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t bytes, void *) {
  return emulated_ask(DOWNLOAD_NODE, "download", [=] {
    emulated_touches((void *)from, bytes, false);
    std::memcpy(to, (void *)from, bytes);
    return 0;
  });
}
API cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes, void *) {
  return emulated_ask(COPY_NODE, "copy", [=] {
    emulated_touches((void *)from, bytes, false);
    emulated_touches((void *)to, bytes, true);
    std::memcpy((void *)to, (void *)from, bytes);
    return 0;
  });
}
API cuMemsetD32Async(uint64_t to, unsigned word, size_t words, void *) {
  return emulated_ask(FILL_NODE, "fill", [=] {
    emulated_touches((void *)to, 4 * words, true);
    for (size_t i = 0; i < words; ++i) ((unsigned *)to)[i] = word;
    return 0;
  });
}
API cuStreamCreate(void **stream, unsigned) {
  *stream = &blocks;
  return 0;
}
API cuStreamSynchronize(void *) { return emulated_wait(false); }
API cuEventCreate(void **result, unsigned) {
  *result = new event;
  return 0;
}
API cuEventDestroy_v2(void *e) {
  delete (event *)e;
  return 0;
}
API cuEventRecord(void *e, void *) {
  ((event *)e)->isCaptured = emulated_captures();
  return 0;
}
API cuEventSynchronize(void *e) { return ((event *)e)->isCaptured ? emulated_wait(true) : 0; }
API cuEventElapsedTime(float *time, void *, void *) {
  *time = 1;
  return 0;
}

// A module is what the emulated NVRTC made: its size, then a shared object.
API cuModuleLoadData(void **module, const void *image) {
  if (int code = emulated_load()) return code;
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
  auto bytes = (unsigned long (*)(unsigned))dlsym(module, (std::string("bytes_") + name).c_str());
  auto barriers = (int *)dlsym(module, "emulated_barriers");
  if (!call || !run || !bytes || !barriers) return 500;
  if (auto touched = (emulated_touch **)dlsym(module, "emulated_touched")) *touched = emulated_tally();
  *result = new function{call, run, bytes, *barriers, name};
  return 0;
}
API cuLaunchKernel(void *kernel, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX,
                   unsigned blockY, unsigned blockZ, unsigned, void *, void **arguments, void **) {
  // The limits of every card so far.
  if (gridX == 0 || gridY == 0 || gridY > 65535 || gridZ != 1 || blockZ != 1) return 1;
  if (blockX * blockY == 0 || blockX * blockY > 1024) return 1;
  auto f = (function *)kernel;
  std::vector<std::vector<char>> values;
  for (unsigned i = 0; unsigned long bytes = f->bytes(i); ++i)
    values.emplace_back((char *)arguments[i], (char *)arguments[i] + bytes);
  return emulated_ask(KERNEL_NODE, f->name, [=]() mutable {
    static std::mutex one;  // the kernel's indices are variables of its module
    std::lock_guard<std::mutex> lock(one);
    unsigned shape[4] = {gridX, gridY, blockX, blockY};
    std::vector<void *> pointers;
    for (auto &value : values) pointers.push_back(value.data());
    f->run(f->call, pointers.data(), shape, f->barriers);
    return 0;
  });
}
