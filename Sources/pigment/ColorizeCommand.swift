internal import ArgumentParser
internal import ColorScience
internal import Colorization
internal import Foundation
internal import Images
internal import Networks
internal import Training

/// `pigment colorize`: give pictures the colors a network predicts.
struct ColorizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "colorize",
    abstract: "Color photographs, each at its own size, and lay out a sheet beside the truth.")

  @Argument(help: "A checkpoint, or a run folder (its newest checkpoint).") var checkpoint: String
  @Argument(help: "JPEG or PNG files, or folders of them.") var images: [String]
  @Option(name: .shortAndLong, help: "The folder for the results.") var output: String
  @Option(help: "Sharpness of the color distribution: 1 is its mean, toward 0 its mode.")
  var temperature = 0.38
  @Option(help: "Shorter side of what the network sees; by default what it was trained with.")
  var size: Int?
  @Option(help: "At most this many pictures on the sheet.") var sheetRows = 12

  func validate() throws {
    guard temperature > 0 else { throw ValidationError("--temperature must be positive") }
    if let size, size < 16 { throw ValidationError("--size must be at least 16") }
  }

  func run() throws {
    let trained = try ColorizationNetwork.load(try CheckpointOrigin.checkpoint(at: checkpoint))
    let colorizer = Colorizer(
      network: trained.network,
      decoder: ColorDecoder(decoding: .annealedMean(temperature: temperature)),
      workingSize: size ?? trained.preprocessing.size)
    let files = try ImageFiles.expand(images)
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    var rows: [Sheet.Row] = []
    var counter = Counter("coloring", total: files.count)
    var failures = 0
    for (index, file) in files.enumerated() {
      do {
        let truth = try Picture(contentsOfFile: file)
        let prediction = colorizer.colorize(truth)
        let name = ((file as NSString).lastPathComponent as NSString).deletingPathExtension
        try prediction.picture.write(to: "\(output)/\(name).png")
        if rows.count < sheetRows {
          rows.append(
            .init(
              caption: name,
              cells: [.init(prediction.gray), .init(prediction.picture), .init(truth)]))
        }
      } catch {
        failures += 1
        printError("\(error)")
      }
      counter.update(index + 1)
    }
    counter.finish()
    if !rows.isEmpty {
      var sheet = Sheet(cellSize: (192, 192), headers: ["gray", "predicted", "truth"])
      sheet.rows = rows
      try sheet.rendered().write(to: "\(output)/sheet.png")
      print("\(files.count - failures) pictures in \(output), side by side in \(output)/sheet.png")
    }
    if failures > 0 {
      printError("\(failures) of \(files.count) files could not be colored")
      throw ExitCode.failure
    }
  }
}

/// Finds pictures on the command line.
enum ImageFiles {
  /// Files as they are, folders as the JPEG and PNG files in them, sorted by name.
  static func expand(_ paths: [String]) throws -> [String] {
    let files = try paths.flatMap { path -> [String] in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw ImageError(.cannotRead("no such file or folder"), file: path)
      }
      guard isFolder.boolValue else { return [path] }
      return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        .filter { name in [".jpg", ".jpeg", ".png"].contains { name.lowercased().hasSuffix($0) } }
        .map { "\(path)/\($0)" }
    }
    guard !files.isEmpty else {
      throw ImageError(
        .cannotRead("no JPEG or PNG file here"), file: paths.joined(separator: ", "))
    }
    return files
  }
}
