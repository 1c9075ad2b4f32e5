internal import ArgumentParser
internal import Datasets

/// `pigment data build coco`: pictures with COCO annotations.
struct BuildCOCO: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coco",
    abstract: "From pictures with COCO annotations: labels, boxes, masks, splits.",
    discussion: """
      Several folders, each followed by its annotations, make one dataset: train2017 \
      instances_train2017.json val2017 instances_val2017.json. Each folder becomes a split of its \
      name.
      """)

  @Argument(help: "A folder of pictures and its annotations (JSON), or several such pairs.")
  var paths: [String]
  @OptionGroup var common: BuildArguments
  @Flag(help: "Leave shapes out; there is no limit of 254 classes then.") var withoutMasks = false
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard !paths.isEmpty, paths.count % 2 == 0 else {
      throw ValidationError("give pairs of a folder of pictures and its annotations")
    }
  }

  func run() throws {
    try common.checkOutput(inputs: paths)
    let parts = stride(from: 0, to: paths.count, by: 2).map {
      COCOBuilder.Part(images: paths[$0], annotations: paths[$0 + 1])
    }
    var builder = COCOBuilder(parts: parts)
    builder.masks = !withoutMasks
    builder.options = common.options
    try build { try builder.build(to: common.output, progress: $0) }
  }
}
