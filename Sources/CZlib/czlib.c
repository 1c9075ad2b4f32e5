#include "czlib.h"

#include <limits.h>
#include <zlib.h>

int czlib_inflate(
    const uint8_t *bytes, size_t count, int raw, uint8_t *out, size_t limit, size_t *written) {
  *written = 0;
  z_stream stream = {0};
  if (inflateInit2(&stream, raw ? -MAX_WBITS : MAX_WBITS) != Z_OK) return 2;
  int code = Z_OK;
  uint8_t beyond;
  while (code == Z_OK) {
    // zlib counts in 32 bits.
    size_t in = count < UINT_MAX ? count : UINT_MAX;
    size_t room = limit - *written < UINT_MAX ? limit - *written : UINT_MAX;
    int full = room == 0;
    stream.next_in = (Bytef *)bytes;
    stream.avail_in = (uInt)in;
    // Where all is full, one byte more shows whether this is the end.
    stream.next_out = full ? &beyond : out + *written;
    stream.avail_out = full ? 1 : (uInt)room;
    code = inflate(&stream, Z_NO_FLUSH);
    size_t took = in - stream.avail_in;
    size_t gave = full ? 1 - stream.avail_out : room - stream.avail_out;
    bytes += took;
    count -= took;
    if (full && gave > 0) {
      inflateEnd(&stream);
      return 1;
    }
    *written += full ? 0 : gave;
    if (code == Z_OK && took == 0 && gave == 0) break;
  }
  inflateEnd(&stream);
  return code == Z_STREAM_END ? 0 : 2;
}

uint32_t czlib_crc32(uint32_t crc, const void *bytes, size_t count) {
  return count == 0 ? crc : (uint32_t)crc32_z(crc, bytes, count);
}
