internal import ArgumentParser
internal import ColorScience
internal import Datasets
internal import Exemplars
internal import Foundation
internal import GraphCuts
internal import Images
internal import Inputs
internal import Processes
internal import Randomness

/// `pigment-benchmarks expansion`: the graph cuts of Charpiat et al. 2008, as files that another
/// program can solve, too.
struct ExpansionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "expansion",
    abstract: "Lower the cost of labelings of photographs by expansions.",
    subcommands: [Write.self, Solve.self])

  /// `pigment-benchmarks expansion write`: of each picture, colored from the next, the problem.
  struct Write: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "write", abstract: "Write problems: photographs colored from the next one.")

    @Argument(help: "The dataset (.h5).") var data: String
    @Option(help: "Problems, of photographs from all over the dataset.") var count = 5
    @Option(help: "Rows and columns.") var size = 256
    @Option(help: "The smoothness.") var smoothness: Float = 1
    @Option(help: "The folder for them.") var output: String

    func run() throws {
      let dataset = try Dataset(opening: data)
      var window = Augmentation()
      window.size = size
      func planes(_ number: Int) throws -> LabPlanes {
        let record = number % (count + 1) * dataset.count / (count + 1)
        return LabPlanes(rgb: window.center(of: try dataset.picture(record, .whole)).samples)
      }
      try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
      var transfer = MultimodalTransfer()
      transfer.smoothness = smoothness
      for number in 0..<count {
        let model = try transfer.learn(
          from: [Exemplar(planes(number + 1), width: size)], key: RandomKey(seed: 1))
        let problem = model.problem(lightness: try planes(number).lightness, width: size)
        try problem.data.write(to: URL(filePath: "\(output)/\(number).problem"))
      }
    }
  }

  /// `pigment-benchmarks expansion solve`: cost and seconds, as JSON.
  struct Solve: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "solve", abstract: "Solve one problem; print cost and seconds as JSON.")

    @Argument(help: "A file of `expansion write`.") var file: String

    func run() throws {
      let problem = try GridLabeling(Data(contentsOf: URL(filePath: file)), file: file)
      let begin = ContinuousClock.now
      let result = AlphaExpansion().lowest(problem)
      let seconds = begin.duration(to: .now).seconds
      print("{\"cost\": \(result.cost), \"seconds\": \(seconds)}")
    }
  }
}

/// As 32-bit integers of this machine: columns, rows, labels, then costs, distances, weights.
extension GridLabeling {
  fileprivate var data: Data {
    ([Int32(width), Int32(height), Int32(labels)] + costs + distances + weights)
      .withUnsafeBytes { Data($0) }
  }

  fileprivate init(_ data: Data, file: String) throws {
    let numbers = data.withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
    let sides = numbers.prefix(3).map(Int.init)
    guard sides.count == 3 else { throw ValidationError("\(file) holds no problem") }
    let (pixels, labels) = (sides[0] * sides[1], sides[2])
    guard numbers.count == 3 + pixels * (labels + 4) + labels * labels else {
      throw ValidationError("\(file) is cut off")
    }
    let (costs, distances) = (3 + pixels * labels, 3 + pixels * labels + labels * labels)
    self.init(
      width: sides[0], height: sides[1], labels: labels, costs: Array(numbers[3..<costs]),
      distances: Array(numbers[costs..<distances]), weights: Array(numbers[distances...]))
  }
}
