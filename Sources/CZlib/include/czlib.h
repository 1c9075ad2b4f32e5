// zlib behind one call that never writes more than it is allowed to.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Undoes the compression of zlib: at most `limit` bytes go to `out`, and `*written` says how many.
// Returns 0, 1 where there are more than `limit`, or 2 where the bytes are damaged or end too early.
int czlib_inflate(
    const uint8_t *bytes, size_t count, uint8_t *out, size_t limit, size_t *written);
