internal import ArgumentParser
internal import FeatureExport

/// `pigment export`: the color head comes off, what remains becomes a feature archive.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Strip the color head of a trained network and write its trunk as a feature archive.")

  @Argument(help: "A checkpoint, or a run folder (its newest checkpoint).") var checkpoint: String
  @Option(name: .shortAndLong, help: "The feature archive to write (.safetensors).")
  var output: String

  func run() throws {
    let result = try FeatureExporter.export(checkpoint: checkpoint, to: output)
    print(result)
  }
}
