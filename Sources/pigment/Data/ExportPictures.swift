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

  func validate() throws {
    if let count, count < 1 { throw ValidationError("--count must be positive") }
  }

  func run() throws {
    let dataset = try Dataset(opening: file)
    let records = try split.map { try dataset.indices(ofSplit: $0) } ?? Array(0..<dataset.count)
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    let wanted = min(count ?? records.count, records.count)
    for record in (0..<wanted).map({ records[$0 * records.count / wanted] }) {
      let bytes = try dataset.bytes(of: record)
      let name = dataset.ids[record].replacingOccurrences(of: "/", with: "_")
      let ending = bytes.starts(with: [0xFF, 0xD8]) ? "jpg" : "png"
      let plain = (name as NSString).deletingPathExtension
      try AtomicFile.write(bytes, to: "\(output)/\(plain).\(ending)")
    }
  }
}
