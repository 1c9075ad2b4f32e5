internal import Randomness
public import Statistics
public import Text

/// What an evaluation of colors found: for each method the mean over pictures of every figure, with
/// its 95 % interval over pictures: bootstrap-t, of shares Wilson's.
public struct ColorReport: Sendable, Codable, Equatable {
  /// One method's figures.
  public struct Row: Sendable, Codable, Equatable {
    /// The method.
    public let method: String
    /// The area under the curve of ab errors, all pixels alike, in percent.
    public let auc: Interval
    /// The same with pixels weighted by the rarity of their true color, in percent; not a number
    /// where no true color is known to the prior.
    public let rebalancedAuC: Interval
    /// The root of the mean squared error of a and b.
    public let rmse: Interval
    /// The mean peak signal-to-noise ratio of pictures, in decibels.
    public let psnr: Interval
    /// Whether every picture is the truth itself, so that `psnr` is no ratio; nil where there is
    /// one, and in differences.
    public let isIdentical: Bool?
    /// The mean colorfulness of pictures.
    public let colorfulness: Interval
    /// The share of pictures that the recognizer names right, in percent; nil without one.
    public let top1: Interval?
  }

  /// The content hash of the data, and the split.
  public let dataHash, split: String
  /// Pictures judged, and their rows and columns.
  public let pictures, size: Int
  /// Where the prior of the rebalanced AuC comes from.
  public let prior: String
  /// What names the pictures; nil where nothing does.
  public let recognizer: String?
  /// The seed of donors, reference samples and bootstraps.
  public let seed: UInt64
  /// The methods in order.
  public let rows: [Row]
  /// What each method compared with another one has more than that, picture by picture.
  public let differences: [Row]

  /// The report of an evaluation; `compared` pairs methods by their places, the second of which is
  /// subtracted from the first.
  public init(
    _ result: ColorEvaluation.Result, compared: [(Int, Int)] = [],
    settings: ColorEvaluation.Settings, dataHash: String, split: String, prior: String,
    recognizer: String?
  ) {
    (self.dataHash, self.split, self.prior) = (dataHash, split, prior)
    (self.recognizer, self.seed, self.size) = (recognizer, settings.seed, settings.size)
    pictures = result.records.count
    let isNamed = result.scores[0].allSatisfy { $0.isRecognized != nil }
    let percent = 0.0...100
    let right = result.scores.map { $0.map { $0.isRecognized == true } }
    let top1 =
      right.map { Interval.share($0.count { $0 }, of: $0.count) }
      + compared.map { Interval.shareDifference(right[$0], right[$1]) }
    let statistics = result.scores.flatMap { scores -> [RatioStatistic] in
      let pixels = scores.map { Double($0.pixels) }
      let figures: [RatioStatistic] = [
        .init(scores.map { 100 * $0.auc * Double($0.pixels) }, over: pixels, within: percent),
        .init(
          scores.map { 100 * $0.weightedArea }, over: scores.map(\.weight), within: percent),
        .init(scores.map(\.squaredError), over: pixels.map { 2 * $0 }, isRoot: true),
        .init(meanOf: scores.map(\.psnr)), .init(meanOf: scores.map(\.colorfulness)),
      ]
      return figures
    }
    let each = 5
    let found = Interval.bootstrap(
      statistics,
      differences: compared.flatMap { first, second in
        (0..<each).map { (first * each + $0, second * each + $0) }
      }, resamples: settings.resamples, key: RandomKey(seed: settings.seed).folding("bootstrap"))
    let identical = result.scores.indices.filter { result.scores[$0].allSatisfy(\.isIdentical) }
    let names =
      result.methods + compared.map { "\(result.methods[$0]) minus \(result.methods[$1])" }
    let all = names.enumerated().map { index, name in
      let figures = found[index * each..<(index + 1) * each].map(\.self)
      return Row(
        method: name, auc: figures[0], rebalancedAuC: figures[1], rmse: figures[2],
        psnr: figures[3], isIdentical: identical.contains(index) ? true : nil,
        colorfulness: figures[4], top1: isNamed ? top1[index].scaled(by: 100) : nil)
    }
    rows = Array(all.prefix(result.methods.count))
    differences = Array(all.dropFirst(result.methods.count))
  }

  /// The figures for people: mean and interval, one line per method and
  /// one per difference.
  public var table: Table {
    let isNamed = rows.contains { $0.top1 != nil }
    var table = Table(
      ["method", "AuC, %", "AuC rebalanced, %", "RMSE ab", "PSNR, dB", "colorfulness"]
        + (isNamed ? ["top-1, %"] : []))
    for row in rows + differences {
      // The truth has its figures whatever the pictures: nothing scatters.
      let isTruth = row.isIdentical == true
      func text(_ figure: Interval, _ digits: Int) -> String {
        isTruth ? Table.number(figure.mean, digits: digits) : figure.formatted(digits: digits)
      }
      table.add(
        [
          row.method, text(row.auc, 1), text(row.rebalancedAuC, 1), text(row.rmse, 2),
          isTruth ? "identical" : row.psnr.formatted(digits: 2),
          row.colorfulness.formatted(digits: 1),
        ] + (row.top1.map { [$0.formatted(digits: 1)] } ?? []))
    }
    return table
  }

  /// The figures for programs: one column for each mean and each end of an interval.
  public var numbers: Table {
    let names = ["auc", "auc_rebalanced", "rmse_ab", "psnr_db", "colorfulness", "top1"]
    let isNamed = rows.contains { $0.top1 != nil }
    var table = Table(
      ["method"]
        + names.dropLast(isNamed ? 0 : 1).flatMap { [$0, "\($0)_low", "\($0)_high"] })
    for row in rows + differences {
      let figures = [row.auc, row.rebalancedAuC, row.rmse, row.psnr, row.colorfulness, row.top1]
      table.add(
        [row.method]
          + figures.compactMap { $0 }.flatMap { ["\($0.mean)", "\($0.low)", "\($0.high)"] })
    }
    return table
  }

  /// What the table rests on, in a sentence.
  public var caption: String {
    """
    \(pictures) pictures of split '\(split)' at \(size) x \(size) (data \(dataHash.prefix(12))); \
    \(intervals); \
    colors weighted by \(prior)\
    \(recognizer.map { "; pictures named by \($0)" } ?? "").
    """
  }
}

extension ColorReport {
  /// What stands around the figures.
  private var intervals: String {
    let figures = (rows + differences).map(\.auc).filter { $0.count > 1 }
    let trusted =
      "95 % intervals over pictures (bootstrap-t; top-1 Wilson, its differences Agresti and Min)"
    guard figures.contains(where: \.isRange) else { return trusted }
    return "ranges of the bootstrap over pictures, which are too few for intervals of 95 %"
  }
}

extension ColorEvaluation.Result {
  /// Every score of every picture, one line each.
  public func table(ids: [String]) -> Table {
    var table = Table([
      "picture", "method", "auc", "weight", "weighted_area", "squared_error_ab", "pixels",
      "psnr_db", "identical", "colorfulness", "named_right",
    ])
    for (place, record) in records.enumerated() {
      for (method, scores) in zip(methods, scores) {
        let score = scores[place]
        table.add([
          ids[record], method, "\(score.auc)", "\(score.weight)", "\(score.weightedArea)",
          "\(score.squaredError)", "\(score.pixels)", "\(score.psnr)",
          score.isIdentical ? "1" : "0", "\(score.colorfulness)",
          score.isRecognized.map { $0 ? "1" : "0" } ?? "",
        ])
      }
    }
    return table
  }
}
