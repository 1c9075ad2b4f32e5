internal import Colorization
internal import Configurations
internal import Rivals
internal import Training
internal import VOCTransfer

/// Everything that can be learned: the one list that feeds commands, `resume` and studies.
enum Tasks {
  /// What `pigment pretrain` can teach.
  static let pretexts: [any PretextTask.Type] = [
    ColorizationTask.self, AutoencoderTask.self, BarlowTwinsTask.self, CMCTask.self,
    ContextTask.self, DenoisingTask.self, InpaintingTask.self, JigsawTask.self, MaskedTask.self,
    RotationTask.self, SimCLRTask.self, SplitBrainTask.self,
  ]

  /// What `pigment transfer` can fine-tune for; `probe` fine-tunes nothing and is apart.
  static var transfers: [any TransferTask.Type] {
    [
      ClassificationTask.self, CategorizationTask.self, DetectionTask.self, SegmentationTask.self,
    ]
  }

  /// The pretext task that a configuration names, or the first.
  static func pretext(
    of config: String, settings: [String] = []
  ) throws -> any PretextTask.Type {
    let name = try SingleSetting.text("task", in: config, settings: settings)
    guard let name else { return pretexts[0] }
    guard let task = pretexts.first(where: { $0.name == name }) else {
      throw ConfigurationError(
        place: config, setting: "task",
        problem:
          "must be one of \(pretexts.map { $0.name }.joined(separator: ", ")), not '\(name)'")
    }
    return task
  }

  /// Their names, for sentences.
  static var transferNames: String { transfers.map { $0.name }.joined(separator: ", ") }

  /// The transfer task of this name; nil where there is none.
  static func transfer(_ name: String) -> (any TransferTask.Type)? {
    transfers.first { $0.name == name }
  }
}
