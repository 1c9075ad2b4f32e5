internal import Datasets
internal import Files
internal import Foundation
internal import HDF5
internal import Images
internal import Inputs
internal import Layers
internal import Networks
public import Tensors

/// Writes one layer's features of a whole dataset to an HDF5 file.
///
/// Pictures become centered squares. Features are computed and kept in pieces, a folder of small
/// sealed files beside the result, so that memory is bounded and a stopped extraction goes on where
/// it was; the result appears when it is whole, and the pieces go.
public struct FeatureExtraction {
  /// What is extracted.
  public struct Options: Sendable {
    /// The layer.
    public var layer: String
    /// What is kept of it.
    public var pooling: FeaturePooling = .none
    /// Which records; all of them where it is nil.
    public var split: String?
    /// The side of the squares in pixels; nil for the side the network was trained with.
    public var size: Int?
    /// Pictures that go through the network at once.
    public var batchSize = 16
    /// Threads that read pictures; the result does not depend on it.
    public var threads = 2
    /// Bytes of features, about, that are held before they are written.
    public var pieceBytes = 32 << 20
    /// Whether features of something else may be at the result's place, which are then lost.
    public var replaces = false

    /// Everything of this layer.
    public init(layer: String) { self.layer = layer }
  }

  private static let schema = "pigment features"

  private let archive: FeatureArchive
  private let loaded: LoadReport
  private let source: String
  /// The digest of the archive's bytes.
  private let digest: String
  private let dataset: Dataset
  private let options: Options
  private let records: [Int]
  private let size: Int
  private let device: Device
  /// The trunk up to the layer.
  private let trunk: Stack
  private let output: Shape

  /// Opens what is needed; an error names the layer or split that there is not.
  public init(
    archive path: String, data: String, options: Options, on device: Device = .cpu
  ) throws {
    (archive, loaded) = try FeatureArchive.readOrExplain(path, on: device)
    self.device = device
    source = path
    digest = try FeatureArchive.describe(path).digest
    let dataset = try Dataset(opening: data)
    records = try options.split.map { try dataset.indices(ofSplit: $0) } ?? Array(0..<dataset.count)
    self.dataset = dataset
    var options = options
    options.layer = try archive.trunk.layer(called: options.layer, file: path)
    self.options = options
    size = options.size ?? archive.description.preprocessing.size
    guard size >= archive.description.trunk.smallestSide else {
      throw ArchiveError(
        file: path,
        problem: "takes pictures of at least \(archive.description.trunk.smallestSide) pixels, "
          + "not \(size)")
    }
    trunk = archive.trunk.through(options.layer)
    if device.isHost {
      try Self.requireMemory(trunk, archive, size, min(options.batchSize, records.count))
    }
    output =
      trunk(
        Tensor(
          filledWith: 0, shape: [1, archive.description.trunk.inputChannels, size, size],
          on: device)
      ).shape
    if case .average(let cells) = options.pooling, cells > min(output[2], output[3]) {
      throw ArchiveError(
        file: path,
        problem: "gives \(output[2]) x \(output[3]) places at layer '\(options.layer)' of pictures "
          + "of \(size) pixels; \(options.pooling) asks for more")
    }
  }

  /// Throws where batches need more memory than there is: the input and the output of a layer.
  private static func requireMemory(
    _ trunk: Stack, _ archive: FeatureArchive, _ size: Int, _ batchSize: Int
  ) throws {
    let input = MapSize(
      channels: archive.description.trunk.inputChannels, size: Pair(size, size))
    guard let numbers = trunk.widestPass(of: input) else { return }
    try MemoryNeed(fixed: 0, perPicture: 4 * numbers).require(
      batchSize: batchSize, setting: "--batch")
  }

  /// Pictures.
  public var count: Int { records.count }

  /// A sentence where the layer's name has another meaning today; nil where it has not.
  public var namingNote: String? { archive.namingNote(on: options.layer, file: source) }

