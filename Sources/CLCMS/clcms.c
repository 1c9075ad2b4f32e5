#include "clcms.h"

#include <lcms2.h>
#include <stdlib.h>
#include <string.h>

enum { GRID = 17 };

// Gray with the curve of sRGB, so that gray stays gray.
static cmsHPROFILE gray_srgb(void) {
  const cmsFloat64Number terms[5] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
  cmsToneCurve *curve = cmsBuildParametricToneCurve(NULL, 4, terms);
  if (!curve) return NULL;
  cmsHPROFILE profile = cmsCreateGrayProfile(cmsD50_xyY(), curve);
  cmsFreeToneCurve(curve);
  return profile;
}

static cmsHTRANSFORM transform(cmsHPROFILE from, int colors, int stride, int depth) {
  cmsUInt32Number type = colors == 1 ? PT_GRAY : PT_RGB;
  cmsUInt32Number format = COLORSPACE_SH(type) | CHANNELS_SH((cmsUInt32Number)colors) |
                           EXTRA_SH((cmsUInt32Number)(stride - colors)) |
                           BYTES_SH((cmsUInt32Number)depth / 8);
  // One pixel is not remembered, for the sake of threads. A table of colors between which is
  // interpolated is good for 8 bits only.
  cmsUInt32Number flags = cmsFLAGS_NOCACHE;
  if (depth == 16 || colors == 1) flags |= cmsFLAGS_NOOPTIMIZE;
  cmsHPROFILE to = colors == 1 ? gray_srgb() : cmsCreate_sRGBProfile();
  if (!to) return NULL;
  cmsHTRANSFORM result =
      cmsCreateTransform(from, format, to, format, INTENT_RELATIVE_COLORIMETRIC, flags);
  cmsCloseProfile(to);
  return result;
}

// The largest difference that a conversion of 8-bit samples makes on a grid; -1 without memory.
static int change(cmsHTRANSFORM conversion, int colors) {
  size_t pixels = colors == 1 ? 256 : GRID * GRID * GRID, count = pixels * (size_t)colors;
  uint8_t *samples = malloc(2 * count), *before = samples + count;
  if (!samples) return -1;
  for (size_t i = 0; i < pixels; i++) {
    if (colors == 1) samples[i] = (uint8_t)i;
    else
      for (size_t c = 0, rest = i; c < 3; c++, rest /= GRID)
        samples[3 * i + c] = (uint8_t)(rest % GRID * 255 / (GRID - 1));
  }
  memcpy(before, samples, count);
  cmsDoTransform(conversion, samples, samples, (cmsUInt32Number)pixels);
  int largest = 0;
  for (size_t i = 0; i < count; i++) {
    int difference = abs((int)samples[i] - (int)before[i]);
    if (difference > largest) largest = difference;
  }
  free(samples);
  return largest;
}

int clcms_open(
    const uint8_t *profile, size_t count, int colors, int stride, int depth, void **conversion,
    int *largest_change, char *name, size_t name_size) {
  if (name_size > 0) name[0] = 0;
  if (count > UINT32_MAX) return CLCMS_DAMAGED;
  cmsHPROFILE from = cmsOpenProfileFromMem(profile, (cmsUInt32Number)count);
  if (!from) return CLCMS_DAMAGED;
  cmsGetProfileInfoASCII(
      from, cmsInfoDescription, "en", "US", name, (cmsUInt32Number)name_size);
  if (name_size > 0) name[name_size - 1] = 0;
  cmsProfileClassSignature kind = cmsGetDeviceClass(from);
  int is_device = kind == cmsSigInputClass || kind == cmsSigDisplayClass ||
                  kind == cmsSigOutputClass || kind == cmsSigColorSpaceClass;
  cmsColorSpaceSignature wanted = colors == 1 ? cmsSigGrayData : cmsSigRgbData;
  int verdict = !is_device || cmsGetColorSpace(from) != wanted ? CLCMS_MISMATCHED : CLCMS_USABLE;
  if (verdict == CLCMS_USABLE) {
    cmsHTRANSFORM plain = transform(from, colors, colors, 8);
    *largest_change = plain ? change(plain, colors) : -1;
    *conversion = NULL;
    if (plain && *largest_change >= 0) {
      int is_plain = stride == colors && depth == 8;
      *conversion = is_plain ? plain : transform(from, colors, stride, depth);
      if (is_plain) plain = NULL;
    }
    if (plain) cmsDeleteTransform(plain);
    if (!*conversion) verdict = CLCMS_DAMAGED;
  }
  cmsCloseProfile(from);
  return verdict;
}

void clcms_apply(void *conversion, void *samples, size_t pixels) {
  // Pictures have at most 10^8 pixels.
  cmsDoTransform(conversion, samples, samples, (cmsUInt32Number)pixels);
}

void clcms_close(void *conversion) { cmsDeleteTransform(conversion); }
