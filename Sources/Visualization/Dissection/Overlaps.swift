internal import Images
internal import Networks
internal import Processes
internal import Statistics

/// Pixels that units and classes share, counted over many pictures: with each picture's own mask,
/// and, as what chance would give, with those of others.
struct Overlaps {
  private let thresholds: [Float]
  private let classes: Int
  private let shuffles: Int
  /// Pixels where a unit is on and a mask shows a value: [units, 1 + shuffles, classes + 1], the
  /// picture's own mask and background first.
  private var shared: [Int]
  /// Pixels of each value, [1 + shuffles, classes + 1]: those of masks that met a picture.
  private var pixels: [Int]

  init(thresholds: [Float], classes: Int, shuffles: Int) {
    (self.thresholds, self.classes, self.shuffles) = (thresholds, classes, shuffles)
    shared = [Int](repeating: 0, count: thresholds.count * (1 + shuffles) * (classes + 1))
    pixels = [Int](repeating: 0, count: (1 + shuffles) * (classes + 1))
  }

  /// Counts one picture's maps [units, height, width] against its mask, the first, and those of
  /// other pictures at its size; mask values beyond the classes (void) are left out of everything.
  mutating func add(
    _ maps: [Float], height: Int, width: Int, geometry: Geometry, masks: [Picture]
  ) {
    let masks = masks.prefix(1 + shuffles)
    let (values, sets) = (classes + 1, 1 + shuffles)
    for (set, mask) in masks.enumerated() {
      for value in mask.samples where value <= classes { pixels[set * values + Int(value)] += 1 }
    }
    let rows = ResponseMap.taps((0..<masks[0].height).map(Double.init), geometry, count: height)
    let columns = ResponseMap.taps((0..<masks[0].width).map(Double.init), geometry, count: width)
    let thresholds = thresholds
    let count = height * width
    shared.withUnsafeMutableBufferPointer { shared in
      let slots = Slots(base: shared.baseAddress!)
      // Every unit counts into its own slots, so the order of threads changes nothing.
      _ = inParallel(thresholds.count) { unit in
        let mine = slots.base + unit * sets * values
        let map = ResponseMap(
          values: maps[unit * count..<(unit + 1) * count], height: height, width: width,
          geometry: geometry)
        let threshold = thresholds[unit]
        guard map.values.contains(where: { $0 > threshold }) else { return }
        let responses = map.resampled(rows: rows, columns: columns)
        let on = responses.indices.filter { responses[$0] > threshold }
        for (set, mask) in masks.enumerated() {
          for place in on {
            let value = Int(mask.samples[place])
            if value < values { mine[set * values + value] += 1 }
          }
        }
      }
    }
  }

  private struct Slots: @unchecked Sendable {
    let base: UnsafeMutablePointer<Int>
  }

  /// Intersection over union of a unit with each class.
  private func ious(_ unit: Int, _ set: Int) -> [Double] {
    let values = classes + 1
    let first = (unit * (1 + shuffles) + set) * values
    let on = shared[first..<first + values].reduce(0, +)
    return (0..<classes).map { index in
      let both = shared[first + index + 1]
      let union = on + pixels[set * values + index + 1] - both
      return union == 0 ? 0 : Double(both) / Double(union)
    }
  }

  func layer(_ name: String, classes names: [String], limit: Double) -> Dissection.Layer {
    /// By set and unit: the class that is covered best, and how well.
    let best = (0...shuffles).map { set in
      thresholds.indices.map { unit -> (index: Int, iou: Double) in
        let ious = ious(unit, set)
        let index = ious.indices.max { ious[$0] < ious[$1] } ?? 0
        return (index, ious.isEmpty ? 0 : ious[index])
      }
    }
    let units = thresholds.indices.map { unit in
      Dissection.Unit(
        unit: unit, best: names.isEmpty ? "" : names[best[0][unit].index],
        iou: best[0][unit].iou, ious: ious(unit, 0),
        chance: best.dropFirst().map { $0[unit].iou }.max())
    }
    let detectors = units.filter { $0.iou > limit }
    let found = Set(detectors.map(\.best))
    func mean(_ value: ([(index: Int, iou: Double)]) -> Double) -> Double {
      best.dropFirst().map(value).mean
    }
    return .init(
      name: name,
      units: units.sorted { $0.iou == $1.iou ? $0.unit < $1.unit : $0.iou > $1.iou },
      detectors: detectors.count, detected: names.filter(found.contains),
      meanBest: units.isEmpty ? 0 : units.map(\.iou).mean,
      chance: shuffles == 0 || units.isEmpty
        ? nil
        : .init(
          shuffles: shuffles, detectors: mean { Double($0.count { $0.iou > limit }) },
          detected: mean { Double(Set($0.filter { $0.iou > limit }.map(\.index)).count) },
          meanBest: mean { $0.map(\.iou).mean },
          detectorsBeyond: detectors.count { $0.iou > ($0.chance ?? 0) }))
  }
}
