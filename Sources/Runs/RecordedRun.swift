internal import Configurations
internal import Files
internal import Foundation

/// What the folder around a checkpoint says of the run that made it.
public struct RecordedRun: Sendable {
  /// The run folder's name, or the checkpoint's where it lies in no run folder.
  public let name: String
  /// The commit of the program that trained, with `+changes` where files differed from it.
  public let commit: String?
  /// The dataset that the run learned from, as its configuration names it.
  public let dataPath: String?
  /// The split that it was judged by, where its configuration names one.
  public let validationSplit: String?

  /// Reads the folder of the checkpoint at `path`; what is not there stays nil.
  public init(ofCheckpoint path: String) {
    let file = URL(filePath: path)
    let folder = file.deletingLastPathComponent().deletingLastPathComponent()
    func text(_ name: String) -> String? {
      try? String(contentsOfFile: folder.appending(path: name).path, encoding: .utf8)
    }
    let record = text("environment.json").flatMap {
      try? JSON.value(EnvironmentRecord.self, from: $0.utf8)
    }
    name = record == nil ? file.lastPathComponent : folder.lastPathComponent
    commit = record?.gitCommit.map { $0 + (record?.gitDirty == true ? "+changes" : "") }
    let configuration = folder.appending(path: "configuration.yaml").path
    dataPath = try? SingleSetting.text("data.path", in: configuration)
    validationSplit = try? SingleSetting.text("data.validationSplit", in: configuration)
  }
}
