internal import ArgumentParser
internal import VOCTransfer

/// `pigment transfer detect`: Fast R-CNN from several starts, over seeds.
struct DetectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect",
    abstract: "Detection (Fast R-CNN): every start with every seed, and a table.",
    discussion: """
      Proposals come from pigment proposals build. Beside its result, each run has the devkit's \
      files in detections/ and a sheet, detections.png.
      """)

  @OptionGroup var options: TransferOptions

  func run() throws { try options.compare(DetectionRun.self) }
}
