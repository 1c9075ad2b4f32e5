internal import ArgumentParser
internal import VOCTransfer

/// `pigment transfer segment`: a class for every pixel, from several starts, over seeds.
struct SegmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "segment",
    abstract: "Segmentation with fully convolutional networks: every start, every seed, a table.",
    discussion: """
      Each run keeps a sheet of pictures, truths and predictions (sheet.png) and the predictions \
      as the VOC server takes them (results/).
      """)

  @OptionGroup var options: TransferOptions

  func run() throws { try options.compare(SegmentationRun.self) }
}
