internal import ArgumentParser
internal import Datasets

/// `pigment data build voc`: a PASCAL VOC devkit.
struct BuildVOC: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "voc", abstract: "From a PASCAL VOC devkit: labels, boxes, masks, splits.")

  @Argument(help: "The VOCdevkit folder, or one year's folder.") var devkit: String
  @Option(help: "Years to take, such as VOC2007; none takes DEVKIT itself as a year.")
  var year: [String] = []
  @OptionGroup var splits: SplitOptions
  @Option(name: .shortAndLong, help: "The dataset to write (.h5).") var output: String
  @Flag(help: "Clip boxes that reach outside their picture, instead of refusing them.")
  var clipBoxes = false
  @Flag(help: "Leave out files that cannot be read, and report them.") var skipUnreadable = false

  func run() throws {
    var builder = VOCBuilder(devkit: devkit, years: year)
    builder.outsideBoxes = clipBoxes ? .clip : .refuse
    builder.splitLists = splits.lists
    builder.unreadable = skipUnreadable ? .skip : .refuse
    var counter = Counter("building")
    let report = try builder.build(to: output) { counter.update($0.done, of: $0.total) }
    counter.finish()
    printReport(report)
  }
}
