// libcudnn.so.9: the part of its backend API that Pigment uses, by plain loops. As on a card the
// heuristic offers many engines (`engines`), of which the exact ones stand last, and some refuse.
#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <vector>

#include "numbers.h"
#include "recording.h"

#define API extern "C" __attribute__((visibility("default"))) int

namespace {
struct data {
  int kind = -1;
  bool isFinal = false;
  std::map<int, std::vector<char>> values;
  std::map<int, std::vector<std::shared_ptr<data>>> parts;

  int64_t number(int attribute) const { return numbers(attribute)[0]; }
  std::vector<int64_t> numbers(int attribute) const {
    auto &bytes = values.at(attribute);
    std::vector<int64_t> result(bytes.size() / 8);
    std::memcpy(result.data(), bytes.data(), bytes.size());
    return result;
  }
  void set(int attribute, int64_t value) {
    values[attribute].resize(8);
    std::memcpy(values[attribute].data(), &value, 8);
  }
  int word(int attribute) const {
    int result;
    std::memcpy(&result, values.at(attribute).data(), 4);
    return result;
  }
};
struct descriptor {
  std::shared_ptr<data> content = std::make_shared<data>();
};

// Bytes of an attribute's type, by cudnnBackendAttributeType_t.
int width(int type) {
  switch (type) {
    case 2: case 24: return 1;
    case 0: case 3: case 5: case 6: case 15: return 8;
    default: return 4;
  }
}

// What the heuristic offers, in order, and at the end what its fallback list does. The first are
// noted as engines of tensor cores and round singles as TensorFloat-32 does.
struct offer {
  int64_t engine;
  int note;  // cudnnBackendNumericalNote_t; -1 for none
  int64_t workspace;
};
enum { TENSOR_CORE = 0, DOWN_CONVERTS = 1, REDUCES_PRECISION = 2 };
enum { CATCH_ALL = 0, TENSOR_CORES = 3, REFUSES = 7, HUNGRY = 8, EXACT = 9 };
const std::vector<offer> heuristic = [] {
  std::vector<offer> offers(20, {TENSOR_CORES, TENSOR_CORE, 256});
  offers.insert(offers.end(), {{4, DOWN_CONVERTS, 256}, {5, REDUCES_PRECISION, 256},
                               {REFUSES, -1, 256}, {HUNGRY, -1, 1ll << 50}, {EXACT, -1, 256}});
  return offers;
}();
const std::vector<offer> fallback = {{5, REDUCES_PRECISION, 256}, {CATCH_ALL, -1, 256}};

// What must be set before a descriptor is made final.
const std::map<int, std::vector<int>> wanted = {
    {0, {0, 1}}, {1, {100, 101, 102, 103, 104, 105, 106}}, {4, {200, 201}}, {5, {400, 401}},
    {10, {700, 701, 702, 703, 704, 705}}, {11, {712, 713, 714, 715, 716, 717}},
    {12, {706, 707, 708, 709, 710, 711}}, {13, {750, 751, 753}}, {15, {800, 801}},
    {16, {1000, 1001}}, {17, {900, 901, 902, 903, 906}}, {38, {2701}}};

// A tensor of a graph: its numbers in row-major order, and its memory if it has some.
struct tensor {
  std::vector<int64_t> size, stride;
  bool isBF16 = false, isVirtual = false;
  int64_t id = 0;

  explicit tensor(const data &d)
      : size(d.numbers(902)), stride(d.numbers(903)), isBF16(d.word(901) == 9),
        isVirtual(d.values.count(907) && d.values.at(907)[0]), id(d.number(906)) {}
  int64_t count() const { return size[0] * size[1] * size[2] * size[3]; }
  int64_t place(int64_t i) const {
    int64_t at = 0;
    for (int axis = 3; axis >= 0; --axis) {
      at += i % size[axis] * stride[axis];
      i /= size[axis];
    }
    return at;
  }
};

struct execution {
  std::map<int64_t, void *> memory;
  std::map<int64_t, std::vector<double>> kept;
  bool rounds = false;

  std::vector<double> read(const tensor &t) {
    if (t.isVirtual) return kept.at(t.id);
    std::vector<double> result(t.count());
    for (int64_t i = 0; i < t.count(); ++i) {
      double value = load(memory.at(t.id), t.place(i), t.isBF16);
      result[i] = rounds && !t.isBF16 ? tf32(value) : value;
    }
    return result;
  }
  void write(const tensor &t, const std::vector<double> &numbers) {
    if (t.isVirtual) {
      kept[t.id] = numbers;
      return;
    }
    for (int64_t i = 0; i < t.count(); ++i)
      store(memory.at(t.id), t.place(i), t.isBF16, numbers[i]);
  }

