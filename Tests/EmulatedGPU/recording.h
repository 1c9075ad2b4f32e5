// Work for the stream: done at once, or recorded where the stream is being captured and done when
// the graph is launched.
#pragma once
#include <functional>

// Nodes of these kinds take each other's place when an executable graph is updated, and no others.
enum node_kind { KERNEL_NODE, FILL_NODE, UPLOAD_NODE, DOWNLOAD_NODE, COPY_NODE, LIBRARY_NODE };

// Every parameter must be copied into `work`, as a card copies it. Gives the driver's error code.
int emulated_ask(int kind, std::function<int()> work);
