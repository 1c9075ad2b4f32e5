internal import Files
internal import Foundation
public import Images

/// One page that shows predicted colors beside pictures: a line between input and prediction, the
/// temperature, and the distribution where one points. It holds everything it shows.
public struct ColorViewer {
  /// A picture and what a network says of it.
  public struct Entry {
    /// What it is called.
    public var name: String
    /// The picture as it came.
    public var picture: Picture
    /// Columns and rows of the network's output.
    public var columns: Int, rows: Int
    /// Its scores of the bins, [bins, rows, columns].
    public var scores: [Float]

    /// A picture with the network's scores.
    public init(name: String, picture: Picture, columns: Int, rows: Int, scores: [Float]) {
      (self.name, self.picture) = (name, picture)
      (self.columns, self.rows, self.scores) = (columns, rows, scores)
    }
  }

  /// The heading, and what is said below it.
  public var title = "Colors", about = ""
  /// The temperature that the page begins with, 0 to 1.
  public var temperature = 0.38
  /// The a and b of each bin, and the step of their grid.
  private let a: [Float], b: [Float]
  private let grid: Int
  private var pictures: [Stored] = []

  /// A page without pictures; the bins lie at `a` and `b`, on a grid of this step.
  public init(a: [Float], b: [Float], grid: Int) {
    precondition(a.count == b.count, "ColorViewer: \(a.count) a and \(b.count) b")
    (self.a, self.b, self.grid) = (a, b, grid)
  }

  /// How many pictures there are.
  public var count: Int { pictures.count }

  /// Adds a picture, at most 640 pixels wide and high; traps where its scores are not of the bins.
  public mutating func add(_ entry: Entry) throws(ImageError) {
    let pixels = entry.columns * entry.rows
    precondition(
      entry.scores.count == pixels * a.count,
      "ColorViewer: \(entry.scores.count) scores for \(a.count) bins of \(pixels) places")
    let picture = entry.picture.withThreeChannels()
    let ratio = min(1, 640 / Double(max(picture.width, picture.height)))
    let sized =
      ratio == 1
      ? picture
      : picture.resized(
        width: max(1, Int((Double(picture.width) * ratio).rounded())),
        height: max(1, Int((Double(picture.height) * ratio).rounded())))
    let image = Data(try sized.encodedJPEG(quality: 92, chroma: .full)).base64EncodedString()
    pictures.append(
      Stored(
        name: entry.name, source: "data:image/jpeg;base64,\(image)", columns: entry.columns,
        rows: entry.rows,
        scores: Data(Self.levels(entry.scores, bins: a.count)).base64EncodedString()))
  }

  /// Writes the page, whole or not at all; traps without pictures.
  public func write(to path: String) throws {
    precondition(!pictures.isEmpty, "ColorViewer: there are no pictures")
    let page = Page(a: a, b: b, grid: grid, step: Self.step, pictures: pictures)
    // Its slashes are escaped, so that nothing in the data can end the script that holds it.
    let json = try JSON.text(of: page)
    let html = ReportTemplate.render(
      "viewer", by: "colorize",
      [
        "title": title, "about": about, "temperature": "\(min(max(temperature, 0), 1))",
        "data": json, "viewer": ReportTemplate.viewer,
      ])
    try AtomicFile.write(html, to: path)
  }

  /// What a level of `levels` is worth, in nats.
  static let step = 0.06

  /// Scores in levels below the best of each place, [rows, columns, bins]: one byte each, whose
  /// step changes a probability by 6 %, down to e^-15.
  static func levels(_ scores: [Float], bins: Int) -> [UInt8] {
    let pixels = scores.count / bins
    var levels = [UInt8](repeating: 0, count: scores.count)
    for pixel in 0..<pixels {
      var best = 0
      for bin in 0..<bins where scores[bin * pixels + pixel] > scores[best * pixels + pixel] {
        best = bin
      }
      for bin in 0..<bins where bin != best {
        let below = (scores[best * pixels + pixel] - scores[bin * pixels + pixel]) / Float(step)
        // Only the best has level 0, so that the mode stays what it is.
        levels[pixel * bins + bin] = UInt8(min(max(below.rounded(), 1), 255))
      }
    }
    return levels
  }

  private struct Stored: Encodable {
    let name: String, source: String
    let columns: Int, rows: Int
    let scores: String
  }

  private struct Page: Encodable {
    let a: [Float], b: [Float]
    let grid: Int
    let step: Double
    let pictures: [Stored]
  }
}
