internal import Statistics
internal import Text

/// Names and numbers in files, as people read them.
enum ReportText {
  /// What a number is called, and how it is shown.
  struct Measure {
    let title: String
    /// Whether it is a share, shown in percent.
    let isShare: Bool

    /// The title with its unit, as headings and axes have it.
    var label: String { isShare ? "\(title) (%)" : title }

    /// The number in the unit of `label`.
    func shown(_ value: Double) -> Double { isShare ? 100 * value : value }

    private func interval(_ values: [Double]) -> Interval {
      let interval = Interval.student(values.map(shown))
      return isShare ? interval.clamped(to: 0...100) : interval
    }

    /// Mean and interval; one number where all are the same.
    func text(_ values: [Double]) -> String {
      guard let first = values.first else { return "" }
      let digits = isShare ? 1 : 4
      return values.allSatisfy { $0 == first }
        ? Table.number(shown(first), digits: digits)
        : interval(values).formatted(digits: digits)
    }
  }

  private static let shares = [
    "mapArea": "mAP, area", "mapElevenPoints": "mAP, 11 points", "chance": "chance",
    "chanceElevenPoints": "chance, 11 points",
    "area": "AP, area", "elevenPoints": "AP, 11 points", "meanOverlap": "mIU over classes shown",
    "meanOverlapOverUnion": "mIU over union",
    "frequencyWeightedOverlap": "IU weighted by frequency", "pixelAccuracy": "pixel accuracy",
    "meanAccuracy": "mean accuracy", "accuracy": "accuracy", "overlap": "IU",
    "commonest": "share of the commonest class", "auc": "AuC", "rebalancedAuC": "rebalanced AuC",
    "trunk/deadChannels": "dead channels of the trunk",
    "trunk/silentChannels": "silent channels of the trunk",  // of earlier versions
  ]
  private static let others = [
    "rmse": "RMSE of predicted colors", "loss": "training loss",
    "trunk/effectiveRank": "effective rank of the trunk's features",
  ]

  /// What is known of a number by its name in files. `validation/auc` is the `auc` of validation
  /// pictures, `probe linear relu5` the average precision of a probe, and
  /// `probe/knn-v1/norm4/mAP` what a probe measured in training.
  static func measure(_ name: String) -> Measure {
    for (prefix, words) in [("validation/", "validation "), ("training ", "training ")]
    where name.hasPrefix(prefix) {
      let inner = measure(String(name.dropFirst(prefix.count)))
      return Measure(title: words + inner.title, isShare: inner.isShare)
    }
    if let title = shares[name] { return Measure(title: title, isShare: true) }
    let parts = name.split(separator: "/")
    if parts.count == 4, parts[0] == "probe" {
      return Measure(title: "\(parts[3]) of \(parts[1]), \(parts[2])", isShare: true)
    }
    if name.hasPrefix("probe ") {
      return Measure(title: "AP, \(name.dropFirst("probe ".count))", isShare: true)
    }
    return Measure(title: others[name] ?? words(name), isShare: false)
  }

  /// `outputDeviation` as `output deviation`; capitals that are no beginning of a word stay.
  static func words(_ name: String) -> String {
    let letters = Array(name)
    return letters.indices.reduce(into: "") { text, place in
      let letter = letters[place]
      let startsWord =
        letter.isUppercase && place > 0
        && (letters[place - 1].isLowercase
          || letters[place - 1].isNumber)
      let isAcronym = place + 1 < letters.count && !letters[place + 1].isLowercase
      text += startsWord ? " " + (isAcronym ? "\(letter)" : letter.lowercased()) : "\(letter)"
    }
  }

  /// Letters, digits and dashes, for the address of a part of the page.
  static func anchor(_ name: String) -> String {
    String(name.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" })
  }
}
