public import Datasets
internal import Files
internal import Images
internal import Inputs
internal import Layers
public import Networks
internal import Tensors

/// One pass of a data set through a trunk, which keeps of every unit where it responded most and
/// how often it responded how strongly.
///
/// Memory is bounded by the layers, not by the data. The outcome is the same for any number of
/// loader threads and any order of the records, and for a pass that was stopped and resumed.
public final class UnitPass {
  /// The trunk.
  public let archive: FeatureArchive
  /// The photographs.
  public let dataset: Dataset
  /// What is asked.
  public let settings: UnitSettings
  /// What became of the archive's tensors; nil where it was not read from a file.
  public let loaded: LoadReport?
  /// What the trunk, the data and the settings are: a resumed pass must have the same.
  public let identity: String
  /// Records that the pass visits, in order.
  public let records: [Int]
  /// Records visited so far.
  public internal(set) var done = 0
  /// What was found, layer by layer. What a GPU has counted comes in at the end of `run`, and when
  /// the pass is saved.
  public internal(set) var layers: [LayerStatistics]
  /// Mask pixels by value, over all records visited: what a unit would see if it saw by chance.
  public internal(set) var maskPixels = [Int](repeating: 0, count: 256)
  /// The records of the data set sorted by id.
  let ranked: [Int]
  private let ranks: [Int32]
  /// What a GPU keeps; nil on the host, which counts in `layers`.
  private var onDevice: DeviceResponses?

  /// A pass over `dataset`, or what `settings` takes of it. Settings that do not fit the trunk or
  /// the data are errors.
  public init(
    archive: FeatureArchive, file: String, dataset: Dataset, settings: UnitSettings,
    loaded: LoadReport? = nil
  ) throws {
    self.archive = archive
    self.loaded = loaded
    self.dataset = dataset
    self.settings = settings
    records = try Self.records(of: dataset, split: settings.split, limit: settings.limit)
    ranked = (0..<dataset.count).sorted { dataset.ids[$0] < dataset.ids[$1] }
    var ranks = [Int32](repeating: 0, count: dataset.count)
    for (rank, record) in ranked.enumerated() { ranks[record] = Int32(rank) }
    self.ranks = ranks
    let channels = Dictionary(
      uniqueKeysWithValues: archive.description.layers.map { ($0.name, $0.channels) })
    layers = settings.layers.map {
      LayerStatistics(name: $0, units: channels[$0]!, depth: settings.depth)
    }
    try archive.requireRoom(settings.size, for: settings.layers, file: file)
    identity =
      (try JSON.text(of: settings)) + "\n"
      + (try TensorArchive(reading: file).metadata[TensorArchive.sealKey] ?? "unsealed") + "\n"
      + dataset.contentSHA256 + "\ndecoded whole"
      + (dataset.leftOutDigest.isEmpty ? "" : "\nwithout \(dataset.leftOutDigest)")
  }

  /// The records of a split, or all where it is empty; at most `limit` of them, unless that is 0.
  static func records(of dataset: Dataset, split: String, limit: Int) throws -> [Int] {
    let all = split.isEmpty ? Array(0..<dataset.count) : try dataset.indices(ofSplit: split)
    return limit > 0 ? Array(all.prefix(limit)) : all
  }

  /// Visits the records that are left, with pictures made ahead on `threads`.
  ///
  /// `visited` is called after each; it may save the pass, and ends it by returning false.
  public func run(
    threads: Int, visited: (_ done: Int, _ secondsWaited: Double) throws -> Bool
  ) throws {
    let feed = UnitFeed(
      dataset: dataset, records: records, preprocessing: archive.description.preprocessing,
      size: settings.size)
    let samples = Prefetcher(
      range: done..<records.count, threads: threads, ahead: threads + 2,
      make: { try feed.sample($0) })
    let (device, geometries) = (archive.trunk.device, archive.trunk.geometries)
    if !device.isHost {
      onDevice = DeviceResponses(units: layers.map(\.responses.units), on: device)
    }
    defer { settle() }
    while let sample = try samples.next(heedsSignals: false) {
      let outputs = archive.trunk.outputs(
        Tensor(sample.planes, shape: sample.shape(archive), on: device), of: Set(settings.layers))
      try add(settings.layers.map { outputs[$0]! }, of: sample, geometries)
      if let mask = sample.mask { for value in mask.samples { maskPixels[Int(value)] += 1 } }
      done += 1
      if try !visited(done, samples.secondsWaited) { return }
    }
  }

  /// Takes in the maps of one picture: on the host all of them, of a GPU their peaks.
  private func add(
    _ maps: [Tensor], of sample: UnitFeed.Sample, _ geometries: [String: Geometry]
  ) throws {
    let found = onDevice?.add(maps, flushing: merge)
    let rank = ranks[sample.record]
    var start = 0
    for (index, name) in settings.layers.enumerated() {
      let (map, geometry) = (maps[index], geometries[name]!)
      func label(_ row: Int, _ column: Int) -> UInt8 {
        sample.mask?.sample(under: geometry, row: row, column: column) ?? 255
      }
      let (width, units) = (map.shape[3], start..<start + map.shape[1])
      start = units.upperBound
      let odd: Int?
      if let found {
        odd = layers[index].add(
          peaks: found.values[units], at: found.places[units], width: width, rank: rank,
          label: label)
      } else {
        odd = layers[index].add(map.floats, width: width, rank: rank, label: label)
      }
      if let odd {
        throw ArchiveError(
          file: "layer \(name)",
          problem: """
            unit \(odd) is not a number at photograph '\(dataset.ids[sample.record])'; the \
            weights are damaged, or training diverged
            """)
      }
    }
  }

  /// Brings in what a GPU has counted.
  func settle() {
    onDevice?.takeAll(merge)
  }

  private func merge(_ layer: Int, _ counts: [Int32], of total: Int) {
    layers[layer].responses.add(counts, of: total)
  }

  /// The record of a peak.
  func record(of peak: Peak) -> Int { ranked[Int(peak.rank)] }
}