  // All three convolutions are sums over the same products.
  void convolve(const data &op, int first, int xName, int wName, int yName, int kind) {
    const data &c = *op.parts.at(first + 2)[0];
    tensor x(*op.parts.at(xName)[0]), w(*op.parts.at(wName)[0]), y(*op.parts.at(yName)[0]);
    auto dilation = c.numbers(102), step = c.numbers(103), padding = c.numbers(105);
    auto empty = [](const tensor &t) { return std::vector<double>(t.count()); };
    auto xs = kind == 12 ? empty(x) : read(x), ws = kind == 11 ? empty(w) : read(w);
    auto ys = kind == 10 ? empty(y) : read(y);
    int64_t groups = x.size[1] / w.size[1], perGroup = w.size[1], outputs = w.size[0] / groups;
    for (int64_t n = 0; n < x.size[0]; ++n)
      for (int64_t o = 0; o < w.size[0]; ++o)
        for (int64_t i = 0; i < y.size[2]; ++i)
          for (int64_t j = 0; j < y.size[3]; ++j) {
            double &yv = ys[((n * y.size[1] + o) * y.size[2] + i) * y.size[3] + j];
            for (int64_t ch = 0; ch < perGroup; ++ch)
              for (int64_t u = 0; u < w.size[2]; ++u)
                for (int64_t v = 0; v < w.size[3]; ++v) {
                  int64_t row = i * step[0] - padding[0] + u * dilation[0];
                  int64_t column = j * step[1] - padding[1] + v * dilation[1];
                  if (row < 0 || row >= x.size[2] || column < 0 || column >= x.size[3]) continue;
                  int64_t in = o / outputs * perGroup + ch;
                  double &xv = xs[((n * x.size[1] + in) * x.size[2] + row) * x.size[3] + column];
                  double &wv = ws[((o * perGroup + ch) * w.size[2] + u) * w.size[3] + v];
                  if (kind == 10) yv += wv * xv;
                  if (kind == 11) wv += yv * xv;
                  if (kind == 12) xv += yv * wv;
                }
          }
    if (kind == 10) write(y, ys);
    if (kind == 11) write(w, ws);
    if (kind == 12) write(x, xs);
  }

  // What a convolution touches; nothing is computed, and the result is zero.
  void count(const data &op, int xName, int wName, int yName, int result) {
    for (int name : {xName, wName, yName}) {
      tensor t(*op.parts.at(name)[0]);
      if (t.isVirtual) continue;
      size_t bytes = t.count() * (t.isBF16 ? 2 : 4);
      emulated_touches(memory.at(t.id), bytes, name == result);
      if (name == result) std::memset(memory.at(t.id), 0, bytes);
    }
  }
  void countPointwise(const data &op) {
    for (int name : {751, 752, 753}) {
      if (!op.parts.count(name)) continue;
      tensor t(*op.parts.at(name)[0]);
      if (t.isVirtual) continue;
      size_t bytes = t.count() * (t.isBF16 ? 2 : 4);
      emulated_touches(memory.at(t.id), bytes, name == 753);
      if (name == 753) std::memset(memory.at(t.id), 0, bytes);
    }
  }

  void pointwise(const data &op) {
    tensor x(*op.parts.at(751)[0]), y(*op.parts.at(753)[0]);
    auto values = read(x);
    const data &description = *op.parts.at(750)[0];
    if (description.word(0) == 0) {
      auto terms = read(tensor(*op.parts.at(752)[0]));
      for (size_t i = 0; i < values.size(); ++i)
        values[i] += terms[i / (y.size[2] * y.size[3]) % y.size[1]];
    } else {  // without propagation a NaN is not the larger number
      bool keepsNaN = description.values.count(2) && description.word(2) == 1;
      for (double &value : values) value = value > 0 || (keepsNaN && value != value) ? value : 0;
    }
    write(y, values);
  }
};
}  // namespace

extern "C" size_t cudnnGetVersion() { return 91900; }
extern "C" const char *cudnnGetErrorString(int) { return "EMULATED_ERROR"; }
extern "C" void cudnnGetLastErrorString(char *words, size_t) { words[0] = 0; }

int emulated_wait(bool isCapturedEvent);

API cudnnCreate(void **handle) {
  if (emulated_wait(false)) return 5000;  // it waits for the device
  *handle = new int(0);
  return 0;
}
API cudnnSetStream(void *, void *) { return 0; }
API cudnnBackendCreateDescriptor(int kind, void **result) {
  auto d = new descriptor;
  d->content->kind = kind;
  *result = d;
  return 0;
}
API cudnnBackendDestroyDescriptor(void *d) {
  delete (descriptor *)d;
  return 0;
}
API cudnnBackendFinalize(void *handle) {
  data &d = *((descriptor *)handle)->content;
  auto list = wanted.find(d.kind);
  if (list == wanted.end() || d.isFinal) return 2000;
  for (int attribute : list->second)
    if (!d.values.count(attribute) && !d.parts.count(attribute)) return 2000;
  d.isFinal = true;
  return 0;
}
API cudnnBackendSetAttribute(void *handle, int attribute, int type, int64_t count,
                             const void *values) {
  data &d = *((descriptor *)handle)->content;
  if (d.isFinal) return 2000;
  if (type == 15) {
    for (int64_t i = 0; i < count; ++i) {
      auto part = ((descriptor *const *)values)[i]->content;
      if (!part->isFinal) return 2004;
      d.parts[attribute].push_back(part);
    }
    return 0;
  }
  d.values[attribute].assign((const char *)values, (const char *)values + count * width(type));
  return 0;
}
// Whether the convolution of an operation has groups, by the channels of its images and weights.
bool is_grouped(const data &op) {
  if (op.kind != 10) return false;
  return op.parts.at(704)[0]->numbers(902)[1] != op.parts.at(703)[0]->numbers(902)[1];
}

