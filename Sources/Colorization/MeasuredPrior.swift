public import ColorScience
public import Datasets
internal import Files
internal import Foundation
internal import Images
internal import Inputs

/// The color prior of a data set: what it is, which data it was measured on, and how.
///
/// `pigment data prior` measures it and keeps it as JSON beside the data set; pretraining
/// rebalances by it and the rebalanced AuC weighs by it.
public struct MeasuredPrior: Sendable, Equatable, Codable {
  /// How pixels are chosen and coded.
  public struct Recipe: Sendable, Equatable, Codable {
    /// The split; nil takes all records.
    public var split: String?
    /// Pictures whose shorter side is longer are reduced to it first, in pixels; 256 is the size of
    /// the pictures that the released networks learned from. JPEG files are decoded at 1/2, 1/4 or
    /// 1/8 where that is not smaller, as in training.
    public var size = 256
    /// Pixels between samples, across and down, as the targets of training are sampled.
    public var step = 4
    /// Bins in the soft code of a pixel.
    public var neighbors = 10
    /// Width of the soft code, in ab units.
    public var sigma = 5.0

    /// The defaults: all records, coded as in the released training.
    public init() {}

    /// What is wrong with these settings; nil where nothing is.
    public var problem: String? {
      if size < 8 { return "the size must be at least 8, it is \(size)" }
      if step < 1 { return "the step must be at least 1, it is \(step)" }
      if !(1...313).contains(neighbors) { return "neighbors must lie in 1...313" }
      return sigma > 0 ? nil : "sigma must be positive, it is \(sigma)"
    }
  }

  /// What the file says it is.
  public private(set) var format = "pigment.color-prior"
  /// The version of the file's form.
  public private(set) var version = 1
  /// The content hash of the data set.
  public let dataHash: String
  /// How it was measured.
  public let recipe: Recipe
  /// Pictures it was measured on.
  public let pictures: Int
  /// The distribution, smoothed by the soft codes.
  public let prior: ColorPrior

  /// A prior of these data.
  public init(dataHash: String, recipe: Recipe, pictures: Int, prior: ColorPrior) {
    (self.dataHash, self.recipe, self.pictures, self.prior) = (dataHash, recipe, pictures, prior)
  }

  /// Where the prior of a data set is kept: beside its first file, `voc.prior.json` for `voc.h5`.
  public static func path(beside dataset: Dataset) -> String {
    let file = dataset.files[0]
    return (file.hasSuffix(".h5") ? String(file.dropLast(3)) : file) + ".prior.json"
  }

  /// Writes the prior, whole or not at all.
  public func write(to path: String) throws {
    try AtomicFile.write(json: self, .page, to: path)
  }

  /// Reads a prior strictly; an error names the file.
  public init(contentsOfFile path: String) throws {
    struct Head: Decodable { let format: String, version: Int }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw DatasetError(
        file: path,
        problem: FileManager.default.fileExists(atPath: path)
          ? "cannot be read"
          : "is not there; `pigment data prior DATA` measures the prior of a data set"
      )
    }
    guard let head = try? JSON.value(Head.self, from: data),
      head.format == "pigment.color-prior"
    else { throw DatasetError(file: path, problem: "is no color prior") }
    guard head.version == 1 else {
      throw DatasetError(
        file: path, problem: "has version \(head.version); this program reads version 1")
    }
    do { self = try JSON.value(from: data) } catch {
      throw DatasetError(file: path, problem: "cannot be understood: \(error)")
    }
    guard prior.mass.count == ColorBins.standard.count, prior.pixels > 0 else {
      throw DatasetError(
        file: path,
        problem: "has \(prior.mass.count) bins and \(prior.pixels) pixels; 313 bins are needed")
    }
  }

  /// Measures the prior of a data set: every `step`-th pixel of every picture, soft-coded.
  ///
  /// Pictures are taken in groups of 64, each counted by one thread, and the groups are added in
  /// order: the result is the same to the last bit for any number of threads. Memory does not grow
  /// with the data.
  /// - Parameter progress: called now and then with the number of pictures done.
  public static func measure(
    _ dataset: Dataset, recipe: Recipe = .init(), threads: Int = 2,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> MeasuredPrior {
    precondition(recipe.problem == nil, "MeasuredPrior: \(recipe.problem ?? "")")
    let records =
      try recipe.split.map { try dataset.indices(ofSplit: $0) }
      ?? Array(0..<dataset.count)
    let encoder = SoftEncoder(neighbors: recipe.neighbors, sigma: recipe.sigma)
    let group = 64
    let groups = Prefetcher(
      range: 0..<(records.count + group - 1) / group, threads: max(1, threads),
      ahead: max(1, threads) + 2
    ) { number in
      var prior = ColorPrior(binCount: encoder.bins.count)
      for record in records[number * group..<min((number + 1) * group, records.count)] {
        let (a, b) = try samples(of: dataset, record, recipe)
        prior.add(a: a, b: b, encodedBy: encoder)
      }
      return prior
    }
    var prior = ColorPrior(binCount: encoder.bins.count)
    var done = 0
    while let next = try groups.next() {
      prior.merge(next)
      done = min(done + group, records.count)
      progress(done, records.count)
    }
    return MeasuredPrior(
      dataHash: dataset.contentSHA256, recipe: recipe, pictures: records.count, prior: prior)
  }

  /// The a and b of every `step`-th pixel of a picture; only these pixels are converted.
  private static func samples(
    of dataset: Dataset, _ record: Int, _ recipe: Recipe
  ) throws -> (a: [Float], b: [Float]) {
    let stored = dataset.size(of: record)
    let shorter = min(stored.width, stored.height)
    let least = min(recipe.size, shorter)
    var picture = try dataset.picture(record, .reduced(toSide: least))
    if shorter > recipe.size {
      func scaled(_ side: Int) -> Int {
        max(1, Int((Double(side) * Double(recipe.size) / Double(shorter)).rounded()))
      }
      picture = picture.resized(width: scaled(stored.width), height: scaled(stored.height))
    }
    let ab = LabPlanes.chroma(ofRGB: picture.samples, width: picture.width, step: recipe.step)
    return (ab.a, ab.b)
  }
}
