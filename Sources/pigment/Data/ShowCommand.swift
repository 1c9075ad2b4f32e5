internal import ArgumentParser
internal import Configurations
internal import Datasets
internal import Foundation
internal import Images
internal import Plots
internal import Processes
internal import Randomness
internal import Text
internal import Training
internal import VOCTransfer
internal import Visualization

/// `pigment data show`: pictures of a dataset with what is known of them.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Draw samples with boxes, masks and labels, and what training cuts from them.",
    discussion: """
      --crops CONFIG shows beside each picture the very crops that a run of this configuration \
      cuts from it in its first epochs. --histograms draws labels, sizes and colors of all records \
      beside the sheet. --duplicates lists pictures that are the same file or look the same (64 \
      bits of lightness; mirrored and cropped ones are not found), and what splits share.
      """)

  @Argument(help: "The dataset: a file, a pattern, or several with commas.") var file: String
  @Option(help: "A split; all records unless given.") var split: String?
  @Option(help: "These records, by id, with commas; instead of drawn ones.") var records: String?
  @Option(help: "So many records, drawn by the seed.") var count = 24
  @Option(help: "Draws the records.") var seed: UInt64 = 1
  @Option(help: "Pictures in a row.") var columns = 6
  @Option(help: "The longer side of a picture on the sheet, in pixels.") var cell = 200
  @Option(help: "Show the crops that training by this configuration (YAML) cuts.")
  var crops: String?
  @Option(help: "With --crops: the transfer task of the configuration, unless it pretrains.")
  var task: String?
  @Option(help: "With --crops: a setting; may be repeated.") var set: [String] = []
  @Option(help: "With --crops: so many epochs.") var epochs = 5
  @Flag(help: "Also draw SHEET-labels, SHEET-sizes and SHEET-colors.") var histograms = false
  @Option(help: "Figures as svg, pdf or png.") var format = FigureKind.svg
  @Flag(help: "Also list duplicates and near-duplicates, and what splits share.")
  var duplicates = false
  @Option(help: "With --duplicates: bits of 64 in which near-duplicates may differ.")
  var distance = 4
  @Option(help: "Threads that read pictures.") var threads = 2
  @Option(name: .shortAndLong, help: "The sheet (.png).") var output: String
  @OptionGroup var replace: ReplaceOptions
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard count > 0, columns > 0, threads > 0, epochs > 0 else {
      throw ValidationError("--count, --columns, --epochs and --threads must be positive")
    }
    guard (32...1024).contains(cell) else { throw ValidationError("--cell must be 32 to 1024") }
    guard (0...16).contains(distance) else {
      throw ValidationError("--distance must be 0 to 16")
    }
    guard crops != nil || (set.isEmpty && task == nil) else {
      throw ValidationError("--set and --task say what --crops shows; give that, too")
    }
  }

  func run() throws {
    let dataset = try Dataset(opening: file)
    let all = try split.map { try dataset.indices(ofSplit: $0) } ?? Array(0..<dataset.count)
    let chosen = try named(in: dataset, all)
    let stem = output.hasSuffix(".png") ? String(output.dropLast(4)) : output
    let figures =
      histograms
      ? ["labels", "sizes", "colors"].map { "\(stem)-\($0).\(format.rawValue)" } : []
    try replace.check(
      [OutputFile(output, .png)] + figures.map { OutputFile($0, format.output) },
      inputs: dataset.files + [crops].compactMap { $0 })
    let gnuplot = try histograms ? Gnuplot() : nil
    var sheet = SampleSheet(dataset, chosen)
    (sheet.side, sheet.columns) = (cell, columns)
    if let crops { sheet.crops = (try cuts(crops, dataset), epochs) }
    try sheet.rendered().write(to: output)
    var written = [output]
    if let gnuplot {
      for (name, figure) in try DatasetFigures(of: dataset, all, threads: threads).all {
        let path = "\(stem)-\(name).\(format.rawValue)"
        try gnuplot.draw(figure, to: path, as: format.format)
        written.append(path)
      }
    }
    Output.show(
      .file(
        output, "\(chosen.count) of \(all.count) records: \(written.joined(separator: ", "))",
        ["records": chosen.count, "of": all.count, "files": written]))
    if duplicates { try list(dataset) }
  }

  /// The records that are asked for.
  private func named(in dataset: Dataset, _ all: [Int]) throws -> [Int] {
    guard let records else {
      return SampleSheet.drawn(count, of: all, key: RandomKey(seed: seed).folding("show"))
    }
    guard let example = all.first else {
      throw DatasetError(
        file: file, problem: "there are no records" + (split.map { " in split '\($0)'" } ?? ""),
        remedy: "choose another split")
    }
    let ids = records.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    guard !ids.isEmpty else { throw ValidationError("--records names none; write ids with commas") }
    let places = Dictionary(all.map { (dataset.ids[$0], $0) }) { first, _ in first }
    return try ids.map { id in
      guard let place = places[id] else {
        throw DatasetError(
          file: file, record: id,
          problem: "there is no such record"
            + (split.map { " in split '\($0)'" } ?? ""),
          remedy: "ids are such as '\(dataset.ids[example])'")
      }
      return place
    }
  }

  private func list(_ dataset: Dataset) throws {
    var counter = Counter("comparing", total: dataset.count)
    let found = try NearDuplicates(in: dataset, within: distance, threads: threads) { done, _ in
      counter.update(done)
    }
    counter.finish()
    if !found.overlaps.isEmpty {
      let table = found.overlapTable
      Output.show(table.report("pictures that splits share", words: "\n\(table)"))
    }
    let (most, across) = (50, found.pairs.count(where: \.isAcross))
    Output.show(
      .init(
        .description,
        "\(found.pairs.count) pairs of pictures are the same file or look the same, \(across) of "
          + "them across splits"
          + (found.flat > 0 ? "; \(found.flat) pictures of one lightness were not compared" : ""),
        ["pairs": found.pairs.count, "acrossSplits": across, "notCompared": found.flat]))
    guard !found.pairs.isEmpty else { return }
    let more = found.pairs.count - most
    let table = found.pairTable(atMost: most)
    let words = "\n\(table)".dropLast() + (more > 0 ? "\nand \(more) more" : "")
    Output.show(table.report("pictures that look the same", words: String(words)))
  }

  /// What training cuts.
  private func cuts(_ config: String, _ dataset: Dataset) throws -> SampleCrops {
    func pretraining<Task: PretextTask>(_ task: Task.Type) throws -> SampleCrops {
      let settings = try PretrainingConfiguration<Task>.load(config, settings: set)
      return SampleCrops(by: settings.data.augmentation, from: dataset, seed: settings.seed)
    }
    switch task {
    case nil: return try pretraining(Tasks.pretext(of: config, settings: set))
    case ClassificationTask.name:
      let settings = try ClassificationConfiguration.load(config, settings: set)
      return SampleCrops(by: settings.data.augmentation, from: dataset, seed: settings.seed)
    case CategorizationTask.name:
      let settings = try CategorizationConfiguration.load(config, settings: set)
      return SampleCrops(by: settings.data.augmentation, from: dataset, seed: settings.seed)
    case SegmentationTask.name:
      let settings = try SegmentationConfiguration.load(config, settings: set)
      return SampleCrops(by: settings.data.augmentation, from: dataset, seed: settings.seed)
    case DetectionTask.name:
      throw ValidationError("--crops: detection learns from whole pictures")
    case let name?:
      throw UnknownName("transfer task", name, known: Tasks.transfers.map { $0.name })
    }
  }
}

extension SampleCrops {
  /// The crops of segmentation, with their masks.
  fileprivate init(by augmentation: SegmentationAugmentation, from dataset: Dataset, seed: UInt64) {
    self.init(seed: seed) { record, key in
      let picture = try dataset.picture(record, .whole)
      guard let mask = try dataset.mask(record) else { return (picture, nil) }
      let found = augmentation.sample(from: picture, mask: mask, key: key)
      return (found.picture, found.mask)
    }
  }
}
