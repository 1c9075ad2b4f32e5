#include "cpng.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CPNG_TRUNCATED = 1, CPNG_FAILED = 2 };

typedef struct {
  const uint8_t *bytes;
  size_t count, position;
  int truncated;
  char *message;
  size_t message_size;
} source;

typedef struct {
  uint8_t *bytes;
  size_t count, capacity;
  char *message;
  size_t message_size;
} sink;

static void say(char *message, size_t size, const char *text) {
  if (size > 0) snprintf(message, size, "%s", text);
}

static void on_read_error(png_structp png, png_const_charp text) {
  source *from = png_get_error_ptr(png);
  say(from->message, from->message_size, text);
  longjmp(png_jmpbuf(png), 1);
}

static void on_write_error(png_structp png, png_const_charp text) {
  sink *to = png_get_error_ptr(png);
  say(to->message, to->message_size, text);
  longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void read_bytes(png_structp png, png_bytep out, size_t wanted) {
  source *from = png_get_io_ptr(png);
  if (wanted > from->count - from->position) {
    from->truncated = 1;
    png_error(png, "the data end too early");
  }
  memcpy(out, from->bytes + from->position, wanted);
  from->position += wanted;
}

static void write_bytes(png_structp png, png_bytep in, size_t given) {
  sink *to = png_get_io_ptr(png);
  if (given > to->capacity - to->count) {
    size_t capacity = (to->capacity + given) * 2;
    uint8_t *larger = realloc(to->bytes, capacity);
    if (!larger) png_error(png, "out of memory");
    to->bytes = larger;
    to->capacity = capacity;
  }
  memcpy(to->bytes + to->count, in, given);
  to->count += given;
}

static void flush_bytes(png_structp png) { (void)png; }

// Asks libpng for the samples of `space`; the bytes of a pixel, or 0 when the file has none such.
static int request(png_structp png, png_infop info, int space, int wanted_depth) {
  int type = png_get_color_type(png, info), depth = png_get_bit_depth(png, info);
  int is_color = type & PNG_COLOR_MASK_COLOR, has_palette = type == PNG_COLOR_TYPE_PALETTE;
  if (space == CPNG_INDICES) {
    if ((type != PNG_COLOR_TYPE_GRAY && !has_palette) || depth > 8) return 0;
    png_set_packing(png);
    return 1;
  }
  if (space == CPNG_GRAY && is_color) return 0;
  if (wanted_depth == 16) {
    png_set_expand_16(png);
    // PNG stores the high byte first.
    const uint16_t one = 1;
    if (*(const uint8_t *)&one == 1) png_set_swap(png);
  } else {
    png_set_expand(png);
    png_set_scale_16(png);
  }
  if (space == CPNG_GRAY) {
    png_set_strip_alpha(png);
    return 1;
  }
  png_set_gray_to_rgb(png);
  if (space == CPNG_RGB) {
    png_set_strip_alpha(png);
    return 3;
  }
  // After expansion this adds a channel only to files that had no transparency at all.
  if (!(type & PNG_COLOR_MASK_ALPHA) && !png_get_valid(png, info, PNG_INFO_tRNS))
    png_set_add_alpha(png, wanted_depth == 16 ? 0xFFFF : 0xFF, PNG_FILLER_AFTER);
  return 4;
}

int cpng_decode(
    const uint8_t *bytes, size_t count, int space, int depth, void *out, size_t out_count,
    char *message, size_t message_size) {
  source from = {bytes, count, 0, 0, message, message_size};
  png_infop info = NULL;
  png_bytep *volatile rows = NULL;
  png_structp png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, &from, on_read_error, on_warning);
  if (png) info = png_create_info_struct(png);
  if (!info) {
    say(message, message_size, "out of memory");
    png_destroy_read_struct(&png, &info, NULL);
    return CPNG_FAILED;
  }
  if (setjmp(png_jmpbuf(png))) {
    free(rows);
    png_destroy_read_struct(&png, &info, NULL);
    return from.truncated ? CPNG_TRUNCATED : CPNG_FAILED;
  }
  png_set_read_fn(png, &from, read_bytes);
  png_set_benign_errors(png, 1);
  // Text and profiles are not wanted, and a compressed one may expand without end.
  static const uint8_t unwanted[] = "iCCP\0iTXt\0tEXt\0zTXt\0eXIf";
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, unwanted, 5);
  png_read_info(png, info);
  int channels = request(png, info, space, depth);
  if (channels == 0) png_error(png, "the file does not hold samples of the wanted kind");
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t width = png_get_image_width(png, info), height = png_get_image_height(png, info);
  size_t stride = width * (size_t)channels * (size_t)(depth / 8);
  if (png_get_rowbytes(png, info) != stride || stride * height != out_count)
    png_error(png, "the header does not agree with the size of the picture");
  rows = malloc(height * sizeof *rows);
  if (!rows) png_error(png, "out of memory");
  for (size_t y = 0; y < height; y++) rows[y] = (png_bytep)out + y * stride;
  png_read_image(png, rows);
  png_read_end(png, NULL);
  free(rows);
  png_destroy_read_struct(&png, &info, NULL);
  return 0;
}

