internal import ArgumentParser
internal import Datasets
internal import Foundation
internal import Processes
internal import Proposals
internal import Runs
internal import Text
internal import VOCTransfer

/// `pigment proposals`: boxes that may hold objects.
struct ProposalsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proposals", abstract: "Find, bring in and measure boxes that may hold objects.",
    subcommands: [BuildProposals.self, ImportProposals.self, RecallCommand.self])
}

/// `pigment proposals build`: selective search over a dataset.
struct BuildProposals: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build", abstract: "Selective search: the boxes of every picture of a dataset.",
    discussion: """
      The fast mode of Uijlings et al. 2013. The same pictures give the same boxes. \
      A search that was stopped goes on when the same command is given again.
      """)

  @Argument(help: "The dataset (.h5).") var data: String
  @Option(name: .shortAndLong, help: "The proposals to write (.h5).") var output: String
  @OptionGroup var replace: ReplaceOptions
  @Option(name: .customLong("max"), help: "Boxes kept of a picture; 0 keeps all.") var limit = 2000
  @Option(help: "Color spaces: hsv, lab, rgb, rgI, intensity.") var space = ["hsv", "lab"]
  @Option(help: "Scales of the segmentation, for a picture of 500 x 375.") var scale = [
    50.0, 100.0,
  ]
  @Option(help: "Threads; the result does not depend on them.") var threads =
    ProcessInfo.processInfo.activeProcessorCount
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard limit >= 0 else { throw ValidationError("--max must not be negative") }
    guard threads > 0 else { throw ValidationError("--threads must be positive") }
    guard !scale.isEmpty, scale.allSatisfy({ $0 > 0 }) else {
      throw ValidationError("--scale must be positive")
    }
    if let unknown = space.first(where: { ProposalSpace(rawValue: $0) == nil }) {
      let known = ProposalSpace.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("there is no color space '\(unknown)'; there are \(known)")
    }
  }

  func run() throws {
    var search = SelectiveSearch()
    search.maximumBoxes = limit
    search.spaces = space.compactMap { ProposalSpace(rawValue: $0) }
    search.scales = scale
    let dataset = try Dataset(opening: data)
    try replace.check(output, .proposals, inputs: dataset.files)
    var counter = Counter("proposals", total: dataset.count, heedsSignals: false)
    let lock = try OutputLock(for: output)
    defer { withExtendedLifetime(lock) {} }
    let report: ProposalBuilder.Report
    do {
      report = try ProposalBuilder(search, threads: threads).build(dataset, to: output) {
        counter.update($0)
      }
    } catch let interruption as Interruption {
      counter.finish()
      Output.say("\(output): \(interruption) and saved; the same command goes on")
      throw ExitCode(interruption.signal.exitCode)
    }
    counter.finish()
    func milliseconds(_ seconds: Double) -> Int { Int((1000 * seconds).rounded()) }
    Output.show(
      .file(
        output,
        """
        \(output): \(report.boxes) boxes of \(report.pictures) pictures, \
        \(milliseconds(report.secondsPerPicture)) ms a picture on one core, at most \
        \(milliseconds(report.longestSeconds)) ms
        """, ["boxes": report.boxes, "pictures": report.pictures]))
  }
}

/// `pigment proposals import`: proposals of another program.
struct ImportProposals: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Bring in proposals that another program found.",
    discussion: """
      FILE is HDF5 with /ids (N strings), /boxes/xyxy (M x 4: xmin, ymin, xmax, ymax; 0-based \
      pixels, both included) and /boxes/offsets (N + 1: where each id's boxes begin). Numbers may \
      be integers or floating-point numbers of any size. Ids may come in any order; all records of \
      DATA must be there.
      """)

  @Argument(help: "The file with proposals (HDF5).") var file: String
  @Argument(help: "The dataset (.h5).") var data: String
  @Option(name: .shortAndLong, help: "The proposals to write (.h5).") var output: String
  @OptionGroup var replace: ReplaceOptions
  @Option(help: "How they were found, for the record.") var method = "imported"
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    let dataset = try Dataset(opening: data)
    try replace.check(output, .proposals, inputs: dataset.files + [file])
    let boxes = try ProposalFile.foreign(file, for: dataset)
    try ProposalFile.write(boxes, of: dataset, method: method, to: output)
    let count = boxes.reduce(0) { $0 + $1.count }
    Output.show(
      .file(
        output, "\(output): \(count) boxes of \(boxes.count) pictures",
        ["boxes": count, "pictures": boxes.count]))
  }
}

/// `pigment proposals recall`: how many objects proposals find.
struct RecallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recall", abstract: "Print how many of the annotated objects proposals find.")

  @Argument(help: "The dataset (.h5).") var data: String
  @Argument(help: "Its proposals (.h5).") var proposals: String
  @Option(help: "The split to look at; all records without one.") var split: String?
  @Option(help: "Numbers of proposals of a picture.") var limit = [100, 500, 1000, 2000]
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard !limit.isEmpty, limit.allSatisfy({ $0 > 0 }) else {
      throw ValidationError("--limit must be positive")
    }
  }

  func run() throws {
    let dataset = try Dataset(opening: data)
    let file = try ProposalFile(reading: proposals, for: dataset)
    let records = try split.map { try dataset.indices(ofSplit: $0) } ?? Array(0..<dataset.count)
    guard let recall = ProposalRecall(file, of: dataset, records: records, limits: limit) else {
      throw DatasetError(
        file: data, problem: "there are no objects that are not difficult",
        remedy: "recall needs annotated boxes")
    }
    Output.show(
      .init(
        .description,
        "\(recall.objects) objects in \(recall.pictures) pictures; \(file.method)\n",
        ["objects": recall.objects, "pictures": recall.pictures, "method": file.method]))
    Output.show(recall.table.report("recall"))
  }
}
