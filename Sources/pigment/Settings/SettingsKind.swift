internal import Colorization
internal import Configurations
internal import Files
internal import Studies
internal import Text
internal import Training
internal import VOCTransfer

/// Something that settings are for, by the name that commands have for it.
struct SettingsKind: Sendable {
  /// The name, such as `colorization` or `classify`.
  let name: String
  /// What is called with such settings, such as `transfer classify`.
  let command: String
  /// What a file says, where one is given, with `a.b=value` laid over it.
  let load: @Sendable (String?, [String]) throws -> any Configuration

  /// The defaults, with `a.b=value` laid over them.
  func settings(_ changes: [String]) throws -> any Configuration { try load(nil, changes) }

  /// Everything that can be configured.
  static let all: [SettingsKind] =
    Tasks.pretexts.map { pretext($0) } + Tasks.transfers.map { transfer($0) }
    + [
      SettingsKind(name: "probe", command: "transfer probe") {
        try ProbingConfiguration.load($0, settings: $1)
      },
      SettingsKind(name: "recognizer", command: "evaluate recognizer") {
        try RecognizerConfiguration.load($0, settings: $1)
      },
    ]

  private static func pretext<Task: PretextTask>(_ task: Task.Type) -> SettingsKind {
    SettingsKind(name: Task.name, command: "pretrain") { path, changes in
      // A configuration without this setting is one of the first task.
      let task = path == nil ? ["task=\(Task.name)"] : []
      return try PretrainingConfiguration<Task>.load(path, settings: task + changes)
    }
  }

  private static func transfer<Task: TransferTask>(_ task: Task.Type) -> SettingsKind {
    SettingsKind(name: Task.name, command: "transfer \(Task.name)") {
      try Task.Settings.load($0, settings: $1)
    }
  }
}

extension SettingsKind {
  /// The one of this name.
  init(named name: String) throws(UnknownName) {
    guard let found = Self.all.first(where: { $0.name == name }) else {
      throw UnknownName("task", name, known: Self.all.map(\.name))
    }
    self = found
  }

  /// The commands that take the settings of the file that an error is about; none where the error
  /// is about no file, or where no command takes them as they are.
  static func commands(taking error: ConfigurationError) -> [String] {
    let path = String(error.place.prefix { $0 != ":" })
    guard !path.isEmpty, (try? POSIXFiles.posix.exists(path)) == true else { return [] }
    let kinds = all.filter { (try? $0.load(path, [])) != nil }.map(\.command)
    let studies = (try? StudyFile.load(path)) == nil ? [] : ["study run"]
    return (kinds + studies).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
