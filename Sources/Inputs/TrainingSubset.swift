internal import Configurations
public import Datasets
internal import Images
internal import Metrics
public import Randomness

/// Which of the training pictures a run learns from. The draw has a key of its own, so that every
/// start of a seed learns from the same ones.
///
/// A fraction is drawn so that as many classes as possible are shown: first the picture that shows
/// the most classes not yet shown, again and again until each is, then any. At a few pictures it so
/// favors crowded ones. Smaller fractions of one key lie within larger ones.
public struct TrainingSubset: Sendable {
  /// So many pictures, any of them; 0 for all.
  public var pictures: Int
  /// This share of the pictures, at least one.
  public var fraction: Double

  private let setting: String

  /// A number of pictures, or a share of them; errors name settings under `setting`.
  public init(pictures: Int, fraction: Double = 1, setting: String = "data") {
    self.pictures = pictures
    self.fraction = fraction
    self.setting = setting
  }

  /// Those of `records` that are learned from, in rising order.
  public func records(of all: [Int], in dataset: Dataset, key: RandomKey) throws -> [Int] {
    guard fraction > 0, fraction <= 1 else {
      throw ConfigurationError(
        place: "\(setting).trainFraction",
        problem: "must be over 0 and at most 1, it is \(fraction)")
    }
    guard fraction < 1 else {
      guard pictures > 0, pictures < all.count else { return all }
      return Self.permuted(all, key).prefix(pictures).sorted()
    }
    guard pictures == 0 else {
      throw ConfigurationError(
        place: "\(setting).trainFraction",
        problem: "is given beside \(setting).trainPictures; give one of them")
    }
    let count = max(1, Int((fraction * Double(all.count)).rounded()))
    let shown = try all.reduce(into: [Int: Set<Int>]()) { shown, record in
      shown[record] = try dataset.classes(shownBy: record)
    }
    return Self.covering(Self.permuted(all, key), count: count) { shown[$0]! }.sorted()
  }

  private static func permuted(_ records: [Int], _ key: RandomKey) -> [Int] {
    var stream = key.stream()
    return stream.permutation(records.count).map { records[$0] }
  }

  /// The first `count` of an order that begins with pictures that together show every class.
  static func covering(
    _ order: [Int], count: Int, classes: (Int) -> Set<Int>
  ) -> [Int] {
    var (chosen, rest) = ([Int](), order)
    var missing = order.reduce(into: Set<Int>()) { $0.formUnion(classes($1)) }
    while chosen.count < count, !missing.isEmpty {
      // Of equals the first in the order.
      let gains = rest.map { classes($0).intersection(missing).count }
      let best = gains.firstIndex(of: gains.max()!)!
      missing.subtract(classes(rest[best]))
      chosen.append(rest.remove(at: best))
    }
    return chosen + rest.prefix(count - chosen.count)
  }
}

extension Dataset {
  /// The classes that a picture shows, by whatever annotation there is of it; difficult objects do
  /// not count.
  fileprivate func classes(shownBy record: Int) throws -> Set<Int> {
    if let presence = presence(of: record) {
      return Set(presence.indices.filter { presence[$0] > 0 })
    }
    if let label = label(of: record) { return [label] }
    if hasBoxes { return Set(boxes(of: record).filter { !$0.isDifficult }.map(\.classIndex)) }
    let void = ConfusionMatrix.void
    return Set(try mask(record)?.samples.map(Int.init) ?? []).subtracting([0, Int(void)])
  }
}
