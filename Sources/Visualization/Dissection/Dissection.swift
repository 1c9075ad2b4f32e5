public import Datasets
internal import Images
internal import Inputs
internal import Layers
public import Networks
internal import Processes
internal import Randomness
internal import Tensors

/// How well each unit, switched on where its response is among its largest, covers each class.
///
/// - Source: Bau, Zhou, Khosla, Oliva & Torralba, "Network dissection: quantifying
///   interpretability of deep visual representations", CVPR 2017: responses are enlarged
///   bilinearly, cut at a quantile, and compared with the masks over the whole data set. There the
///   masks have 224 pixels and the quantile is 0.5 %; here the sizes are those of the pass.
///
/// Chance is what the same maps come to with the masks of other pictures: what a unit owes to
/// where things use to be, and to how many classes there are to choose from.
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
    /// The largest intersection over union with any class that it reached on the masks of other
    /// pictures, in any of the shuffles; nil in files of earlier versions, and of one picture.
    public let chance: Double?
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
    /// The same on shuffled masks; nil in files of earlier versions, and of one picture.
    public let chance: Chance?
  }

  /// What units come to with the masks of other pictures: means over shuffles.
  public struct Chance: Codable, Sendable, Equatable {
    /// How often masks were shuffled.
    public let shuffles: Int
    /// The units that would be called detectors.
    public let detectors: Double
    /// The classes that would be called detected.
    public let detected: Double
    /// The mean of the units' best intersections over union.
    public let meanBest: Double
    /// The detectors whose intersection over union is above the largest of all shuffles.
    public let detectorsBeyond: Int
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

  /// How often masks are shuffled: of 19, none comes as high by chance 19 times in 20.
  static let shuffles = 19

  /// Throws where a pass over these records would find no mask: asked before it begins.
  public static func requireMasks(in dataset: Dataset, split: String, limit: Int) throws {
    _ = try masked(UnitPass.records(of: dataset, split: split, limit: limit), in: dataset)
  }

  private static func masked(_ records: [Int], in dataset: Dataset) throws -> [Int] {
    let masked = records.filter { dataset.hasMask($0) }
    guard !masked.isEmpty else {
      throw DatasetError(
        file: dataset.path, problem: "no record of the pass has a mask",
        remedy: "dissect with a data set built from a VOC devkit or from scenes")
    }
    return masked
  }

  /// Visits the photographs of a finished pass that have masks a second time, now that the
  /// thresholds are known. A data set without masks is an error.
  public init(
    _ pass: UnitPass, file: String, threads: Int,
    visited: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    let masked = try Self.masked(pass.records, in: pass.dataset)
    // In an order of no meaning, so that the pictures before one are any others; sums do not care.
    var stream = RandomKey(seed: 1).folding("shuffled masks").stream()
    let records = stream.permutation(masked.count).map { masked[$0] }
    var overlaps = pass.layers.map { layer in
      Overlaps(
        thresholds: layer.peaks.indices.map {
          layer.responses.threshold($0, topShare: pass.settings.share)
        }, classes: pass.dataset.classes.count, shuffles: min(Self.shuffles, records.count - 1))
    }
    // The masks of the pictures before.
    var others: [Picture] = []
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
          masks: [mask]
            + others.map { $0.resized(width: mask.width, height: mask.height, filter: .nearest) })
      }
      others = Array((others + [mask]).suffix(Self.shuffles))
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
