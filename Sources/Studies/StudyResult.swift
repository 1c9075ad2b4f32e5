/// What one run of a task came to.
public struct StudyResult: Sendable, Equatable, Codable {
  /// A score between 0 and 1.
  public struct Measure: Sendable, Equatable, Codable {
    /// The name, such as `mAP area`.
    public var name: String
    /// The score.
    public var value: Double
    /// What scores without knowledge come to, where that is known.
    public var chance: Double?

    /// A score.
    public init(_ name: String, _ value: Double, chance: Double? = nil) {
      (self.name, self.value, self.chance) = (name, value, chance)
    }
  }

  /// The score of one class.
  public struct ClassScore: Sendable, Equatable, Codable {
    /// The class.
    public var name: String
    /// The score between 0 and 1; nil where it is not defined.
    public var value: Double?
    /// Test pictures, objects or pixels of the class.
    public var count: Int

    /// The score of a class.
    public init(_ name: String, _ value: Double?, count: Int) {
      (self.name, self.value, self.count) = (name, value, count)
    }
  }

  /// The scores.
  public var measures: [Measure]
  /// The first of them class by class; empty where there are no classes.
  public var classes: [ClassScore]
  /// The seed of the run, and the content hash of its data.
  public var seed: UInt64, dataHash: String
  /// Pictures learned from and reported on.
  public var trainPictures, testPictures: Int
  /// The commit of the program that made the run.
  public var commit: String
  /// What the mean over classes rests on; nil where a task has no classes.
  public var basis: String?

  /// A result.
  public init(
    measures: [Measure], classes: [ClassScore] = [], seed: UInt64, dataHash: String,
    trainPictures: Int, testPictures: Int, commit: String, basis: String? = nil
  ) {
    self.classes = classes
    self.basis = basis
    (self.measures, self.seed, self.dataHash) = (measures, seed, dataHash)
    (self.trainPictures, self.testPictures, self.commit) = (trainPictures, testPictures, commit)
  }
}

extension StudyResult {
  /// The score that starts are compared in, with what it is called: the measure of this name, or
  /// the first; over `classes` the mean of the first measure's scores of these. Nil where there is
  /// none.
  func score(_ measure: String, over classes: [String]) -> Measure? {
    let found = measure.isEmpty ? measures.first : measures.first { $0.name == measure }
    guard let found, !classes.isEmpty else { return found }
    let values = classes.compactMap { name in self.classes.first { $0.name == name }?.value }
    guard values.count == classes.count, found.name == measures[0].name else { return nil }
    return Measure(
      "\(found.name), \(classes.count) classes", values.reduce(0, +) / Double(classes.count))
  }
}
