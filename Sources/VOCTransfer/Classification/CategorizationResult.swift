/// What one single-label classification run came to.
public struct CategorizationResult: TransferResult {
  /// The accuracy of one class.
  public struct ClassScore: Codable, Sendable, Equatable {
    /// The class.
    public let name: String
    /// The fraction of its test pictures whose highest score is its own; nil where it has none.
    public let top1: Double?
    /// Its test pictures.
    public let pictures: Int
  }

  /// What the run started from and what it saw.
  public let run: RunRecord
  /// The fraction of test pictures whose class scores highest.
  public let top1: Double
  /// The fraction whose class is among the five that score highest; nil with five classes or fewer.
  public let top5: Double?
  /// What naming the commonest class of the test comes to.
  public let chance: Double
  /// Each class.
  public let classes: [ClassScore]

  /// Both accuracies; starts are compared in the first.
  public var measures: [Measure] {
    [Measure("top-1", top1, chance: chance)] + (top5.map { [Measure("top-5", $0)] } ?? [])
  }

  /// Classes are shown by test pictures.
  public static let counted = "test pictures"

  /// Pictures count alike, so classes count by how often they are shown.
  public var basis: String? {
    rarest.map {
      "top-1 is the fraction of \(classes.reduce(0) { $0 + $1.pictures }) test pictures of "
        + "\(classes.count) classes; fewest: \($0)"
    }
  }

  /// The accuracy of each class.
  public var classMeasures: [ClassMeasure] {
    classes.map { ClassMeasure($0.name, $0.top1, count: $0.pictures) }
  }

  /// `ranks` are the numbers of classes that score as high as a picture's own or higher.
  init(run: RunRecord, ranks: [Int], labels: [Int], classes names: [String]) {
    self.run = run
    func fraction(_ ranks: [Int], below limit: Int) -> Double? {
      ranks.isEmpty ? nil : Double(ranks.count { $0 < limit }) / Double(ranks.count)
    }
    top1 = fraction(ranks, below: 1) ?? .nan
    top5 = names.count > 5 ? fraction(ranks, below: 5) : nil
    classes = names.indices.map { index in
      let own = zip(ranks, labels).filter { $0.1 == index }.map(\.0)
      return ClassScore(
        name: names[index], top1: fraction(own, below: 1), pictures: own.count)
    }
    chance = Double(classes.map(\.pictures).max() ?? 0) / Double(max(1, ranks.count))
  }
}
