// libcuda.so.1: capture of the stream into graphs, and graphs.
#include "recording.h"

#include <cstdint>
#include <mutex>
#include <vector>

#define API extern "C" __attribute__((visibility("default"))) int

namespace {
struct node {
  int kind;
  std::string name;
  std::function<int()> work;
};
typedef std::vector<node> graph;

enum { RELAXED = 2 };
enum { ILLEGAL_STATE = 401, UNSUPPORTED = 900, INVALIDATED = 901, CAPTURED_EVENT = 907 };
enum { UPDATE_FAILURE = 910, TOPOLOGY_CHANGED = 2, KIND_CHANGED = 3 };

std::mutex guard;
struct {
  bool isActive = false, isBroken = false;
  int mode = RELAXED;
  graph nodes;
} capture;

// What may not happen while the stream is captured also ends the capture.
int refuse(int code) {
  capture.isBroken = true;
  return code;
}

int run(const graph &nodes) {
  for (auto &node : nodes)
    if (int code = emulated_counted(node.kind, node.name, node.work)) return code;
  return 0;
}

struct update_result {  // CUgraphExecUpdateResultInfo
  int result;
  void *node, *from;
};
}  // namespace

int emulated_ask(int kind, const std::string &name, std::function<int()> work) {
  {
    std::lock_guard<std::mutex> lock(guard);
    if (capture.isActive) {
      if (capture.isBroken) return INVALIDATED;
      capture.nodes.push_back({kind, name, std::move(work)});
      return 0;
    }
  }
  return emulated_counted(kind, name, work);
}

// For calls that a capture only allows in the relaxed mode, and for those that it never allows.
int emulated_unsafe() {
  std::lock_guard<std::mutex> lock(guard);
  return capture.isActive && capture.mode != RELAXED ? refuse(UNSUPPORTED) : 0;
}
int emulated_wait(bool isCapturedEvent) {
  std::lock_guard<std::mutex> lock(guard);
  if (isCapturedEvent) return refuse(CAPTURED_EVENT);
  return capture.isActive ? refuse(UNSUPPORTED) : 0;
}
// A card may load modules while a stream is captured; Pigment does not count on it.
int emulated_load() {
  std::lock_guard<std::mutex> lock(guard);
  return capture.isActive ? refuse(UNSUPPORTED) : 0;
}
bool emulated_captures() {
  std::lock_guard<std::mutex> lock(guard);
  return capture.isActive;
}

API cuStreamBeginCapture_v2(void *, int mode) {
  std::lock_guard<std::mutex> lock(guard);
  if (capture.isActive) return ILLEGAL_STATE;
  capture = {true, false, mode, {}};
  return 0;
}
API cuStreamEndCapture(void *, void **result) {
  std::lock_guard<std::mutex> lock(guard);
  *result = nullptr;
  if (!capture.isActive) return ILLEGAL_STATE;
  capture.isActive = false;
  if (capture.isBroken) return INVALIDATED;
  *result = new graph(std::move(capture.nodes));
  capture.nodes.clear();
  return 0;
}
API cuGraphInstantiateWithFlags(void **executable, void *source, unsigned long long flags) {
  if (!source || flags != 0) return 1;
  *executable = new graph(*(graph *)source);
  return 0;
}
API cuGraphExecUpdate_v2(void *executable, void *source, update_result *result) {
  graph &old = *(graph *)executable, &fresh = *(graph *)source;
  *result = {0, nullptr, nullptr};
  if (old.size() != fresh.size()) result->result = TOPOLOGY_CHANGED;
  for (size_t i = 0; i < fresh.size() && result->result == 0; ++i)
    if (old[i].kind != fresh[i].kind) result->result = KIND_CHANGED;
  // Drivers have other codes for some differences, too.
  if (result->result != 0) return result->result == KIND_CHANGED ? 1 : UPDATE_FAILURE;
  old = fresh;
  return 0;
}
API cuGraphLaunch(void *executable, void *) {
  if (emulated_captures()) return UNSUPPORTED;  // a card would make it a part of the graph
  return run(*(graph *)executable);
}
API cuGraphDestroy(void *handle) {
  delete (graph *)handle;
  return 0;
}
API cuGraphExecDestroy(void *handle) {
  delete (graph *)handle;
  return 0;
}
