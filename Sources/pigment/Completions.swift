internal import ArgumentParser
internal import Configurations
internal import Layers
internal import Networks
internal import VOCTransfer

/// What a shell offers where a word is asked for that the program knows
/// (`pigment --generate-completion-script`).
enum Completions {
  /// Names of settings, with the sign that a value follows.
  static let settings = CompletionKind.custom { words, _, _ in
    let said = words.dropFirst().joined(separator: " ")
    let kinds = SettingsKind.all.filter { said.hasPrefix($0.command) || said.contains($0.name) }
    let names = (kinds.isEmpty ? SettingsKind.all : kinds).flatMap {
      (try? $0.settings([]).entries.filter { $0.value != nil }.map(\.path)) ?? []
    }
    return Set(names).sorted().map { "\($0)=" }
  }

  /// Outputs of the archive that the line names, or of the trunk that is usual.
  static let layers = CompletionKind.custom { words, _, _ in
    let archive = words.dropFirst().first { $0.hasSuffix(".safetensors") }
    let known = archive.flatMap { try? FeatureArchive.describe($0).description.layers.map(\.name) }
    return known ?? ListCommand.stack(.eccv16).names
  }

  /// Starts that need no file. (Files are offered by the shell where none of these fits.)
  static let starts = CompletionKind.custom { _, _, _ in Start.byName.map(\.name) }

  /// The devices of this machine.
  static let devices = CompletionKind.custom { _, _, _ in
    DoctorReport().devices.map(\.name) + ["reference"]
  }
}
