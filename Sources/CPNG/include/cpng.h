// libpng behind two calls. Its errors leave by longjmp, which must never cross Swift, so the loops
// that read and write rows live in C and report failure as a status and a text.
#pragma once
#include <stddef.h>
#include <stdint.h>

// What the samples of a decoded picture mean.
enum cpng_space {
  CPNG_GRAY = 1,     // 1 byte a pixel; the file must be gray, with or without alpha
  CPNG_INDICES = 2,  // 1 byte a pixel, as stored; the file must be palette or gray, at most 8 bits
  CPNG_RGB = 3,      // 3 bytes a pixel, alpha dropped
  CPNG_RGBA = 4,     // 4 bytes a pixel, straight alpha
};

// Decodes a whole PNG file in memory into `out`, which has `out_count` bytes (checked). `depth` is
// 8 (16-bit samples are scaled and rounded) or 16 (samples of fewer bits are widened; not for
// CPNG_INDICES), then a sample is a native uint16_t. Warnings are not printed. Returns 0, 1 when
// the data end too early, or 2 on any other failure; then `message` holds the reason.
int cpng_decode(
    const uint8_t *bytes, size_t count, int space, int depth, void *out, size_t out_count,
    char *message, size_t message_size) __attribute__((warn_unused_result));

// Encodes samples of `depth` bits, 8 or 16 (native uint16_t). Channels are 1 (gray or, with
// `palette_count` > 0, palette indices), 3 (RGB) or 4 (RGBA). `palette` holds `palette_count`
// triples. On success (0) `*encoded` is memory to be freed with `cpng_free`; otherwise (2)
// `message` holds the reason.
int cpng_encode(
    const void *samples, int depth, uint32_t width, uint32_t height, int channels,
    const uint8_t *palette, int palette_count, uint8_t **encoded, size_t *encoded_count,
    char *message, size_t message_size) __attribute__((warn_unused_result));

// The ICC profile that a PNG file in memory has before its pixels (iCCP), in memory to be freed with
// `cpng_free`. Returns 0, or 2 where there is none that is sound, has at most 4 MiB and is of the
// colors (gray or RGB) that the file stores.
int cpng_profile(const uint8_t *bytes, size_t count, uint8_t **profile, size_t *profile_count)
    __attribute__((warn_unused_result));

void cpng_free(uint8_t *memory);
