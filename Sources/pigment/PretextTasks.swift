internal import Colorization
internal import Configurations
internal import Rivals
internal import Training

/// What `pigment pretrain` can teach: the one list of pretext tasks.
enum PretextTasks {
  static let all: [any PretextTask.Type] = [
    ColorizationTask.self, AutoencoderTask.self, ContextTask.self, DenoisingTask.self,
    InpaintingTask.self, RotationTask.self, SplitBrainTask.self,
  ]

  /// The task that a configuration names, or the first.
  static func task(of config: String, settings: [String] = []) throws -> any PretextTask.Type {
    let name = try SingleSetting.text("task", in: config, settings: settings)
    guard let name else { return all[0] }
    guard let task = all.first(where: { $0.name == name }) else {
      throw ConfigurationError(
        place: config, setting: "task",
        problem: "must be one of \(all.map { $0.name }.joined(separator: ", ")), not '\(name)'")
    }
    return task
  }
}
