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
      verbs: Tasks.transfers.map {
        StudyVerb($0.name, needsProposals: $0.name == DetectionTask.name)
      }
        + [StudyVerb(ProbingRun.name, takesArguments: true)],
      settings: settings, dataHash: { try Dataset(opening: $0).contentSHA256 }, result: result,
      work: work, metrics: metrics, deadChannels: deadChannels, program: programName,
      noise: Start.byName.map(\.name))
  }

  private static func settings(
    _ verb: String?, _ file: String, _ changes: [String]
  ) throws -> String {
    func pretraining<Task: PretextTask>(_ task: Task.Type) throws -> String {
      try PretrainingConfiguration<Task>.load(file, settings: changes).canonicalYAML
    }
    func fineTuning<Task: TransferTask>(_ task: Task.Type) throws -> String {
      try Task.Settings.load(file, settings: changes).canonicalYAML
    }
    guard let verb else { return try pretraining(Tasks.pretext(of: file, settings: changes)) }
    guard let task = Tasks.transfer(verb) else {
      return try ProbingConfiguration.load(file, settings: changes).canonicalYAML
    }
    return try fineTuning(task)
  }

  static func result(_ verb: String, _ folder: String) throws -> StudyResult? {
    func fineTuned<Task: TransferTask>(_ task: Task.Type) throws -> StudyResult? {
      try result(Task.Result.self, folder)
    }
    guard let task = Tasks.transfer(verb) else { return try result(ProbingResult.self, folder) }
    return try fineTuned(task)
  }

  private static func result<Result: TransferResult>(
    _ type: Result.Type, _ folder: String
  ) throws -> StudyResult? {
    guard let found = try RunFolder.evaluation(of: folder, as: type) else { return nil }
    let environment = try RunFolder.environment(of: folder)
    let commit = environment.gitCommit.map { String($0.prefix(12)) } ?? "of no commit"
    let basis = [found.basis, found.run.selectionNote].compactMap { $0 }
    return StudyResult(
      measures: found.measures.map { .init($0.name, $0.value, chance: $0.chance) },
      classes: found.classMeasures.map { .init($0.name, $0.value, count: $0.count) },
      seed: found.run.seed, dataHash: found.run.dataHash,
      trainPictures: found.run.trainPictures, testPictures: found.run.testPictures,
      commit: "pigment \(environment.pigment), \(commit)"
        + (environment.gitDirty == true ? "+changes" : "")
        + (environment.program.map { ", program \($0.prefix(12))" } ?? ""),
      basis: basis.isEmpty ? nil : basis.joined(separator: ". "))
  }
}
