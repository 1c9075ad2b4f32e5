// Little CMS behind three calls. Its formats are macros that Swift cannot import, and what leads
// from a profile to sRGB is a chain of handles that belong together.
#pragma once
#include <stddef.h>
#include <stdint.h>

// What a profile turned out to be.
enum clcms_verdict {
  CLCMS_USABLE = 0,
  CLCMS_DAMAGED = 1,     // these bytes are no ICC profile, or one that leads nowhere
  CLCMS_MISMATCHED = 2,  // a profile of other colors than the picture stores, such as of inks
};

// The way from a profile to sRGB (relative colorimetric), for pixels of `stride` samples of `depth`
// bits (8, or 16 as native uint16_t): one gray (`colors` 1, `stride` 1), or red, green, blue and
// perhaps alpha, which is left alone (`colors` 3). `*conversion` is to be closed; it may be used by
// several threads at once. `*largest_change` is by how many of 255 steps it changes any color of a
// grid. `name` is what the profile calls itself.
int clcms_open(
    const uint8_t *profile, size_t count, int colors, int stride, int depth, void **conversion,
    int *largest_change, char *name, size_t name_size) __attribute__((warn_unused_result));

// Converts pixels in place.
void clcms_apply(void *conversion, void *samples, size_t pixels);

void clcms_close(void *conversion);
