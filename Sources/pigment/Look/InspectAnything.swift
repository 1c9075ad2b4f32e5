internal import ArgumentParser
internal import Datasets
internal import FeatureExport
internal import Foundation
internal import HDF5
internal import Networks
internal import Processes
internal import Runs
internal import Text

/// `pigment inspect`: what a file or folder is, whatever it is.
struct InspectAnything: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say what a file or folder holds: data, features, proposals, archives, checkpoints, "
      + "runs, exports.")

  @Argument(help: "The file or folder.") var path: String
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw RunError(path: path, problem: "there is no such file or folder")
    }
    Output.show(try isFolder.boolValue ? folder() : file())
  }

  private func folder() throws -> Report {
    if ExportFormat.pytorch.isFormat(of: path) {
      return Report(
        .description, "\(path): an export for PyTorch; its extractor.py says how it is used",
        ["path": path, "format": ExportFormat.pytorch.rawValue])
    }
    let runs = try RunSummary.folders(in: path)
    switch runs.count {
    case 0:
      throw RunError(path: path, problem: "holds no run, and is no export of pigment")
    case 1:
      let run = try RunSummary(runs[0])
      return Report(.run, run.page, run.facts)
    default:
      return Report(
        .description, "\(path): \(runs.count) runs; pigment runs list \(path) lists them",
        ["path": path, "runs": runs])
    }
  }

  private func file() throws -> Report {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw RunError(path: path, problem: "cannot be opened for reading")
    }
    let head = Array(try handle.read(upToCount: 16) ?? Data())
    if head.starts(with: [0x89, 0x48, 0x44, 0x46]) { return try hdf5() }
    // The length of a header of JSON, in eight bytes, and its first brace.
    if head.count > 8, head[8] == UInt8(ascii: "{") { return try tensors() }
    for format in ExportFormat.allCases where format.isFormat(of: path) {
      return Report(
        .description, "\(path): an export as \(format.rawValue)",
        ["path": path, "format": format.rawValue])
    }
    if let foreign = try ForeignFormat(certainlyOf: path) {
      return Report(
        .description, "\(path): \(foreign.words); pigment import \(path) makes an archive of it",
        ["path": path, "format": foreign.words])
    }
    throw RunError(
      path: path,
      problem: "is nothing that pigment writes, no HDF5 file and no safetensors file")
  }

  private func hdf5() throws -> Report {
    let file = try HDF5File(reading: path)
    let schema = try? file.attribute("schema", as: String.self)
    if schema == "pigment.dataset" {
      let summary = try Dataset(opening: path).summary()
      return Report(.description, "\(summary)", of: summary)
    }
    var lines = ["file      \(path)", "schema    \(schema ?? "none of Pigment's")"]
    for name in try file.attributeNames() where name != "schema" {
      if let text = try? file.attribute(name, as: String.self) {
        lines.append("\(name): \(text.prefix(100))")
      } else if let number = try? file.attribute(name, as: Int.self) {
        lines.append("\(name): \(number)")
      }
    }
    var table = Table(["dataset", "shape"], alignments: [.left, .left])
    func add(_ group: String) throws {
      for name in try file.members(of: group) {
        let path = group == "/" ? "/\(name)" : "\(group)/\(name)"
        if let shape = try? file.shape(of: path) {
          table.add([path, shape.map(String.init).joined(separator: " x ")])
        } else {
          try add(path)
        }
      }
    }
    try add("/")
    return table.report(
      path, words: lines.joined(separator: "\n") + "\n\n" + "\(table)".dropLast())
  }

  private func tensors() throws -> Report {
    let archive = try TensorArchive(reading: path)
    if archive.metadata[FeatureDescription.key] != nil {
      let archive = try FeatureArchive.describe(path).description
      return Report(.description, archive.page(of: path), of: archive)
    }
    if let checkpoint = try? Checkpoint(reading: path) {
      let progress = checkpoint.progress
      var facts: [String: any Encodable] = [
        "path": path, "step": progress.step, "epoch": progress.epoch, "data": progress.dataHash,
        "tensors": archive.entries.map(TensorFacts.init),
      ]
      facts["best"] = progress.best.map { ["\($0.metric)": $0.value] }
      facts["bestStep"] = progress.best?.step
      return Report(
        .description,
        "checkpoint  \(path)\nsteps       \(progress.step), epoch \(progress.epoch)\n"
          + (progress.best.map { "best        \($0.metric) \($0.value) at step \($0.step)\n" }
            ?? "")
          + "data        sha256 \(progress.dataHash.prefix(12))\n\n"
          + "\(Self.table(archive))".dropLast(), facts)
    }
    return Report(
      .description,
      "\(path): safetensors without a description of Pigment's\n\n"
        + "\(Self.table(archive))".dropLast(),
      ["path": path, "tensors": archive.entries.map(TensorFacts.init)])
  }

  private static func table(_ archive: TensorArchive) -> Table {
    var table = Table(["tensor", "type", "shape"], alignments: [.left, .left, .left])
    for entry in archive.entries {
      table.add([
        entry.name, entry.type.rawValue, entry.shape.map(String.init).joined(separator: " x "),
      ])
    }
    return table
  }
}

/// What programs want to know of a tensor in a file.
private struct TensorFacts: Encodable {
  let name: String
  let type: String
  let shape: [Int]

  init(_ entry: TensorArchive.Entry) {
    (name, type, shape) = (entry.name, entry.type.rawValue, entry.shape)
  }
}

extension FeatureDescription {
  /// What an archive says about itself, as text.
  func page(of path: String) -> String {
    var lines = [
      "archive    \(path), format version \(version)", "trunk      \(trunk.summary)",
      "learned    \(provenance.task), \(provenance.iterations) steps, run \(provenance.run), "
        + "seed \(provenance.seed)",
      "data       sha256 \(provenance.dataHash.prefix(12))",
      "input      \(preprocessing.channels.rawValue), weights \(weights?.rawValue ?? "f32")",
    ]
    if let note = provenance.selectionNote { lines.append("selection  \(note)") }
    if let dead { lines.append("dead       \(dead)") }
    for step in steps {
      lines.append(
        "step       \(step.name): \(step.detail) (features differ by at most "
          + "\(Table.number(step.largestDifference, digits: 8)) of the largest value)")
    }
    var table = Table(["layer", "channels", "stride", "receptive field"])
    for layer in layers {
      table.add([
        layer.name, "\(layer.channels)", "\(Int(layer.geometry.stride))",
        "\(Int(layer.geometry.receptiveField))",
      ])
    }
    return (lines + ["", String("\(table)".dropLast())]).joined(separator: "\n")
  }
}
