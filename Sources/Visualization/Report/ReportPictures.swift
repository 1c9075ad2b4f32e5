internal import Files
internal import Foundation
internal import Images
internal import Plots

/// Pictures and figures as text that stands in the page itself.
struct ReportPictures {
  private let gnuplot: Gnuplot
  private let folder: String

  /// Figures are drawn in a folder of their own, which `remove()` takes away.
  init() throws {
    gnuplot = try Gnuplot()
    folder =
      FileManager.default.temporaryDirectory
      .appending(path: "pigment-report-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  /// Removes the folder.
  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  /// The source of an image that is this figure.
  func source(_ figure: Figure) throws -> String {
    let file = "\(folder)/figure.svg"
    try gnuplot.draw(figure, to: file, as: .svg)
    return Self.address("image/svg+xml", try POSIXFiles.posix.read(file))
  }

  /// Draws a figure into a file.
  func draw(_ figure: Figure, to file: String, as format: FigureFormat) throws {
    try gnuplot.draw(figure, to: file, as: format)
  }

  /// The source of an image that is this file: as it is where it is small, else as a JPEG of at
  /// most 1400 columns.
  func source(file: String) throws -> String {
    let bytes = try POSIXFiles.posix.read(file)
    let isPNG = file.lowercased().hasSuffix(".png")
    if bytes.count <= 120_000 { return Self.address(isPNG ? "image/png" : "image/jpeg", bytes) }
    var picture = try Picture(decoding: bytes).withThreeChannels()
    if picture.width > 1400 {
      picture = picture.resized(
        width: 1400, height: max(1, picture.height * 1400 / picture.width))
    }
    return Self.address("image/jpeg", try picture.encodedJPEG(quality: 85, chroma: .full))
  }

  private static func address(_ type: String, _ bytes: [UInt8]) -> String {
    "data:\(type);base64,\(Data(bytes).base64EncodedString())"
  }
}
