internal import ArgumentParser
internal import Datasets
internal import Processes

/// `pigment data`: build, look into and check datasets.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Build, look into and check datasets (HDF5).",
    subcommands: [
      BuildCommand.self, InspectCommand.self, ShowCommand.self, VerifyCommand.self,
      PriorCommand.self,
      MergeCommand.self, SplitCommand.self, ExportPictures.self, UpgradeCommand.self,
    ])
}

/// `pigment data build`: one way per source of pictures.
struct BuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build", abstract: "Build a dataset.",
    subcommands: [
      BuildFolder.self, BuildVOC.self, BuildCOCO.self, BuildCIFAR.self, BuildImageNet.self,
      BuildHDF5.self, BuildWebDataset.self, BuildScenes.self, BuildCutouts.self,
    ])
}

/// `pigment data inspect`: what a dataset holds.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Print what a dataset, a file of proposals or of extracted features holds.")

  @Argument(help: "The dataset: a file, a pattern, or several with commas.") var file: String
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    if let words = try ResultFile.summary(of: file) {
      Output.show(.init(.description, words))
      return
    }
    let dataset = try Dataset(opening: file)
    var summary = dataset.summary()
    summary.gray = dataset.grayPictures()
    if summary.profiles == nil { summary.profiles = dataset.countProfiles() }
    Output.show(.init(.description, "\(summary)", of: summary))
  }
}

/// `pigment data verify`: read and decode every record.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read every record: checksums, pictures, boxes, masks, the content hash.",
    discussion: "Of proposals and of extracted features all is compared with its digests.")

  @Argument(help: "The dataset: a file, a pattern, or several with commas.") var file: String
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    if let words = try ResultFile.summary(of: file) {
      Output.show(.init(.description, words))
      return
    }
    let dataset = try Dataset(opening: file)
    var counter = Counter("verifying", total: dataset.count)
    let result = dataset.verify { counter.update($0) }
    counter.finish()
    Output.show(.init(.description, "\(result)", ["isSound": result.isSound, "text": "\(result)"]))
    if !result.isSound { throw ExitCode.failure }
  }
}

/// `pigment data upgrade`: rewrite a file of version 1.
struct UpgradeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upgrade",
    abstract: "Rewrite data, proposals or features of schema version 1 as version 2.",
    discussion: """
      Version 2 notes the SHA-256 of all it holds, so that what is changed later is found. What a \
      dataset holds is first compared with its content hash, which stays the same.
      """)

  @Argument(help: "The file (HDF5).") var file: String
  @Option(help: "Where the new file goes; without it, in the place of the old one.")
  var output: String?
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    let output = output ?? file
    // What is being done needs no advice to do it.
    EarlierFile.listen(nil)
    guard try DatasetUpgrade.run(file, to: output) else {
      Output.show(.init(.note, "\(file): it is of version 2 already"))
      return
    }
    Output.show(.file(output, "\(output): version 2", ["version": 2]))
  }
}

/// What every builder prints at its end.
func printReport(_ report: BuildReport) {
  for skipped in report.skipped { Output.warn("skipped \(skipped)") }
  for note in report.notes { Output.say(note) }
  Output.show(
    .file(
      report.path,
      "\(report.path): \(report.count) records, content \(report.contentSHA256.prefix(12))",
      ["records": report.count, "contentSHA256": report.contentSHA256]))
}

/// Runs a builder with a line of progress, and prints its report.
func build(_ body: ((BuildProgress) -> Void) throws -> BuildReport) throws {
  var counter = Counter("building")
  let report = try body { counter.update($0.done, of: $0.total) }
  counter.finish()
  printReport(report)
}
