internal import ArgumentParser
internal import Datasets
internal import Files
internal import Foundation

/// `pigment data export`: pictures of a dataset as the files they came from.
struct ExportPictures: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write pictures of a dataset as files, byte for byte.")

  @Argument(help: "The dataset (.h5).") var file: String
  @Option(help: "The split to take them from; without it, all records.") var split: String?
  @Option(help: "This many, spread evenly; without it, all.") var count: Int?
  @Option(name: .shortAndLong, help: "The folder to write to.") var output: String
  @OptionGroup var replace: ReplaceOptions
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    if let count, count < 1 { throw ValidationError("--count must be positive") }
  }

  func run() throws {
    let dataset = try Dataset(opening: file)
    let records = try split.map { try dataset.indices(ofSplit: $0) } ?? Array(0..<dataset.count)
    let wanted = min(count ?? records.count, records.count)
    let files = try (0..<wanted).map { place in
      let record = records[place * records.count / wanted]
      let isJPEG = try dataset.bytes(of: record).starts(with: [0xFF, 0xD8])
      let name = dataset.ids[record].replacingOccurrences(of: "/", with: "_")
      let plain = (name as NSString).deletingPathExtension
      return (
        record: record,
        file: OutputFile("\(output)/\(plain).\(isJPEG ? "jpg" : "png")", isJPEG ? .jpeg : .png)
      )
    }
    if let twice = Dictionary(grouping: files, by: \.file.path).first(where: { $1.count > 1 }) {
      throw OutputError(path: twice.key, problem: "would be the name of two pictures")
    }
    try replace.check(files.map(\.file), inputs: dataset.files)
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    for (record, file) in files {
      try AtomicFile.write(dataset.bytes(of: record), to: file.path)
    }
  }
}