API cudnnBackendGetAttribute(void *handle, int attribute, int type, int64_t capacity,
                             int64_t *count, void *values) {
  data &d = *((descriptor *)handle)->content;
  auto results = (descriptor **)values;
  auto number = [&](int64_t value) {
    *count = 1;
    std::memcpy(values, &value, width(type));
    return 0;
  };
  switch (attribute) {
    case 202: {
      bool isFirst = d.word(200) == 3;
      // Grouped convolutions with a bias are for the catch-all alone.
      auto &operations = d.parts.at(201)[0]->parts.at(801);
      bool isOdd = operations.size() > 1 && is_grouped(*operations[0]);
      std::vector<offer> offers = isFirst && isOdd ? std::vector<offer>() :
                                  isFirst ? heuristic : fallback;
      *count = (int64_t)offers.size();
      if (capacity == 0) return 0;
      *count = std::min(*count, capacity);
      for (int64_t i = 0; i < *count; ++i) {
        results[i]->content->parts[300] = {std::make_shared<data>()};
        data &engine = *results[i]->content->parts[300][0];
        engine.kind = 2;
        engine.parts[1300] = d.parts.at(201);
        engine.set(1301, offers[i].engine);
        engine.set(1303, (int64_t)offers[i].note);
        engine.set(402, offers[i].workspace);
        results[i]->content->isFinal = engine.isFinal = true;
      }
      return 0;
    }
    case 2702: {
      const char text[] = "{\"deviceName\": \"emulated GPU\"}";
      *count = std::min<int64_t>(capacity, sizeof text);
      std::memcpy(values, text, *count);
      return 0;
    }
    case 300:
      results[0]->content = d.parts.at(300)[0];
      *count = 1;
      return 0;
    case 1303:
      if (d.number(1303) >= 0) return number(d.number(1303));
      *count = 0;
      return 0;
    case 1305: *count = 0; return 0;
    case 1301: return number(d.number(1301));
    case 402: return number(d.parts.at(401)[0]->parts.at(300)[0]->number(402));
    default: return 2000;
  }
}
API cudnnBackendExecute(void *, void *planHandle, void *packHandle) {
  const data &plan = *((descriptor *)planHandle)->content;
  const data &pack = *((descriptor *)packHandle)->content;
  if (!plan.isFinal || !pack.isFinal) return 2004;
  auto ids = pack.numbers(1000), pointers = pack.numbers(1001);
  if (ids.size() != pointers.size() || !pack.values.count(1003)) return 2000;
  execution prepared;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (pointers[i] % 16) return 2003;
    prepared.memory[ids[i]] = (void *)pointers[i];
  }
  auto engine = plan.parts.at(401)[0]->parts.at(300)[0];
  int64_t number = engine->number(1301);
  // The catch-all is never needed: it refuses, so that a test sees where it is taken.
  if (number == REFUSES || number == CATCH_ALL) return 3000;
  prepared.rounds = number == TENSOR_CORES;
  auto workspace = (void *)pack.number(1003);
  auto &operations = engine->parts.at(1300)[0]->parts.at(801);
  const char *name = operations[0]->kind == 10   ? "convolution"
                     : operations[0]->kind == 11 ? "convolution, weights"
                                                 : "convolution, input";
  return emulated_ask(LIBRARY_NODE, name, [=] {
    execution e = prepared;
    std::memset(workspace, 0xFF, 256);  // a workspace holds nothing
    for (auto &op : engine->parts.at(1300)[0]->parts.at(801)) {
      if (emulated_counts()) {
        if (op->kind == 10) e.count(*op, 704, 703, 705, 705);
        if (op->kind == 12) e.count(*op, 710, 709, 711, 710);
        if (op->kind == 11) e.count(*op, 716, 715, 717, 715);
        if (op->kind == 13) e.countPointwise(*op);
        continue;
      }
      if (op->kind == 10) e.convolve(*op, 700, 704, 703, 705, 10);
      if (op->kind == 12) e.convolve(*op, 706, 710, 709, 711, 12);
      if (op->kind == 11) e.convolve(*op, 712, 716, 715, 717, 11);
      if (op->kind == 13) e.pointwise(*op);
    }
    return 0;
  });
}