int cpng_encode(
    const void *samples, int depth, uint32_t width, uint32_t height, int channels,
    const uint8_t *palette, int palette_count, uint8_t **encoded, size_t *encoded_count,
    char *message, size_t message_size) {
  sink to = {NULL, 0, 0, message, message_size};
  png_infop info = NULL;
  png_structp png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, &to, on_write_error, on_warning);
  if (png) info = png_create_info_struct(png);
  if (!info) {
    say(message, message_size, "out of memory");
    png_destroy_write_struct(&png, &info);
    return CPNG_FAILED;
  }
  if (setjmp(png_jmpbuf(png))) {
    free(to.bytes);
    png_destroy_write_struct(&png, &info);
    return CPNG_FAILED;
  }
  int type = palette_count > 0 ? PNG_COLOR_TYPE_PALETTE
             : channels == 1   ? PNG_COLOR_TYPE_GRAY
             : channels == 3   ? PNG_COLOR_TYPE_RGB
                               : PNG_COLOR_TYPE_RGBA;
  png_set_write_fn(png, &to, write_bytes, flush_bytes);
  png_set_IHDR(
      png, info, width, height, depth, type, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
      PNG_FILTER_TYPE_DEFAULT);
  if (palette_count > 0) {
    png_color entries[256];
    for (int i = 0; i < palette_count && i < 256; i++)
      entries[i] =
          (png_color){palette[3 * i], palette[3 * i + 1], palette[3 * i + 2]};
    png_set_PLTE(png, info, entries, palette_count);
  }
  png_write_info(png, info);
  const uint16_t one = 1;
  if (depth == 16 && *(const uint8_t *)&one == 1) png_set_swap(png);
  size_t stride = (size_t)width * (size_t)channels * (size_t)(depth / 8);
  for (uint32_t y = 0; y < height; y++)
    png_write_row(png, (png_const_bytep)samples + (size_t)y * stride);
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  *encoded = to.bytes;
  *encoded_count = to.count;
  return 0;
}

int cpng_profile(const uint8_t *bytes, size_t count, uint8_t **profile, size_t *profile_count) {
  source from = {bytes, count, 0, 0, NULL, 0};
  png_infop info = NULL;
  png_structp png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, &from, on_read_error, on_warning);
  if (png) info = png_create_info_struct(png);
  if (!info || setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return CPNG_FAILED;
  }
  png_set_read_fn(png, &from, read_bytes);
  png_set_benign_errors(png, 1);
  // A compressed profile may expand without end.
  png_set_chunk_malloc_max(png, 4 << 20);
  static const uint8_t unwanted[] = "iTXt\0tEXt\0zTXt\0eXIf";
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, unwanted, 4);
  png_read_info(png, info);
  png_charp name;
  int method;
  png_bytep found;
  png_uint_32 length;
  *profile = NULL;
  if (png_get_iCCP(png, info, &name, &method, &found, &length) == PNG_INFO_iCCP) {
    *profile = malloc(length);
    if (*profile) memcpy(*profile, found, length);
    *profile_count = length;
  }
  png_destroy_read_struct(&png, &info, NULL);
  return *profile ? 0 : CPNG_FAILED;
}

void cpng_free(uint8_t *memory) { free(memory); }
