internal import ArgumentParser
internal import ColorScience
internal import Colorization
internal import Datasets
internal import Foundation
internal import Processes
internal import Text
internal import Training

/// `pigment data prior`: how often each color occurs in a data set.
struct PriorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prior",
    abstract: "Measure the color prior of a dataset and keep it beside it.",
    discussion: """
      The prior says how often each of the 313 colors occurs, smoothed by the soft codes of \
      pixels. Pretraining rebalances by it (objective.prior), and pigment evaluate color weighs \
      its rebalanced AuC by it. The result does not depend on the number of threads.
      """)

  @Argument(help: "The dataset: a file, a pattern such as 'shards/*.h5', or several with commas.")
  var data: String
  @Option(help: "The split to measure; without it, all records.") var split: String?
  @Option(help: "Larger pictures are reduced to this shorter side first.") var size = 256
  @Option(help: "Take every pixel of this many, across and down.") var step = 4
  @Option(help: "Bins in the soft code of a pixel: 10 in the released code, 5 in the paper.")
  var neighbors = 10
  @Option(help: "Width of the soft code, in ab units.") var sigma = 5.0
  @Option(help: "Threads that read and code pictures.")
  var threads = ProcessInfo.processInfo.activeProcessorCount
  @Option(name: .shortAndLong, help: "The file to write; by default DATA's name with .prior.json.")
  var output: String?
  @OptionGroup var replace: ReplaceOptions
  @OptionGroup var console: ConsoleOptions

  private var recipe: MeasuredPrior.Recipe {
    var recipe = MeasuredPrior.Recipe()
    (recipe.split, recipe.size, recipe.step) = (split, size, step)
    (recipe.neighbors, recipe.sigma) = (neighbors, sigma)
    return recipe
  }

  func validate() throws {
    if let problem = recipe.problem { throw ValidationError(problem) }
    guard threads > 0 else { throw ValidationError("--threads must be positive") }
  }

  func run() throws {
    let dataset = try Dataset(opening: data)
    let path = output ?? MeasuredPrior.path(beside: dataset)
    try replace.check(path, .prior, inputs: dataset.files)
    var counter = Counter("measuring", total: dataset.count)
    let measured = try MeasuredPrior.measure(dataset, recipe: recipe, threads: threads) {
      counter.update($0, of: $1)
    }
    counter.finish()
    try measured.write(to: path)
    Output.show(.init(.description, summary(measured)))
    Output.show(
      .file(
        path, "\(path): the prior of \(measured.pictures) pictures",
        ["pictures": measured.pictures]))
  }

  /// The most frequent colors and what they weigh, and how wide the distribution is.
  private func summary(_ measured: MeasuredPrior) -> String {
    let bins = ColorBins.standard
    let p = measured.prior.probabilities
    let weights = Rebalancing.weights(prior: p)
    var table = Table(["color (a, b)", "share, %", "weight at lambda 0.5"])
    for bin in p.indices.sorted(by: { p[$0] > p[$1] }).prefix(8) {
      table.add([
        "(\(Int(bins.a[bin])), \(Int(bins.b[bin])))", Table.number(100 * p[bin], digits: 2),
        Table.number(weights[bin], digits: 4),
      ])
    }
    let entropy = measured.prior.entropy
    return """
      \(table)
      \(Int(measured.prior.pixels)) pixels; entropy \(Table.number(entropy, digits: 3)) nats, \
      as wide as \(Table.number(exp(entropy), digits: 1)) equally frequent colors; \
      \(p.count { $0 == 0 }) of \(p.count) colors never seen; \
      weights \(Table.number(weights.min()!, digits: 4)) to \
      \(Table.number(weights.max()!, digits: 4))
      """
  }
}