  /// What the result of an extraction is.
  public struct Result: Sendable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// [pictures, channels, …].
    public let shape: [Int]
    /// Pictures whose features an earlier, stopped extraction had left.
    public let resumed: Int

    /// The file and its shape.
    public var description: String {
      "\(path): features \(shape)" + (resumed > 0 ? "; \(resumed) of an earlier start" : "")
    }
  }

  /// Extracts to `path`. `progress` hears how many pictures are done: first how many an earlier
  /// start left, then after every batch. `isStopped` is asked between batches; where it answers
  /// true, what is done is kept, nil is returned, and the same call goes on later.
  ///
  /// A damaged record is an error, after which nothing is kept: without it all have other places.
  public func run(
    to path: String, isStopped: () -> Bool = { false }, progress: (Int) -> Void = { _ in }
  ) throws -> Result? {
    let shape = options.pooling.shape(
      channels: output[1], height: output[2], width: output[3])
    let row = shape.reduce(1, *)
    try requirePlace(path)
    let pieces = ExtractionPieces(
      beside: path, identity: identity, row: row, count: records.count,
      batchSize: options.batchSize, bytes: options.pieceBytes)
    try pieces.prepare()
    let kept = try pieces.kept()
    let resumed = kept.reduce(0) { $0 + $1.count }
    var (parts, done) = (kept, resumed)
    progress(done)
    do {
      guard
        try extract(
          pieces, &parts, row, isStopped: isStopped,
          progress: { count in
            done += count
            progress(done)
          })
      else { return nil }
    } catch let error as DatasetError where error.damage != nil {
      try pieces.remove()
      throw error
    }
    try assemble(pieces, parts, shape, to: path)
    try pieces.remove()
    return Result(path: path, shape: [records.count] + shape, resumed: resumed)
  }

  /// Extracts what lies between the `parts` that are there; false where it was stopped.
  private func extract(
    _ pieces: ExtractionPieces, _ parts: inout [Range<Int>], _ row: Int, isStopped: () -> Bool,
    progress: (Int) -> Void
  ) throws -> Bool {
    for gap in gaps(between: parts) {
      for start in stride(from: gap.lowerBound, to: gap.upperBound, by: pieces.size) {
        let wanted = start..<min(start + pieces.size, gap.upperBound)
        let values = try features(wanted, isStopped: isStopped, progress: progress)
        let part = start..<start + values.count / row
        if !part.isEmpty { try pieces.save(values, part) }
        guard part == wanted else { return false }
        parts.append(part)
      }
    }
    return true
  }

  private var splitName: String { options.split.map { "--split \($0)" } ?? "all splits" }

  /// Throws where something lies at `path` that would be lost: what is no result of an extraction,
  /// or the result of another one.
  private func requirePlace(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    func found(_ attribute: String) -> String? {
      attribute == "size"
        ? (try? HDF5File(reading: path).attribute(attribute, as: Int.self)).map(String.init)
        : try? HDF5File(reading: path).attribute(attribute, as: String.self)
    }
    guard found("schema") == Self.schema else {
      throw ArchiveError(
        file: path, problem: "is there and holds no extracted features; give another --output")
    }
    let parts = [
      ("layer", options.layer), ("pool", options.pooling.description), ("source_sha256", digest),
      ("data_sha256", dataset.contentSHA256), ("size", "\(size)"),
      // Files of earlier versions do not name their split.
      ("split", found("split") == nil ? nil : splitName),
    ]
    for (attribute, mine) in parts where !options.replaces && found(attribute) != mine {
      let words = [
        "layer": "layer '\(found("layer") ?? "?")'", "pool": "--pool \(found("pool") ?? "?")",
        "source_sha256": "another archive", "data_sha256": "another dataset",
        "size": "--size \(found("size") ?? "?")", "split": "\(found("split") ?? "?")",
      ]
      throw ArchiveError(
        file: path,
        problem: "is there and holds features of \(words[attribute]!); give another --output, or "
          + "--force to replace it")
    }
  }

  /// The pictures that lie before, between and after those of pieces in order.
  private func gaps(between kept: [Range<Int>]) -> [Range<Int>] {
    zip([0] + kept.map(\.upperBound), kept.map(\.lowerBound) + [records.count])
      .map { $0..<$1 }
  }

  /// The pooled features of some of the records: of all, or of those before it was stopped.
  /// `progress` hears how many each batch had.
  private func features(
    _ range: Range<Int>, isStopped: () -> Bool, progress: (Int) -> Void
  ) throws -> [Float] {
    let (dataset, records, size) = (dataset, records, size)
    let (preprocessing, batchSize) = (archive.description.preprocessing, options.batchSize)
    let batches = (range.count + batchSize - 1) / batchSize
    let loader = Prefetcher<[Float]>(range: 0..<batches, threads: options.threads, ahead: 4) {
      let start = range.lowerBound + $0 * batchSize
      return try records[start..<min(start + batchSize, range.upperBound)].flatMap { record in
        let picture = try dataset.picture(record, .whole)
        return preprocessing.planes(of: Augmentation(size: size).center(of: picture))
      }
    }
    let channels = preprocessing.channels.count
    var values = [Float]()
    var first = range.lowerBound
    while let input = try loader.next(heedsSignals: false) {
      if isStopped() { break }
      let count = input.count / (channels * size * size)
      let features = trunk(
        Tensor(input, shape: [count, channels, size, size], on: device))
      try features.requireFinite(from: options.layer) { dataset.ids[records[first + $0]] }
      first += count
      values += options.pooling.pooled(
        features.floats, height: features.shape[2], width: features.shape[3])
      progress(count)
    }
    return values
  }

  /// Joins the pieces in a new file.
  private func assemble(
    _ pieces: ExtractionPieces, _ parts: [Range<Int>], _ shape: [Int], to path: String
  ) throws {
    let file = try HDF5Writer(creating: path)
    let description = archive.description
    try file.setAttribute("schema", to: Self.schema)
    try file.setAttribute("schema_version", to: 2)
    try file.setAttribute("layer", to: options.layer)
    try file.setAttribute("pool", to: options.pooling.description)
    try file.setAttribute("size", to: size)
    try file.setAttribute("split", to: splitName)
    try file.setAttribute("source", to: source)
    try file.setAttribute("source_sha256", to: digest)
    try file.setAttribute("data_sha256", to: dataset.contentSHA256)
    try file.setAttribute("pictures", to: PictureReading.words)
    try file.setAttribute(FeatureDescription.key, to: try description.json)
    // Thousands of lines would not fit an attribute.
    try file.write("/loaded", [try JSON.text(of: loaded, .line, .relaxed)])
    do {
      let features = try file.createDataset(
        "/features", of: Float.self, shape: [records.count] + shape)
      for part in parts.sorted(by: { $0.lowerBound < $1.lowerBound }) {
        try features.append(try pieces.load(part))
      }
    }
    try file.write("/ids", records.map { dataset.ids[$0] })
    try file.write("/records", records.map { Int64($0) })
    if !dataset.classes.isEmpty { try file.write("/classes", dataset.classes) }
    if dataset.labels != nil {
      try file.write("/labels/single", records.map { Int32(dataset.label(of: $0)!) })
    }
    if dataset.presence(of: 0) != nil {
      try file.write(
        "/labels/multilabel", records.flatMap { dataset.presence(of: $0)! },
        shape: [records.count, dataset.classes.count])
    }
    try file.commit()
  }

  /// What makes one extraction the same as another: a digest of everything its values depend on.
  /// How many pictures go through the network at once, and how many are held, is not part of it.
  private var identity: String {
    let words =
      [
        digest, dataset.contentSHA256, options.layer, options.pooling.description, "\(size)",
        options.split ?? "", "decoded whole",
      ] + (dataset.leftOutDigest.isEmpty ? [] : [dataset.leftOutDigest])
    return Digest.hexadecimal(words.joined(separator: "\u{0}"))
  }
}
