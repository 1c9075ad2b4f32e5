internal import ArgumentParser
internal import Foundation
internal import Layers
internal import Networks
internal import Processes
internal import Randomness
internal import Tensors
internal import Text

/// `pigment summary`: a trunk layer by layer, and what it costs.
struct SummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "Show a trunk's layers with shapes, parameters and multiply-adds.",
    discussion: """
      TRUNK is one of pigment list trunks, or a feature archive. Multiply-adds are those of one \
      picture forward; a training step takes about three times as many. Memory is that of the \
      activations that a training step keeps for its batch, in f32 without the head.
      """)

  @Argument(help: "A trunk's name, or a feature archive.") var trunk: String
  @Option(help: "Factor of every channel count; of a named trunk.") var width: Double?
  @Option(help: "Input channels: 1 for lightness, 3 for color; of a named trunk.")
  var channels: Int?
  @Option(help: "Rows and columns of the pictures.") var size = 224
  @Option(help: "Pictures of a training step.") var batch = 32
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    try requirePictureSize(size)
    guard batch > 0 else { throw ValidationError("--batch must be positive") }
  }

  func run() throws {
    let configuration = try trunkConfiguration()
    let stack = configuration.build(.constant(0), key: RandomKey(seed: 0), on: .cpu)
    let input = MapSize(channels: configuration.inputChannels, size: Pair(size, size))
    guard let activations = stack.activations(of: input),
      let work = stack.multiplyAdds(of: input.size)
    else {
      throw ValidationError(
        "--size \(size): a window finds no place; \(configuration.architecture.rawValue) takes at "
          + "least \(configuration.smallestSide)")
    }
    let learned = stack.tensors.filter { $0.role != .statistic }
    let geometries = stack.geometries
    var table = Table(["layer", "output", "parameters", "multiply-adds", "receptive field"])
    var (maps, parameters) = (input, 0)
    for stage in stack.stages {
      let kind = stage.layer.kind
      let own = learned.filter { $0.name.hasPrefix("\(stage.name).") }
        .reduce(0) { $0 + $1.tensor.shape.count }
      let adds = kind.multiplyAdds(of: maps.size)
      maps = kind.maps(of: maps)
      parameters += own
      table.add([
        stage.output, "\(maps.channels) x \(maps.size.height) x \(maps.size.width)",
        own == 0 ? "" : "\(own)", adds == 0 ? "" : Self.count(adds),
        geometries[stage.output].map { "\(Int($0.receptiveField))" } ?? "",
      ])
    }
    let memory = Table.size(Int(4 * activations * Double(batch)))
    let words =
      "\(configuration.summary), pictures of \(size) x \(size)\n\(table)"
      + "\(parameters) parameters, \(Self.count(work)) multiply-adds a picture, "
      + "\(memory) of activations in a step of \(batch)"
    Output.show(table.report("summary", words: words))
  }

  private func trunkConfiguration() throws -> TrunkConfiguration {
    if let architecture = TrunkConfiguration.Architecture(rawValue: trunk) {
      let found = TrunkConfiguration(
        architecture, width: width ?? 1, inputChannels: channels ?? 1)
      if let problem = found.problem { throw ValidationError("\(trunk) \(problem)") }
      return found
    }
    guard FileManager.default.fileExists(atPath: trunk) else {
      throw UnknownName(
        "trunk or archive", trunk, known: TrunkConfiguration.Architecture.allCases.map(\.rawValue))
    }
    guard width == nil, channels == nil else {
      throw ValidationError("--width and --channels are those of the archive")
    }
    return try FeatureArchive.read(trunk).archive.description.trunk
  }

  /// Such as `163.2 M`.
  private static func count(_ value: Double) -> String {
    value >= 1e9
      ? Table.number(value / 1e9, digits: 2) + " G"
      : value >= 1e6
        ? Table.number(value / 1e6, digits: 1) + " M" : Table.number(value / 1e3, digits: 1) + " k"
  }
}
