internal import ArgumentParser
internal import Configurations
internal import Foundation
internal import Processes
internal import Runs
internal import Text

/// `pigment config`: what can be set, and what is set.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Show, explain and compare settings.",
    discussion: """
      pigment config classify prints all settings of a task with their defaults, as a \
      configuration that can be edited; pigment config explain batchSize says what one is.
      """,
    subcommands: [ShowSettings.self, ExplainSetting.self, CompareSettings.self],
    defaultSubcommand: ShowSettings.self)
}

/// `pigment config TASK`: everything that can be set, as YAML.
struct ShowSettings: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print all settings of a task, commented, as YAML.")

  @Argument(help: "The task (pigment list tasks).") var task: String
  @Option(
    help: "A setting, such as schedule.rate=0.001; may be repeated.",
    completion: Completions.settings)
  var set: [String] = []
  @Flag(help: "Leave the comments out.") var plain = false
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    do throws(UnknownName) { _ = try SettingsKind(named: task) } catch {
      throw ValidationError("\(error)")
    }
  }

  func run() throws {
    let kind = try SettingsKind(named: task)
    let settings = try kind.settings(set)
    if plain {
      return Output.show(
        .init(.description, String(try settings.yaml.dropLast()), try settings.facts))
    }
    let text = try settings.yaml { entry in
      let choices = SettingNotes.choices(of: entry).map(\.name)
      let all =
        SettingNotes.text(of: entry)
        + (choices.isEmpty ? "" : " One of \(choices.joined(separator: ", ")).")
      return all.isEmpty ? [] : all.wrapped(to: 96)
    }
    let heading = "# All settings of \(task), for pigment \(kind.command).\n"
    Output.show(.init(.description, heading + text.dropLast(), try settings.facts))
  }
}

/// `pigment config explain KEY`: what a setting is.
struct ExplainSetting: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Say what a setting is, its default, and what it may be.")

  @Argument(help: "The setting: its full name, or the end of it, such as clipNorm.")
  var setting: String
  @Option(help: "One task only (pigment list tasks).") var task: String?
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    let kinds = try task.map { [try SettingsKind(named: $0)] } ?? SettingsKind.all
    // What several tasks share is said once.
    var found: [(entry: SettingEntry, tasks: [String])] = []
    var names: Set<String> = []
    for kind in kinds {
      for entry in try kind.settings([]).entries {
        names.insert(entry.path)
        guard entry.path == setting || entry.path.hasSuffix(".\(setting)") else { continue }
        if let place = found.firstIndex(where: { $0.entry == entry }) {
          found[place].tasks.append(kind.name)
        } else {
          found.append((entry, [kind.name]))
        }
      }
    }
    guard !found.isEmpty else { throw UnknownName("setting", setting, known: names.sorted()) }
    Output.show(.init(.description, found.map(Self.page).joined(separator: "\n\n")))
  }

  private static func page(_ entry: SettingEntry, _ tasks: [String]) -> String {
    var lines = [entry.path + (entry.value.map { ": \($0)" } ?? "")]
    let text = SettingNotes.text(of: entry)
    if !text.isEmpty { lines += text.wrapped(to: 96).map { "  \($0)" } }
    for choice in SettingNotes.choices(of: entry) {
      let line = choice.text.isEmpty ? choice.name : "\(choice.name): \(choice.text)"
      lines += line.wrapped(to: 92).enumerated().map { ($0 == 0 ? "  - " : "    ") + $1 }
    }
    let of = tasks.count == SettingsKind.all.count ? "every task" : tasks.joined(separator: ", ")
    return (lines + "  (a setting of \(of))".wrapped(to: 100)).joined(separator: "\n")
  }
}

/// `pigment config diff A B`: where two configurations or runs differ.
struct CompareSettings: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Say in which settings two configurations or runs differ.",
    discussion: """
      What a configuration does not say has its default. A run folder stands for its \
      configuration.yaml. Two files that no task takes are compared as they are written.
      """)

  @Argument(help: "A configuration (YAML) or the folder of a run.") var first: String
  @Argument(help: "Another one.") var second: String
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    var table = Table(["setting", first, second], alignments: [.left, .left, .left])
    let (one, other) = try Self.entries(first, second)
    for difference in SettingDifference.between(one, other) {
      table.add(
        [difference.path, difference.was ?? "no such setting", difference.now ?? "no such setting"])
    }
    let words = table.rows.isEmpty ? "no setting differs" : String("\(table)".dropLast())
    Output.show(table.report("settings that differ", words: words))
  }

  /// All settings of both, by the task that takes both where there is one.
  private static func entries(
    _ first: String, _ second: String
  ) throws -> ([SettingEntry], [SettingEntry]) {
    let files = try [first, second].map { path in
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      return exists && isFolder.boolValue ? try RunFolder.configurationFile(of: path) : path
    }
    let stated = try files.map { try SettingEntry.entries(of: $0) }
    let kinds = files.map { file in SettingsKind.all.filter { (try? $0.load(file, [])) != nil } }
    let common = kinds[0].first { kind in kinds[1].contains { $0.name == kind.name } }
    let all = try zip(files, zip(kinds, stated)).map { file, found in
      try (common ?? found.0.first).map { try $0.load(file, []).entries } ?? found.1
    }
    return (all[0], all[1])
  }
}
