public import Networks

/// What a run started from and what it saw: kept with every result, so that a table can prove what
/// its rows are.
public struct RunRecord: Codable, Sendable, Equatable {
  /// What the trunk started from.
  public let start: String
  /// The digest of the archive it started from; empty for noise.
  public let startDigest: String
  /// The root seed.
  public let seed: UInt64
  /// Pictures learned from.
  public let trainPictures: Int
  /// Pictures reported on.
  public private(set) var testPictures: Int
  /// The content hash of the data.
  public let dataHash: String
  /// The digest of the proposals that detection chose from; nil for other tasks, and in results of
  /// earlier versions.
  public let proposalsDigest: String?
  /// The other pictures that these scores are of; nil where they are of the run's own test split.
  public private(set) var tested: TestedPictures?
  /// The step of the checkpoint that was tested, where `selection` chose the best one; nil where
  /// the last was, and in results of earlier versions.
  public let selectedStep: Int?
  /// How pictures became the network's input.
  public let input: Preprocessing
  /// The outputs of the trunk that the task used, by name.
  public let layers: [String]
  /// The layers that did not learn.
  public let frozen: [String]
  /// What was loaded from an archive, tensor by tensor; nil for noise.
  public let loaded: LoadReport?
  /// Where the archive's weights come from; nil for noise.
  public let provenance: FeatureDescription.Provenance?
  /// What the start learned from training pictures; nil where it learned nothing.
  public let initialization: InitializationReport?

  /// The same record, of a test on other pictures.
  func tested(on pictures: TestedPictures, count: Int) -> RunRecord {
    var copy = self
    (copy.tested, copy.testPictures) = (pictures, count)
    return copy
  }

  /// The part that labels had in choosing what the run started from, as a sentence for tables.
  public var selectionNote: String? { provenance?.selectionNote }

  /// The record of a run from `trunk`, which `start` gave.
  public init(
    start: Start, trunk: Start.Trunk, seed: UInt64, trainPictures: Int, testPictures: Int,
    dataHash: String, proposalsDigest: String? = nil, selectedStep: Int? = nil, layers: [String],
    frozen: [String]
  ) {
    self.start = start.description
    startDigest = trunk.digest
    self.seed = seed
    self.trainPictures = trainPictures
    self.testPictures = testPictures
    self.dataHash = dataHash
    self.proposalsDigest = proposalsDigest
    self.selectedStep = selectedStep
    input = trunk.preprocessing
    self.layers = layers
    self.frozen = frozen
    loaded = trunk.report
    provenance = trunk.provenance
    initialization = trunk.initialization
  }
}

/// Pictures that a finished run was tested on later.
public struct TestedPictures: Codable, Sendable, Equatable, CustomStringConvertible {
  /// Where the dataset was, and its split.
  public let path, split: String
  /// The content hash of the dataset.
  public let dataHash: String
  /// The digest of the proposals that detection chose from; nil for other tasks.
  public let proposalsDigest: String?
  /// Whether they are what the run learned from.
  public let areTrainingPictures: Bool

  /// Such as `split 'test' of voc2007.h5 (content 0123456789ab)`.
  public var description: String {
    "split '\(split)' of \(path) (content \(dataHash.prefix(12)))"
      + (areTrainingPictures ? ", which it learned from" : "")
  }
}
