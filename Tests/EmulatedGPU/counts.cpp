// Counts launches, and the bytes of the device's memory that each kind of them reads and writes.
#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

#include "recording.h"
#include "touch.h"

namespace {
struct entry {
  uint64_t launches = 0, read = 0, written = 0;
};
const char *const kinds[] = {"kernel", "fill", "upload", "download", "copy", "library"};
constexpr uint64_t space = 1ull << 37;  // addresses, of which few are used
std::recursive_mutex guard;
std::map<std::string, entry> entries;
uint64_t placed = 0;

void *reserve(uint64_t bytes, int protection) {
  void *memory = mmap(nullptr, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

std::string lines() {
  std::string lines;
  for (auto &[name, e] : entries)
    lines += name + "\t" + std::to_string(e.launches) + "\t" + std::to_string(e.read) + "\t" +
             std::to_string(e.written) + "\n";
  return lines;
}

// What is left when the program ends goes to the file that EMULATED_GPU_COUNTS names, if it does.
struct last_words {
  ~last_words() {
    const char *path = std::getenv("EMULATED_GPU_COUNTS");
    if (!path || path[0] != '/' || entries.empty()) return;
    if (FILE *file = std::fopen(path, "w")) {
      std::fputs(lines().c_str(), file);
      std::fclose(file);
    }
  }
} at_the_end;

emulated_touch &tally() {
  static emulated_touch *touched = [] {
    auto t = new emulated_touch{};
    t->base = (uint64_t)reserve(space, PROT_NONE);
    t->reads = (uint16_t *)reserve(space / 32 * 2, PROT_READ | PROT_WRITE);
    t->writes = (uint16_t *)reserve(space / 32 * 2, PROT_READ | PROT_WRITE);
    if (!t->base || !t->reads || !t->writes) std::abort();
    t->bytes = space;
    return t;
  }();
  return *touched;
}
}  // namespace

bool emulated_counts() {
  static bool counts = std::getenv("EMULATED_GPU_COUNTS") != nullptr;
  return counts;
}

emulated_touch *emulated_tally() { return emulated_counts() ? &tally() : nullptr; }

void *emulated_place(size_t bytes) {
  std::lock_guard<std::recursive_mutex> lock(guard);
  if (placed + bytes > space) return nullptr;
  void *place = (void *)(tally().base + placed);
  placed += bytes;
  return mprotect(place, bytes, PROT_READ | PROT_WRITE) ? nullptr : place;
}

void emulated_touches(const void *memory, size_t bytes, bool writes) {
  if (!emulated_counts()) return;
  for (uint64_t at = (uint64_t)memory / 32 * 32; at < (uint64_t)memory + bytes; at += 32)
    tally().mark(at < (uint64_t)memory ? (uint64_t)memory : at, writes);
}

int emulated_counted(int kind, const std::string &name, const std::function<int()> &work) {
  if (!emulated_counts()) return work();
  std::lock_guard<std::recursive_mutex> lock(guard);
  emulated_touch &t = tally();
  if (++t.node == 0) {  // old numbers would be taken for new ones
    madvise(t.reads, space / 32 * 2, MADV_DONTNEED);
    madvise(t.writes, space / 32 * 2, MADV_DONTNEED);
    t.node = 1;
  }
  t.read = t.written = 0;
  int code = work();
  entry &e = entries[std::string(kinds[kind]) + "\t" + name];
  e.launches += 1;
  e.read += 32 * t.read;
  e.written += 32 * t.written;
  return code;
}

// Writes what was counted since the last call, a line each: kind, name, launches, bytes read and
// written, between tabs. Gives the characters that it took, or -1 where they do not fit.
extern "C" __attribute__((visibility("default"))) int emulated_take_counts(char *text, int size) {
  std::lock_guard<std::recursive_mutex> lock(guard);
  std::string all = lines();
  if ((int)all.size() >= size) return -1;
  entries.clear();
  std::memcpy(text, all.c_str(), all.size() + 1);
  return (int)all.size();
}
