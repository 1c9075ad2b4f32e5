// Color conversion, soft codes and their weights. No barriers: every thread is on its own.
struct picture {
  int height, width;              // of the pixels
  int out_height, out_width;      // of the planes
  int step, planes, pitch, has_root;
};

// `table`: a curve of 256, a 3 x 3 matrix, 4 factors a plane, and the root's knee, slope and start.
KERNEL color_planes(const int *pixels, const float *table, element *y, picture p, i64 rows) {
  const float *m = table + 256, *sums = m + 9, *root = sums + 4 * p.planes;
  EACH(row, rows) {
    int column = (int)(row % p.out_width) * p.step;
    i64 line = row / p.out_width, image = line / p.out_height;
    i64 at = (image * p.height + line % p.out_height * p.step) * p.width + column;
    u32 word = (u32)pixels[at];
    float red = table[word & 255], green = table[word >> 8 & 255], blue = table[word >> 16 & 255];
    float t[3];
    for (int k = 0; k < 3; ++k) {
      t[k] = m[3 * k] * red + m[3 * k + 1] * green + m[3 * k + 2] * blue;
      if (p.has_root) t[k] = t[k] > root[0] ? cbrtf(t[k]) : root[1] * t[k] + root[2];
    }
    if (p.has_root) {
      t[0] -= t[1];
      t[2] = t[1] - t[2];
    }
    for (int k = 0; k < p.pitch; ++k) {
      const float *s = sums + 4 * (k < p.planes ? k : 0);
      float value = s[0] * t[0] + s[1] * t[1] + s[2] * t[2] + s[3];
      narrow(k < p.planes ? value : 0, &y[row * p.pitch + k]);
    }
  }
}

struct code {
  i64 plane;
  int channels, pitch, bins, neighbors;
};

// One thread a position. The k-th nearest is the nearest of those behind the one before, so no list
// is kept: bins are few, and all threads read the same center at the same time.
KERNEL soft_code(const float *x, const float *centers, int *classes, float *shares, float *entropy,
                 u64 *fault, code s, float scale, i64 rows) {
  EACH(row, rows) {
    const float *point = x + row * s.pitch;
    i64 start = row / s.plane * s.neighbors * s.plane + row % s.plane;
    float last = -1, sum = 0, moment = 0;
    int before = -1, nearest = 0;
    for (int k = 0; k < s.neighbors; ++k) {
      float best = 0;
      int found = -1;
      for (int bin = 0; bin < s.bins; ++bin) {
        float distance = 0;
        for (int c = 0; c < s.channels; ++c) {
          float d = point[c] - centers[c * s.bins + bin];
          distance += d * d;
        }
        bool is_behind = distance > last || (distance == last && bin > before);
        if (is_behind && (found < 0 || distance < best)) {
          best = distance;
          found = bin;
        }
      }
      if (found < 0 || best > 3.4e38f) {
        report(fault, NOT_FINITE, row, 0);
        found = 0;
      }
      if (k == 0) nearest = found;
      // The difference of two squares, so that a point far outside loses no digits.
      float excess = 0;
      for (int c = 0; c < s.channels; ++c) {
        float a = centers[c * s.bins + found], b = centers[c * s.bins + nearest];
        excess += (a - b) * (a + b - 2 * point[c]);
      }
      float t = scale * excess;
      t = t < 0 ? t : 0;
      float e = expf(t > -87 ? t : -87);
      classes[start + k * s.plane] = found;
      shares[start + k * s.plane] = e;
      sum += e;
      moment += e * t;
      last = best;
      before = found;
    }
    for (int k = 0; k < s.neighbors; ++k) shares[start + k * s.plane] /= sum;
    entropy[row] = logf(sum) - moment / sum;
  }
}

// `colored` begins as zeros; whoever finds color in an image writes the same 1.
KERNEL find_color(const float *x, int *colored, code s, float threshold, i64 rows) {
  EACH(row, rows)
  for (int c = 0; c < s.channels; ++c)
    if (fabsf(x[row * s.pitch + c]) > threshold) colored[row / s.plane] = 1;
}

// Without classes every position of a colored image weighs 1.
KERNEL code_weights(const int *colored, const int *classes, const float *table, float *weights,
                    u64 *fault, code s, i64 rows) {
  EACH(row, rows) {
    i64 image = row / s.plane;
    float weight = 1;
    if (s.bins > 0) {
      int first = classes[image * s.neighbors * s.plane + row % s.plane];
      if (first < 0 || first >= s.bins)
        report(fault, NO_SUCH_CLASS, row, s.bins);
      else
        weight = table[first];
    }
    weights[row] = colored[image] ? weight : 0;
  }
}
