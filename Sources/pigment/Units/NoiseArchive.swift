internal import ArgumentParser
internal import FeatureExport
internal import Layers
internal import Networks
internal import Processes
internal import Randomness
internal import Tensors

/// `pigment units noise`: an untrained trunk in an archive, the control of every comparison.
struct NoiseArchive: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "noise",
    abstract: "Write an archive of first weights, in the shape of another archive: the control.")

  /// How weights are drawn.
  enum Noise: String, ExpressibleByArgument, CaseIterable {
    case gaussian, xavier, he

    var initializer: Initializer {
      switch self {
      case .gaussian: .gaussian(deviation: 0.01)
      case .xavier: .xavier
      case .he: .he
      }
    }

    /// First weights in the shape of another archive.
    func archive(like model: FeatureDescription, seed: UInt64) -> FeatureArchive {
      FeatureArchive(
        trunk: model.trunk.build(
          initializer, key: RandomKey(seed: seed).folding("trunk"), on: .cpu),
        configuration: model.trunk, preprocessing: model.preprocessing,
        provenance: .init(
          task: "\(rawValue) noise", run: "none", iterations: 0, seed: seed, dataHash: "",
          git: "unknown", recipeHash: ""))
    }
  }

  @Argument(help: "The archive whose shape and input the noise takes.") var like: String
  @Option(name: .customLong("init"), help: "How weights are drawn: gaussian, xavier or he.")
  var noise = Noise.gaussian
  @Option(help: "The root of all randomness.") var seed: UInt64 = 1
  @Option(name: .shortAndLong, help: "The feature archive to write (.safetensors).")
  var output: String
  @OptionGroup var replace: ReplaceOptions
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    try replace.check(output, .export(.archive), inputs: [like])
    let model = try FeatureArchive.read(like).archive.description
    let archive = noise.archive(like: model, seed: seed)
    try archive.write(to: output)
    Output.show(
      .file(output, "\(output): \(model.trunk.summary), \(noise.rawValue) noise"))
  }
}
