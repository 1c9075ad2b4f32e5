internal import Foundation
public import Layers
public import Networks
internal import Randomness
internal import Runs
internal import Tensors

/// A trunk on its way from a checkpoint to a file, and what was done to it so far.
public struct ExportDraft {
  /// The trunk as it is now.
  public internal(set) var trunk: Stack
  /// Its shape.
  public internal(set) var configuration: TrunkConfiguration
  /// How a picture becomes its input.
  public internal(set) var preprocessing: Preprocessing
  /// Where the weights come from.
  public internal(set) var provenance: FeatureDescription.Provenance
  /// What was done, each step with the difference it made.
  public internal(set) var steps: [FeatureDescription.Step]
  /// Statistics measured before, as long as nothing has changed since.
  public internal(set) var statistics: ChannelStatistics?
  /// How exactly weights are kept: as they were read, unless they are rounded.
  var weights = WeightPrecision.f32
  /// The dead channels of the trunk, once they are counted.
  var dead: DeadChannels?
  /// What was kept of the file, and what was left behind.
  public let load: LoadReport
  /// The file it was read from.
  public let source: String
  /// What was wrong with newer checkpoints of the run, or is different from the file.
  public private(set) var warnings: [String] = []

  /// The largest difference of features, relative to a layer's largest value, that a step may make.
  public static let tolerance = 1e-4

  /// Reads a checkpoint, a run folder's newest checkpoint, or a feature archive.
  ///
  /// Every checkpoint says what it was trained for; one that no pretraining made is an error,
  /// unless `task` names what it was trained for, and so is one of another task than `task`.
  /// `channels` are what the trunk of an older checkpoint sees that does not say so.
  public init(
    reading path: String, task: String? = nil, channels: Preprocessing.Channels? = nil
  ) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
      try TensorArchive(reading: path).metadata[FeatureDescription.key] != nil
    {
      let (archive, load) = try FeatureArchive.read(path)
      try self.init(archive, load: load, source: path)
    } else {
      let found = try CheckpointOrigin.found(at: path)
      try self.init(found.checkpoint, task: task, channels: channels)
      warnings = found.warnings
    }
  }

  /// The trunk of an archive, its outputs under the names of today. Statistics that were measured
  /// under earlier ones lack some of them, and do not stay.
  init(_ archive: FeatureArchive, load: LoadReport, source: String) throws {
    configuration = archive.description.trunk
    if archive.description.naming == .current {
      (trunk, statistics) = (archive.trunk, archive.statistics)
    } else {
      var tensors = TensorArchive(source: source)
      archive.trunk.save(into: &tensors)
      trunk = configuration.build(.constant(0), key: RandomKey(seed: 0), on: .cpu)
      try trunk.load(from: tensors)
      warnings = ["names of layers are those of today: \(source) is of an earlier version"]
    }
    preprocessing = archive.description.preprocessing
    provenance = archive.description.provenance
    weights = archive.description.weights ?? .f32
    steps = archive.description.steps
    self.load = load
    self.source = source
  }

  /// The trunk of a checkpoint; the head is left behind.
  init(_ checkpoint: Checkpoint, task: String?, channels: Preprocessing.Channels? = nil) throws {
    let origin = try CheckpointOrigin(checkpoint)
    source = checkpoint.archive.source
    guard origin.isTaken(for: task) else {
      throw ArchiveError(
        file: source,
        problem: """
          was trained for '\(origin.task)', not for \(task.map { "'\($0)'" } ?? "a pretext task"); \
          give --task \(origin.task) to export it all the same
          """)
    }
    configuration = origin.trunk
    preprocessing = try origin.preprocessing(channels, file: source)
    guard preprocessing.channels.count == configuration.inputChannels else {
      throw ArchiveError(
        file: source,
        problem: "feeds \(preprocessing.channels.rawValue) into a trunk of "
          + "\(configuration.inputChannels) input channels")
    }
    trunk = configuration.build(.constant(0), key: RandomKey(seed: 0), on: .cpu)
    load = try trunk.load(
      from: checkpoint.archive, prefix: "model.", allowingUnused: { $0.hasPrefix("head.") })
    let golden = GoldenValues(of: trunk, configuration)
    for name in trunk.names {
      try golden.outputs[name]!.requireFinite(from: name) { _ in "the golden input" }
    }
    let run = RecordedRun(ofCheckpoint: source)
    provenance = .init(
      task: origin.task, run: run.name, iterations: checkpoint.progress.step, seed: origin.seed,
      dataHash: checkpoint.progress.dataHash, git: EnvironmentRecord.programCommit ?? "unknown",
      runGit: run.commit, recipeHash: checkpoint.progress.configurationHash,
      selection: origin.selection)
    steps = []
    let left = load.unused.map { String($0.name.dropFirst("model.".count)) }
    let whole = try WholeNetwork(configuration, checkpoint.archive)
    try replaceTrunk(
      trunk, configuration,
      .init(
        name: "head removed",
        detail: left.isEmpty ? "there was none" : left.joined(separator: ", "),
        largestDifference: try whole.difference(from: trunk, configuration)))
  }

  /// The archive that the draft has become.
  public var archive: FeatureArchive {
    FeatureArchive(
      trunk: trunk, configuration: configuration, preprocessing: preprocessing,
      provenance: provenance, steps: steps, statistics: statistics, dead: dead, weights: weights)
  }

  /// Puts another trunk in place, and notes the step; one that changed features is an error.
  mutating func replaceTrunk(
    _ new: Stack, _ configuration: TrunkConfiguration, _ step: FeatureDescription.Step
  ) throws(ArchiveError) {
    // Also false where the difference is no number.
    guard step.largestDifference <= Self.tolerance else {
      throw ArchiveError(
        file: source,
        problem: """
          \(step.name) would change features by \(step.largestDifference.inShort) \
          of a layer's largest value, over \(Self.tolerance); nothing was written
          """)
    }
    trunk = new
    self.configuration = configuration
    (statistics, dead, weights) = (nil, nil, .f32)
    steps.append(step)
  }
}

extension CheckpointOrigin {
  /// Whether this is what the user means: the task named, or where none is, any pretext task.
  fileprivate func isTaken(for wanted: String?) -> Bool {
    wanted.map { $0 == task || $0 == pretext } ?? (pretext != nil)
  }

  /// What the checkpoint says, or else the usual shifts and scales of `stated` channels; an error
  /// where neither says so, or both do.
  fileprivate func preprocessing(
    _ stated: Preprocessing.Channels?, file: String
  ) throws(ArchiveError) -> Preprocessing {
    switch (preprocessing, stated) {
    case (let found?, nil): return found
    case (nil, let stated?): return Preprocessing(stated, size: size).sized(for: trunk)
    case (let found?, _?):
      throw ArchiveError(
        file: file,
        problem: "says itself that its trunk sees \(found.channels.rawValue); leave --channels out")
    case (nil, nil):
      let fitting = Preprocessing.Channels.allCases.filter { $0.count == trunk.inputChannels }
      throw ArchiveError(
        file: file,
        problem: """
          is of an earlier version, which did not note what the trunk of a transfer run sees; give \
          --channels (\(fitting.map(\.rawValue).joined(separator: " or "))), as input.channels of \
          the run's configuration.yaml says
          """)
    }
  }
}

extension Double {
  /// A difference as messages show it, such as `1.3e-06`.
  var inShort: String { self == 0 ? "0" : String(format: "%.1e", self) }
}

extension Convolution {
  /// Channels that go in.
  var inputChannels: Int { weight.shape[1] * parameters.groups }
}
