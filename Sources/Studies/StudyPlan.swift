internal import Configurations
internal import Files

/// A study at one scale, expanded: pretext x start x task x regime x seed.
///
/// All configurations are read and all data sets opened here, so that whatever is wrong is said
/// before the first step.
public struct StudyPlan {
  /// One row of the report: a start on a task in a regime, over seeds.
  public struct Row: Sendable {
    /// The task.
    public var task: StudyTask
    /// The regime.
    public var regime: StudyRegime
    /// The start.
    public var start: String
    /// What its runs are made by.
    public var recipe: Recipe
    /// The names of its steps, by rising seed.
    public var steps: [String]
    /// Pretraining seeds behind it; 0 for noise.
    public var pretrainingSeeds: Int
    /// The learner behind its trunk, such as `colorization` of `colorization-100k`; empty for
    /// noise.
    public var learner: String
    /// What its pretraining sees and computes; nothing for noise.
    public var pretraining: StudyWork
    /// What each of its own runs sees and computes.
    public var work: StudyWork
  }

  /// The study, as its scale changes it.
  public let study: StudyFile
  /// The scale's name; empty where the study has none.
  public let scale: String
  /// The study's folder.
  public let output: String
  /// The steps; each comes after those that it needs.
  public let steps: [StudyStep]
  /// The rows, by task, regime and start.
  public let rows: [Row]
  /// The content hash of each data set that is used.
  public let dataHashes: [String: String]

  /// Reads a study file and expands it at a scale. `data` gives data sets other places than the
  /// file does, `rows` is another folder of rows; `output` is empty for `runs/NAME-SCALE`.
  public init(
    _ path: String, scale: String?, data: [String: String] = [:], output: String = "",
    rows folder: String? = nil, tools: StudyTools
  ) throws {
    var text = try StudyFile.load(path, on: tools.files)
    if let folder { text.rows = folder }
    let source = StudySource(path: path, files: tools.files)
    let expanded = try source.study(text, scale: scale, data: data)
    self.study = expanded.study
    self.scale = expanded.scale
    let usual = "runs/\(study.name)" + (self.scale.isEmpty ? "" : "-\(self.scale)")
    self.output = output.isEmpty ? usual : output
    var builder = PlanBuilder(expanded, output: self.output, source: source, tools: tools)
    try builder.build()
    (steps, rows, dataHashes) = (builder.steps, builder.rows, builder.dataHashes)
  }

  /// The step called `id`.
  public func step(_ id: String) -> StudyStep { steps.first { $0.id == id }! }
}
