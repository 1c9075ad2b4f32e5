internal import Datasets
internal import Images
internal import Inputs
internal import Layers
public import Networks
internal import Processes
internal import Tensors

/// How well each unit, switched on where its response is among its largest, covers each class.
///
/// - Source: Bau, Zhou, Khosla, Oliva & Torralba, "Network dissection: quantifying
///   interpretability of deep visual representations", CVPR 2017: responses are enlarged
///   bilinearly, cut at a quantile, and compared with the masks over the whole data set. There the
///   masks have 224 pixels and the quantile is 0.5 %; here the sizes are those of the pass.
public struct Dissection: Codable, Sendable, Equatable {
  /// One unit.
  public struct Unit: Codable, Sendable, Equatable {
    /// Its number, from 0.
    public let unit: Int
    /// The class that it covers best.
    public let best: String
    /// Intersection over union with that class.
    public let iou: Double
    /// Intersection over union with every class, in their order.
    public let ious: [Double]
  }

  /// One layer.
  public struct Layer: Codable, Sendable, Equatable {
    /// The name.
    public let name: String
    /// Its units, the best first.
    public let units: [Unit]
    /// The units that detect a class: those whose best intersection over union is above `limit`.
    public let detectors: Int
    /// The classes that are detected by at least one unit, in their order.
    public let detected: [String]
    /// The mean of the units' best intersections over union.
    public let meanBest: Double
  }

  /// The version of this format.
  public var version = 1
  /// The feature archive.
  public let archive: String
  /// What became of its tensors, each with its norm; nil where that was not noted.
  public let loaded: LoadReport?
  /// What the features learned, and how long.
  public let provenance: FeatureDescription.Provenance
  /// The data set and the digest of its content.
  public let data: String, dataHash: String
  /// Photographs with a mask.
  public let photographs: Int
  /// What was asked.
  public let settings: UnitSettings
  /// The classes.
  public let classes: [String]
  /// The intersection over union above which a unit detects a class: 0.04, as in the paper.
  public var limit = 0.04
  /// The layers in the order of the trunk.
  public let layers: [Layer]

  /// Visits the photographs of a finished pass that have masks a second time, now that the
  /// thresholds are known. A data set without masks is an error.
  public init(
    _ pass: UnitPass, file: String, threads: Int,
    visited: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    let records = pass.records.filter { pass.dataset.hasMask($0) }
    guard !records.isEmpty else {
      throw DatasetError(
        file: pass.dataset.path, problem: "no record of the pass has a mask",
        remedy: "dissect with a data set built from a VOC devkit or from scenes")
    }
    var overlaps = pass.layers.map { layer in
      Overlaps(
        thresholds: layer.peaks.indices.map {
          layer.responses.threshold($0, topShare: pass.settings.share)
        }, classes: pass.dataset.classes.count)
    }
    let feed = UnitFeed(
      dataset: pass.dataset, records: records,
      preprocessing: pass.archive.description.preprocessing, size: pass.settings.size)
    let samples = Prefetcher(
      range: 0..<records.count, threads: threads, ahead: threads + 2,
      make: { try feed.sample($0) })
    let geometries = pass.archive.trunk.geometries
    var done = 0
    while let sample = try samples.next() {
      let mask = sample.mask!
      let outputs = pass.archive.trunk.outputs(
        Tensor(sample.planes, shape: sample.shape(pass.archive), on: pass.archive.trunk.device),
        of: Set(pass.settings.layers))
      for (index, name) in pass.settings.layers.enumerated() {
        let map = outputs[name]!
        overlaps[index].add(
          map.floats, height: map.shape[2], width: map.shape[3], geometry: geometries[name]!,
          mask: mask.samples, maskWidth: mask.width)
      }
      done += 1
      visited(done, records.count)
    }
    archive = file
    loaded = pass.loaded
    provenance = pass.archive.description.provenance
    (data, dataHash) = (pass.dataset.path, pass.dataset.contentSHA256)
    photographs = records.count
    settings = pass.settings
    classes = pass.dataset.classes
    let limit = limit
    layers = zip(pass.settings.layers, overlaps).map { name, overlaps in
      overlaps.layer(name, classes: pass.dataset.classes, limit: limit)
    }
  }
}

/// Pixels that units and classes share, counted over many pictures.
struct Overlaps {
  private let thresholds: [Float]
  private let classes: Int
  /// Pixels where a unit is on and the mask shows a value: [units, classes + 1], background first.
  private var shared: [Int]
  /// Pixels of each value.
  private var pixels: [Int]

  init(thresholds: [Float], classes: Int) {
    (self.thresholds, self.classes) = (thresholds, classes)
    shared = [Int](repeating: 0, count: thresholds.count * (classes + 1))
    pixels = [Int](repeating: 0, count: classes + 1)
  }

  /// Counts one picture's maps [units, height, width]; mask values beyond the classes (void) are
  /// left out of everything.
  mutating func add(
    _ maps: [Float], height: Int, width: Int, geometry: Geometry, mask: [UInt8], maskWidth: Int
  ) {
    let values = classes + 1
    for value in mask where value <= classes { pixels[Int(value)] += 1 }
    let rows = ResponseMap.taps(
      (0..<mask.count / maskWidth).map(Double.init), geometry, count: height)
    let columns = ResponseMap.taps((0..<maskWidth).map(Double.init), geometry, count: width)
    let thresholds = thresholds
    let count = height * width
    shared.withUnsafeMutableBufferPointer { shared in
      let slots = Slots(base: shared.baseAddress!)
      // Every unit counts into its own slots, so the order of threads changes nothing.
      _ = inParallel(thresholds.count) { unit in
        let mine = slots.base + unit * values
        let map = ResponseMap(
          values: maps[unit * count..<(unit + 1) * count], height: height, width: width,
          geometry: geometry)
        let threshold = thresholds[unit]
        guard map.values.contains(where: { $0 > threshold }) else { return }
        for (place, response) in map.resampled(rows: rows, columns: columns).enumerated()
        where response > threshold {
          let value = Int(mask[place])
          if value < values { mine[value] += 1 }
        }
      }
    }
  }

  private struct Slots: @unchecked Sendable {
    let base: UnsafeMutablePointer<Int>
  }

  func layer(_ name: String, classes names: [String], limit: Double) -> Dissection.Layer {
    let units = thresholds.indices.map { unit -> Dissection.Unit in
      let row = shared[unit * (classes + 1)..<(unit + 1) * (classes + 1)]
      let on = row.reduce(0, +)
      let ious = names.indices.map { index -> Double in
        let both = row[row.startIndex + index + 1]
        let union = on + pixels[index + 1] - both
        return union == 0 ? 0 : Double(both) / Double(union)
      }
      let best = ious.indices.max { ious[$0] < ious[$1] } ?? 0
      return .init(
        unit: unit, best: names.isEmpty ? "" : names[best], iou: ious.isEmpty ? 0 : ious[best],
        ious: ious)
    }
    let detectors = units.filter { $0.iou > limit }
    let found = Set(detectors.map(\.best))
    return .init(
      name: name,
      units: units.sorted { $0.iou == $1.iou ? $0.unit < $1.unit : $0.iou > $1.iou },
      detectors: detectors.count, detected: names.filter(found.contains),
      meanBest: units.isEmpty ? 0 : units.reduce(0) { $0 + $1.iou } / Double(units.count))
  }
}
