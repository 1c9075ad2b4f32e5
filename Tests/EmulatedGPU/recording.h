// Work for the stream: done at once, or recorded where the stream is being captured and done when
// the graph is launched.
#pragma once
#include <cstddef>
#include <functional>
#include <string>

// Nodes of these kinds take each other's place when an executable graph is updated, and no others.
enum node_kind { KERNEL_NODE, FILL_NODE, UPLOAD_NODE, DOWNLOAD_NODE, COPY_NODE, LIBRARY_NODE };

// Every parameter must be copied into `work`, as a card copies it. Gives the driver's error code.
int emulated_ask(int kind, const std::string &name, std::function<int()> work);

// Whether what is touched is counted (EMULATED_GPU_COUNTS). NVIDIA's libraries then compute nothing
// but zeros, so that large networks can be counted.
bool emulated_counts();
// Runs a node's work, and counts it.
int emulated_counted(int kind, const std::string &name, const std::function<int()> &work);
// That a node reads or writes these bytes of the device.
void emulated_touches(const void *memory, size_t bytes, bool writes);
// Address space for a block of the device's memory while it is counted.
void *emulated_place(size_t bytes);
struct emulated_touch;
emulated_touch *emulated_tally();
