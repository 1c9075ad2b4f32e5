internal import ArgumentParser
internal import Datasets

/// `pigment data build voc`: a PASCAL VOC devkit.
struct BuildVOC: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "voc", abstract: "From a PASCAL VOC devkit: labels, boxes, masks, splits.")

  @Argument(help: "The VOCdevkit folder, or one year's folder.") var devkit: String
  @Option(help: "Years to take, such as VOC2007; none takes DEVKIT itself as a year.")
  var year: [String] = []
  @Option(
    name: .customLong("class"),
    help: "A class, where they are not VOC's twenty; repeat it, in the order of the masks' palette."
  )
  var classNames: [String] = []
  @Option(help: "The same from a text file with one class on each line.") var classesFrom: String?
  @OptionGroup var common: BuildArguments
  @Flag(help: "Clip boxes that reach outside their picture, instead of refusing them.")
  var clipBoxes = false
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard classNames.isEmpty || classesFrom == nil else {
      throw ValidationError("--class and --classes-from both name the classes; give one of them")
    }
  }

  func run() throws {
    try common.checkOutput(inputs: [devkit] + [classesFrom].compactMap { $0 })
    var builder = VOCBuilder(devkit: devkit, years: year)
    if !classNames.isEmpty { builder.classes = classNames }
    if let classesFrom { builder.classes = try VOCBuilder.classes(listedIn: classesFrom) }
    builder.outsideBoxes = clipBoxes ? .clip : .refuse
    builder.options = common.options
    try build { try builder.build(to: common.output, progress: $0) }
  }
}
