internal import Foundation
internal import Layers
public import Networks

/// Takes the head off a trained network and writes what remains, each step checked.
public enum FeatureExporter {
  /// What an export does besides taking the head off.
  public struct Options: Sendable {
    /// What is written.
    public var format: ExportFormat = .archive
    /// What only some formats know.
    public var formatOptions = FormatOptions()
    /// Which channels the trunk takes.
    public var input: InputConvention = .trained
    /// How red, green and blue are shifted and scaled.
    public var normalization: RGBNormalization = .matched
    /// Whether AlexNet's padded, dilated form is kept.
    public var keepsForm = false
    /// Whether batch normalization is folded into the convolutions.
    public var foldsNormalization = false
    /// Whether layers are rescaled so that all learn equally fast; needs pictures, those of the
    /// statistics.
    public var balancesLayers = false
    /// How exactly weights are kept.
    public var weights = WeightPrecision.f32
    /// What the checkpoint was trained for; needed where it was no pretext task.
    public var task: String?
    /// What the trunk of a transfer run of an earlier version sees, whose checkpoints do not say
    /// it.
    public var channels: Preprocessing.Channels?
    /// The dataset for the statistics of channels; nil for the one that the run learned from, where
    /// it is still there.
    public var statisticsData: String?
    /// How many of its pictures; 0 for no statistics.
    public var statisticsPictures = 32

    /// A feature archive with the input it was trained with.
    public init() {}
  }

  /// What an export did.
  public struct Report: Sendable, CustomStringConvertible {
    /// What was written.
    public let path: String
    /// Its format.
    public let format: ExportFormat
    /// What the archive says of itself.
    public let features: FeatureDescription
    /// Tensors kept, and the head's tensors that were left behind.
    public let load: LoadReport
    /// The steps, and last the reading back of what was written.
    public let steps: [FeatureDescription.Step]

    /// What was wrong with newer checkpoints than the one that was exported, or is different.
    public let warnings: [String]
    /// Why there are no channel statistics; nil where there are.
    public let missingStatistics: String?
    /// The dead channels of the exported trunk, counted on the split that its run was judged by;
    /// nil where there are no such pictures.
    public let dead: DeadChannels?

    /// The largest difference over all steps, relative to a layer's largest value.
    public var largestDifference: Double { steps.map(\.largestDifference).max() ?? 0 }

    /// The checkpoint, a line for each step with the difference it made, and where the statistics
    /// come from.
    public var description: String {
      let width = steps.map(\.name.count).max() ?? 0
      let lines = steps.map { step in
        let name = step.name.padding(toLength: width, withPad: " ", startingAt: 0)
        return "  \(name)  largest difference \(step.largestDifference.inShort)"
          + (step.detail.isEmpty ? "" : "  (\(step.detail))")
      }
      let parameters = load.loaded.reduce(0) { $0 + $1.shape.reduce(1, *) }
      let statistics =
        features.statistics.map {
          "channel statistics over \($0.pictures) pictures of \($0.size) pixels, "
            + "data \($0.dataHash.prefix(12))"
        } ?? "no channel statistics" + (missingStatistics.map { ": \($0)" } ?? "")
      let dead = self.dead.map { "\n  dead channels: \($0)" } ?? ""
      let origin = features.provenance
      let warnings = warnings.map { "\n  warning: \($0)" }.joined()
      return """
        \(path): \(format.rawValue), \(features.trunk.summary), \
        \(features.preprocessing.channels.rawValue) input; \(features.layers.count) outputs, \
        \(parameters) numbers
          \(origin.task), step \(origin.iterations) of \(origin.run)\(warnings)
        \(lines.joined(separator: "\n"))
          \(statistics)\(dead)
        """
    }
  }

  /// Exports the trunk of a checkpoint (a file, or a run folder's newest) or of a feature archive.
  ///
  /// Every step compares features before and after, and what was written is read back through the
  /// door that its users take; where anything differs, an error says so and `output` is as before.
  public static func export(
    _ path: String, to output: String, options: Options = .init()
  ) throws -> Report {
    var draft = try ExportDraft(reading: path, task: options.task, channels: options.channels)
    guard !options.keepsForm || !draft.configuration.architecture.trunk.stridedWords.isEmpty else {
      throw ArchiveError(
        file: path, problem: "is a \(draft.configuration.summary), which has no dense form to keep")
    }
    if !options.keepsForm { try draft.restoreStrides() }
    try draft.changeInput(to: options.input, normalization: options.normalization)
    if options.foldsNormalization { try draft.foldNormalization() }
    for name in options.formatOptions.outputs where name != FormatOptions.all {
      _ = try draft.trunk.layer(called: name, file: path)
    }
    let found = try StatisticsData(for: draft, options)
    if options.balancesLayers {
      guard let data = found.dataset else {
        throw ArchiveError(
          file: path,
          problem: "needs pictures to balance layers on; give --statistics DATA"
            + (found.reason.map { " (\($0))" } ?? ""))
      }
      try draft.balance(on: data)
    }
    try draft.round(to: options.weights)
    if options.statisticsPictures > 0, let data = found.dataset {
      try draft.measure(data, count: options.statisticsPictures)
    }
    var dead: DeadChannels?
    if options.statisticsPictures > 0, let data = found.dataset {
      dead = try draft.deadChannels(on: data)
      draft.dead = dead
    }
    let archive = draft.archive
    let check = try archive.write(options.format, to: output, options: options.formatOptions)
    let steps =
      archive.description.steps + [
        .init(name: "written and read back", detail: "", largestDifference: check.largestDifference)
      ]
    return Report(
      path: output, format: options.format, features: archive.description, load: draft.load,
      steps: steps, warnings: draft.warnings,
      missingStatistics: archive.statistics == nil ? found.reason : nil, dead: dead)
  }
}
