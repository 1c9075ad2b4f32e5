// zlib behind calls that never write more than they are allowed to.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Undoes compression, with the header and checksum of zlib or, where `raw` is not 0, without: at
// most `limit` bytes go to `out`, and `*written` says how many.
// Returns 0, 1 where there are more than `limit`, or 2 where the bytes are damaged or end too early.
int czlib_inflate(
    const uint8_t *bytes, size_t count, int raw, uint8_t *out, size_t limit, size_t *written);

// The CRC-32 of what had the checksum `crc` with more bytes behind it.
uint32_t czlib_crc32(uint32_t crc, const void *bytes, size_t count);
