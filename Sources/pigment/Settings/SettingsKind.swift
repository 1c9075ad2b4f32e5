internal import Colorization
internal import Configurations
internal import Text
internal import Training
internal import VOCTransfer

/// Something that settings are for, by the name that commands have for it.
struct SettingsKind: Sendable {
  /// The name, such as `colorization` or `classify`.
  let name: String
  /// What is called with such settings, such as `transfer classify`.
  let command: String
  /// The defaults, with `a.b=value` laid over them.
  let settings: @Sendable ([String]) throws -> any Configuration

  /// Everything that can be configured.
  static let all: [SettingsKind] =
    Tasks.pretexts.map { pretext($0) } + Tasks.transfers.map { transfer($0) }
    + [
      SettingsKind(name: "probe", command: "transfer probe") {
        try ProbingConfiguration.load(nil, settings: $0)
      },
      SettingsKind(name: "recognizer", command: "evaluate recognizer") {
        try RecognizerConfiguration.load(nil, settings: $0)
      },
    ]

  private static func pretext<Task: PretextTask>(_ task: Task.Type) -> SettingsKind {
    SettingsKind(name: Task.name, command: "pretrain") { changes in
      // A configuration without this setting is one of the first task.
      try PretrainingConfiguration<Task>.load(nil, settings: ["task=\(Task.name)"] + changes)
    }
  }

  private static func transfer<Task: TransferTask>(_ task: Task.Type) -> SettingsKind {
    SettingsKind(name: Task.name, command: "transfer \(Task.name)") {
      try Task.Settings.load(nil, settings: $0)
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
}

/// A name that is none of those known, and those that it is most like.
struct UnknownName: Error, CustomStringConvertible {
  let description: String

  /// `what` is said of the name, such as `task`.
  init(_ what: String, _ name: String, known: [String]) {
    let near = known.map { known -> (distance: Int, name: String) in
      // The end of a full name may have been meant.
      let end = known.split(separator: ".").last.map(String.init) ?? known
      return (min(known.distance(to: name), end.distance(to: name)), known)
    }.sorted { $0 < $1 }
    let isLong = known.count > 16
    let some = near.prefix(isLong ? 5 : 16).map(\.name).joined(separator: ", ")
    description =
      "there is no \(what) '\(name)'; "
      + (isLong ? "those that read most like it are \(some)" : "there are \(some)")
  }
}
