import ColorScience
import Foundation
import Images
import Randomness
import Testing
import Visualization

/// The page of predicted colors computes what the program does.
struct ViewerTests {
  /// A page of one picture and of scores for one place.
  private func page(_ scores: [Float], temperature: Double, to path: String) throws {
    let bins = ColorBins.standard
    var viewer = ColorViewer(a: bins.a, b: bins.b, grid: bins.step)
    (viewer.title, viewer.about, viewer.temperature) = ("Colors", "a < b", temperature)
    try viewer.add(
      .init(
        name: "</script><b>name", picture: UnitSamples.noise(2), columns: 1, rows: 1,
        scores: scores))
    try viewer.write(to: path)
  }

  @Test func aViewerHoldsAllItShows() throws {
    let folder = try UnitSamples.Folder()
    let path = folder.path + "/viewer.html"
    try page([Float](repeating: 0, count: 313), temperature: 0.38, to: path)
    let html = try String(contentsOfFile: path, encoding: .utf8)
    #expect(!html.contains("http:") && !html.contains("https:") && !html.contains("{{"))
    #expect(html.contains("data:image\\/jpeg;base64,") && html.contains("a &lt; b"))
    #expect(!html.contains("</script><b>name"))
  }

  @Test(
    .enabled(if: ReportTests.hasChromium, "needs chromium: apt install chromium"),
    arguments: [0.38, 1, 0])
  func aBrowserDecodesAsTheProgramDoes(_ temperature: Double) throws {
    let folder = try UnitSamples.Folder()
    let path = folder.path + "/viewer.html"
    var stream = RandomKey(seed: 3).stream()
    let scores = (0..<313).map { _ in Float(stream.index(below: 9000)) / 1000 }
    try page(scores, temperature: temperature, to: path)
    let decoding: ColorDecoding =
      temperature == 0 ? .mode : .annealedMean(temperature: temperature)
    let (a, b) = ColorDecoder(decoding: decoding).decode(logits: scores, pixels: 1)
    for width in [1200, 400] {
      let (dom, complaints) = try ReportTests.browse(path, home: folder.path, width: width)
      #expect(!complaints.contains("CONSOLE"), "\(complaints)")
      #expect(dom.contains("data-ready="))
      let text = try #require(dom.firstMatch(of: /data-predicted="([^"]*)"/)).output.1
      let found = text.split(separator: " ").compactMap { Float($0) }
      // Levels are steps of 6 %.
      #expect(found.count == 2 && abs(found[0] - a[0]) < 1 && abs(found[1] - b[0]) < 1, "\(text)")
    }
  }
}
