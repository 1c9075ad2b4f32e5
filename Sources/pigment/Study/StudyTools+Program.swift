internal import Configurations
internal import Datasets
internal import Runs
internal import Studies
internal import Training
internal import VOCTransfer

extension StudyTools {
  /// What this program knows of configurations, data and results.
  static var program: StudyTools {
    StudyTools(
      settings: settings, dataHash: { try Dataset(opening: $0).contentSHA256 }, result: result,
      noise: Start.byName.map(\.name))
  }

  private static func settings(
    _ verb: Verb, _ file: String, _ changes: [String]
  ) throws -> String {
    func merged<Task: PretextTask>(_ task: Task.Type) throws -> String {
      try PretrainingConfiguration<Task>.load(file, settings: changes).yaml
    }
    return switch verb {
    case .pretrain: try merged(PretextTasks.task(of: file, settings: changes))
    case .transfer(.classify):
      try ClassificationConfiguration.load(file, settings: changes).yaml
    case .transfer(.detect): try DetectionConfiguration.load(file, settings: changes).yaml
    case .transfer(.segment): try SegmentationConfiguration.load(file, settings: changes).yaml
    case .transfer(.probe): try ProbingConfiguration.load(file, settings: changes).yaml
    }
  }

  private static func result(_ verb: StudyTask.Verb, _ folder: String) throws -> StudyResult? {
    switch verb {
    case .classify: try result(ClassificationResult.self, folder)
    case .detect: try result(DetectionResult.self, folder)
    case .segment: try result(SegmentationResult.self, folder)
    case .probe: try result(ProbingResult.self, folder)
    }
  }

  private static func result<Result: TransferResult>(
    _ type: Result.Type, _ folder: String
  ) throws -> StudyResult? {
    guard let found = try RunFolder.evaluation(of: folder, as: type) else { return nil }
    let environment = try RunFolder.environment(of: folder)
    let commit = environment.gitCommit.map { String($0.prefix(12)) } ?? "of no commit"
    return StudyResult(
      measures: found.measures.map { .init($0.name, $0.value, chance: $0.chance) },
      seed: found.run.seed, dataHash: found.run.dataHash,
      trainPictures: found.run.trainPictures, testPictures: found.run.testPictures,
      commit: "pigment \(environment.pigment), \(commit)"
        + (environment.gitDirty == true ? "+changes" : "")
        + (environment.program.map { ", program \($0.prefix(12))" } ?? ""),
      basis: found.basis)
  }
}
