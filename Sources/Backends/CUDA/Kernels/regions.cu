// Pooling over regions of interest: boxes are rows (image, x1, y1, x2, y2) in image pixels. Each
// input gathers its gradient from all regions, in their order.
struct regions {
  int count, images, channels, pitch, height, width, bins_down, bins_across, samples, aligned;
  double scale;
};

__device__ inline int image_of(const regions &r, const float *boxes, int k, u64 *fault) {
  float image = boxes[5 * k];
  if (image >= 0 && image < (float)r.images) return (int)image;
  report(fault, NO_SUCH_IMAGE, k, r.images);
  return -1;
}

// The pixels of one bin along one axis, for a region from `first` to `last`.
struct range {
  int begin, end;
};
__device__ inline range bin_of(double first, double last, int bin, int bins, int length) {
  double start = round(first), size = fmax(round(last) - start + 1, 1.0) / bins;
  range result = {least(most((int)(floor(bin * size) + start), 0), length),
                  least(most((int)(ceil((bin + 1) * size) + start), 0), length)};
  return result;
}

KERNEL region_max(const element *x, const float *boxes, element *y, int *places, u64 *fault,
                  regions r, i64 rows) {
  EACH_ROW(row, rows) {
    int across = (int)(row % r.bins_across), down = (int)(row / r.bins_across % r.bins_down);
    int k = (int)(row / ((i64)r.bins_across * r.bins_down));
    const float *box = boxes + 5 * k;
    int n = image_of(r, boxes, k, fault);
    range i = bin_of(box[2] * r.scale, box[4] * r.scale, down, r.bins_down, r.height);
    range j = bin_of(box[1] * r.scale, box[3] * r.scale, across, r.bins_across, r.width);
    const element *image = x + (i64)(n < 0 ? 0 : n) * r.height * r.width * r.pitch;
    EACH_CHANNEL(c, r.pitch) {
      int best = -1;
      float largest = 0;
      for (int p = i.begin; n >= 0 && p < i.end; ++p)
        for (int q = j.begin; q < j.end; ++q) {
          float value = widen(image[((i64)p * r.width + q) * r.pitch + c]);
          if (best < 0 || (!(value <= largest) && largest == largest)) {
            largest = value;
            best = p * r.width + q;
          }
        }
      narrow(largest, &y[row * r.pitch + c]);
      places[row * r.pitch + c] = best;
    }
  }
}

KERNEL region_max_gradient(const element *g, const float *boxes, const int *places, element *dx,
                           regions r, i64 rows) {
  int bins = r.bins_down * r.bins_across;
  EACH_ROW(row, rows) {
    i64 plane = (i64)r.height * r.width;
    int n = (int)(row / plane), place = (int)(row % plane);
    EACH_CHANNEL(c, r.pitch) {
      float sum = 0;
      for (int k = 0; k < r.count; ++k) {
        if ((int)boxes[5 * k] != n) continue;
        for (int bin = 0; bin < bins; ++bin) {
          i64 at = ((i64)k * bins + bin) * r.pitch + c;
          if (places[at] == place) sum += widen(g[at]);
        }
      }
      narrow(c < r.channels ? sum : 0, &dx[row * r.pitch + c]);
    }
  }
}

// The samples of a region along one axis: where it starts, how large a bin is, how many samples.
struct grid {
  double start, size;
  int count;
};
__device__ inline grid grid_of(const regions &r, double first, double last, int bins) {
  double offset = r.aligned ? 0.5 : 0;
  grid g;
  g.start = first * r.scale - offset;
  double extent = last * r.scale - offset - g.start;
  g.size = (r.aligned ? extent : fmax(extent, 1.0)) / bins;
  g.count = r.samples > 0 ? r.samples : (int)ceil(g.size);
  return g;
}

// The two pixels that a sample lies between; `low` is -1 where it lies outside and counts for 0.
struct sample {
  int low, high;
  float part;
};
__device__ inline sample sample_of(const grid &g, int bin, int i, int length) {
  double position = g.start + bin * g.size + (i + 0.5) * g.size / g.count;
  sample s = {-1, -1, 0};
  if (position < -1 || position > length) return s;
  position = fmax(position, 0.0);
  s.low = least((int)position, length - 1);
  s.high = least(s.low + 1, length - 1);
  s.part = s.low < length - 1 ? (float)(position - s.low) : 0;
  return s;
}

// The share of a pixel in all samples of a bin along one axis.
__device__ inline float share_of(const grid &g, int bin, int pixel, int length) {
  float share = 0;
  for (int i = 0; i < g.count; ++i) {
    sample s = sample_of(g, bin, i, length);
    if (s.low == pixel) share += 1 - s.part;
    if (s.low >= 0 && s.high == pixel) share += s.part;
  }
  return share;
}

KERNEL region_align(const element *x, const float *boxes, element *y, u64 *fault, regions r,
                    i64 rows) {
  EACH_ROW(row, rows) {
    int across = (int)(row % r.bins_across), down = (int)(row / r.bins_across % r.bins_down);
    int k = (int)(row / ((i64)r.bins_across * r.bins_down));
    const float *box = boxes + 5 * k;
    int n = image_of(r, boxes, k, fault);
    grid i = grid_of(r, box[2], box[4], r.bins_down), j = grid_of(r, box[1], box[3], r.bins_across);
    const element *image = x + (i64)(n < 0 ? 0 : n) * r.height * r.width * r.pitch;
    EACH_CHANNEL(c, r.pitch) {
      float sum = 0;
      for (int p = 0; n >= 0 && p < i.count; ++p) {
        sample u = sample_of(i, down, p, r.height);
        for (int q = 0; u.low >= 0 && q < j.count; ++q) {
          sample v = sample_of(j, across, q, r.width);
          if (v.low < 0) continue;
          const element *top = image + (i64)u.low * r.width * r.pitch + c;
          const element *bottom = image + (i64)u.high * r.width * r.pitch + c;
          i64 left = (i64)v.low * r.pitch, right = (i64)v.high * r.pitch;
          sum += (1 - u.part) * ((1 - v.part) * widen(top[left]) + v.part * widen(top[right])) +
                 u.part * ((1 - v.part) * widen(bottom[left]) + v.part * widen(bottom[right]));
        }
      }
      narrow(sum / (float)most(i.count * j.count, 1), &y[row * r.pitch + c]);
    }
  }
}

KERNEL region_align_gradient(const element *g, const float *boxes, element *dx, regions r,
                             i64 rows) {
  EACH_ROW(row, rows) {
    int column = (int)(row % r.width), line = (int)(row / r.width % r.height);
    int n = (int)(row / ((i64)r.height * r.width));
    EACH_CHANNEL(c, r.pitch) {
      float sum = 0;
      for (int k = 0; k < r.count; ++k) {
        const float *box = boxes + 5 * k;
        if ((int)box[0] != n) continue;
        grid i = grid_of(r, box[2], box[4], r.bins_down);
        grid j = grid_of(r, box[1], box[3], r.bins_across);
        float count = (float)most(i.count * j.count, 1);
        for (int p = 0; p < r.bins_down; ++p) {
          float down = share_of(i, p, line, r.height);
          if (down == 0) continue;
          for (int q = 0; q < r.bins_across; ++q) {
            float share = down * share_of(j, q, column, r.width) / count;
            i64 at = (((i64)k * r.bins_down + p) * r.bins_across + q) * r.pitch + c;
            if (share != 0) sum += share * widen(g[at]);
          }
        }
      }
      narrow(c < r.channels ? sum : 0, &dx[row * r.pitch + c]);
    }
  }
}
