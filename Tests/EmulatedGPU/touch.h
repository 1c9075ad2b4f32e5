// What is read and written of the device's memory, in sectors of 32 bytes, as a card moves it: each sector once,
// however often it is touched while a node of the stream runs.
#pragma once
#include <cstdint>

struct emulated_touch {
  uint64_t base, bytes;       // of the device's memory
  uint16_t *reads, *writes;   // of each sector, the last node that touched it
  uint16_t node;
  uint64_t read, written;     // sectors of this node

  __attribute__((no_sanitize("coverage"), always_inline)) void mark(uint64_t address, bool writes_it) {
    uint64_t offset = address - base;
    if (offset >= bytes) return;
    uint16_t &last = (writes_it ? writes : reads)[offset / 32];
    if (last == node) return;
    last = node;
    ++(writes_it ? written : read);
  }
};
