// Elements of device memory as doubles.
#pragma once
#include <cstdint>
#include <cstring>

static inline double load(const void *memory, int64_t i, bool isBF16) {
  if (!isBF16) return ((const float *)memory)[i];
  uint32_t bits = (uint32_t)((const uint16_t *)memory)[i] << 16;
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

static inline void store(void *memory, int64_t i, bool isBF16, double number) {
  float value = (float)number;
  if (!isBF16) {
    ((float *)memory)[i] = value;
    return;
  }
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  bits = value != value ? bits >> 16 | 0x40 : (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
  ((uint16_t *)memory)[i] = (uint16_t)bits;
}

// To 10 bits after the point, as TensorFloat-32 does: what an engine may do that is not exact.
static inline double tf32(double number) {
  float value = (float)number;
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  bits &= 0xFFFFE000;
  std::memcpy(&value, &bits, 4);
  return value;
}
