internal import Files

/// What a run is made by: equal recipes and seeds make equal runs.
public struct Recipe: Codable, Hashable, Sendable {
  /// The name, such as `voc-transfer/classify/all/colorization`.
  public var name: String
  /// The study's version.
  public var version: Int
  /// The SHA-256 of everything that it depends on but the seed: the merged settings, the content of
  /// the data, the recipes of what it needs.
  public var hash: String

  /// Name, version and the beginning of the hash.
  public var description: String { "\(name) \(version) \(hash.prefix(10))" }
}

/// One command of a study, and what it leaves.
public struct StudyStep: Sendable {
  /// What is done.
  public enum Work: Sendable, Hashable {
    /// A trunk learns without labels.
    case pretrain
    /// A trunk learns with labels, to be a start, by this command of `pigment transfer`.
    case supervise(String)
    /// A trunk becomes a feature archive.
    case export
    /// A start is tested on a task, by this command.
    case transfer(String)

    var isTransfer: Bool { if case .transfer = self { true } else { false } }

    /// The command of `pigment transfer`; nil for others.
    var verb: String? {
      switch self {
      case .supervise(let verb), .transfer(let verb): verb
      case .pretrain, .export: nil
      }
    }
  }

  /// The name: folder and name under the study's folder, such as `classify/all/he-seed1`.
  public var id: String
  /// What is done.
  public var work: Work
  /// What it is made by.
  public var recipe: Recipe
  /// The merged settings, with content hashes for data sets.
  public var settings: String
  /// The seed.
  public var seed: UInt64
  /// The seed of the pretraining that it begins with, where there was one.
  public var pretrainingSeed: UInt64?
  /// The steps that must be finished before.
  public var needs: [String]
  /// The run folder, or the file of an export.
  public var product: String
  /// The content hash of the data that it learns from and reports on; empty for exports.
  public var dataHash: String
  /// The program's arguments, the rate that `choice` finds aside.
  public var arguments: [String]
  /// What it sees and computes; nothing for exports.
  public var effort = StudyWork()
  /// What kind of work it is, within which an image costs alike: the learner or the task.
  public var kind = "export"
  /// Its place in the order of work: the images of the point that it belongs to.
  public var rank = 0
  /// Its place among those of one point: that of its start in the study's list.
  public var turn = 0
  /// Whether the archive that it leaves is kept beside its row.
  public var isKept = false
  /// The trials that decide about its rate; nil where the rate is set.
  public var choice: RateChoice?

  /// The arguments with the chosen rate; those that go on with a run that was begun, where it was.
  func arguments(rate: Double?, isBegun: Bool) -> [String] {
    if isBegun, work == .pretrain { return ["resume", product] }
    return arguments + (rate.map { ["--set", "schedule.rate=\($0)"] } ?? [])
  }

  /// The steps that must have ended before it begins.
  var precedents: [String] { needs + (choice?.trials.map(\.step) ?? []) }

  /// The digest of recipe and seeds: what tells runs apart.
  var identity: String {
    Digest.hexadecimal("\(recipe.hash) \(seed) \(pretrainingSeed.map(String.init) ?? "-")")
  }
}
