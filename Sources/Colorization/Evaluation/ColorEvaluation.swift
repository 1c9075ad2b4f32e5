public import ColorScience
public import Datasets
internal import Exemplars
public import Images
internal import Inputs
internal import Randomness
internal import Text

/// Judges ways of coloring on the pictures of a data set.
///
/// Every method sees the same centered squares of the same size, and only their lightness. Pictures
/// stream through; what stays is a few numbers for each picture and method, so memory does not grow
/// with the pictures' size. The result depends on the data, the settings and the seed alone.
public struct ColorEvaluation {
  /// What is judged, and how.
  public struct Settings: Sendable {
    /// Rows and columns of the squares; a multiple of 8.
    public var size = 176
    /// Pictures that a network sees at once.
    public var batchSize = 8
    /// Threads that read pictures.
    public var threads = 2
    /// Resamples of each bootstrap interval.
    public var resamples = 10_000
    /// Pictures on the contact sheet.
    public var sheetRows = 12
    /// The seed of donors, reference samples and bootstraps.
    public var seed: UInt64 = 1
    /// The pictures that colors are transferred from.
    public var reference = ReferenceChoice.donor

    /// The defaults.
    public init() {}
  }

  /// What came out.
  public struct Result: Sendable {
    /// The methods' names, in order.
    public let methods: [String]
    /// The records, in the order of the scores.
    public let records: [Int]
    /// For each method the scores of all pictures.
    public let scores: [[ColorScore]]
    /// All methods on the first pictures, side by side.
    public let sheet: Sheet
  }

  let dataset: Dataset
  let records: [Int]
  let methods: [ColorMethod]
  let weights: [Double]
  let recognizer: Recognizer?
  let settings: Settings

  /// An evaluation of `methods` on `records`. `prior` weighs the rebalanced AuC by the inverse of
  /// each color's frequency; `recognizer` must know the data set's classes.
  public init(
    _ methods: [ColorMethod], on dataset: Dataset, records: [Int], prior: ColorPrior,
    recognizer: Recognizer? = nil, settings: Settings = .init()
  ) throws {
    precondition(
      !records.isEmpty && !methods.isEmpty && settings.size >= 16 && settings.size % 8 == 0
        && settings.batchSize > 0,
      "ColorEvaluation: \(records.count) records, \(methods.count) methods, \(settings.size) pixels"
    )
    if let recognizer { try recognizer.check(dataset) }
    self.dataset = dataset
    self.records = records
    self.methods = methods
    // Lambda 0, the paper's: the plain inverse of the prior.
    weights = Rebalancing.weights(prior: prior.probabilities, lambda: 0)
    self.recognizer = recognizer
    self.settings = settings
  }

  /// Judges; `progress` is called with the number of pictures done.
  public func run(progress: (Int) -> Void = { _ in }) throws -> Result {
    var scores = [[ColorScore]](repeating: [], count: methods.count)
    var rows: [Sheet.Row] = []
    // Spread over the records: their first ones are often of one kind.
    let wanted = min(settings.sheetRows, records.count)
    let shown = Set((0..<wanted).map { records[$0 * records.count / wanted] })
    let size = settings.batchSize
    let choice = try ChosenReferences(settings.reference, of: dataset, size: settings.size)
    let shared = try methods.map { method in
      try choice.common.flatMap {
        try method.learned(from: $0, key: RandomKey(seed: settings.seed).folding("reference"))
      }
    }
    let groups = Prefetcher(
      range: 0..<(records.count + size - 1) / size, threads: max(1, settings.threads),
      ahead: max(1, settings.threads) + 1, make: reader(choice))
    while let group = try groups.next() {
      var cells = group.map { _ in [Sheet.Cell]() }
      for (index, method) in methods.enumerated() {
        let colored = try method.chroma(
          for: group, of: dataset, shared: shared[index], threads: settings.threads)
        let painted = zip(group, colored).map { picture, map in
          let colored = picture.referee.painted(map)
          return (colored, picture.referee.score(map, colored))
        }
        var judged = painted.map(\.1)
        if let recognizer {
          let named = recognizer.isRight(painted.map(\.0), group.map(\.record), dataset)
          for at in judged.indices { judged[at].isRecognized = named[at] }
        }
        scores[index] += judged
        for at in group.indices where shown.contains(group[at].record) {
          let error = (judged[at].squaredError / Double(2 * judged[at].pixels)).squareRoot()
          cells[at].append(.init(painted[at].0, label: "RMSE \(Table.number(error, digits: 1))"))
        }
      }
      for (picture, cells) in zip(group, cells) where shown.contains(picture.record) {
        rows.append(.init(caption: caption(of: picture.record), cells: cells))
      }
      progress(scores[0].count)
    }
    var sheet = Sheet(
      cellSize: (settings.size, settings.size), headers: methods.map(\.name))
    sheet.rows = rows
    return Result(methods: methods.map(\.name), records: records, scores: scores, sheet: sheet)
  }

  /// The id of a record in lines of at most 20 letters.
  private func caption(of record: Int) -> String {
    dataset.ids[record].split(separator: "/").flatMap { part in
      stride(from: 0, to: part.count, by: 20).map { String(part.dropFirst($0).prefix(20)) }
    }.joined(separator: "\n")
  }

  /// Makes group i of pictures; any thread may call it.
  private func reader(
    _ choice: ChosenReferences
  ) -> @Sendable (Int) throws -> [EvaluationPicture] {
    let (dataset, records, weights, settings) = (dataset, records, weights, settings)
    let key = RandomKey(seed: settings.seed)
    let donors = Self.donors(of: records, key: key.folding("donors"))
    var window = Augmentation()
    window.size = settings.size
    return { [window] number in
      func square(_ record: Int) throws -> Picture {
        window.center(of: try dataset.picture(record, .whole))
      }
      let places =
        number * settings.batchSize..<min((number + 1) * settings.batchSize, records.count)
      return try places.map { place in
        let donor = LabPlanes(rgb: try square(donors[place]).samples)
        let referee = ColorReferee(try square(records[place]), weights: weights)
        return EvaluationPicture(
          record: records[place], size: window.size, referee: referee, donor: donor,
          reference: try choice.reference(of: records[place])
            ?? Exemplar(donor, width: window.size),
          key: key.folding("transfer").folding(records[place]))
      }
    }
  }

  /// For each record another one, each used once: the next in a random circle. A single record has
  /// only itself.
  static func donors(of records: [Int], key: RandomKey) -> [Int] {
    var stream = key.stream()
    let circle = stream.permutation(records.count)
    var donors = records
    for (place, at) in circle.enumerated() {
      donors[at] = records[circle[(place + 1) % circle.count]]
    }
    return donors
  }
}
