import Foundation
import Plots
import Statistics
import TestSupport
import Testing

@Suite struct RenderingTests {
  static let hasGnuplot = (try? Gnuplot()) != nil

  static let figures: [Figure] = [
    ScriptTests.small,
    Figure(
      .groups(
        GroupedChart(
          categories: ["100%\nreal", "it's"], axis: Axis("score"),
          series: [
            .init("a_b", [Interval(mean: 1, low: 0.5, high: 1.5, count: 4), nil]),
            .init("c^d", [Interval(2), Interval(-1)]),
          ], mark: .bars))),
    Figure(
      .groups(
        GroupedChart(
          categories: ["one", "two"], axis: Axis("score", scale: .logarithmic),
          series: [.init("", [Interval(mean: 1, low: 0.5, high: 1.5, count: 4), Interval(30)])],
          orientation: .sideways))),
    Figure(
      .histogram(
        Histogram(
          x: Axis("error"),
          series: [
            .init("a", (0..<50).map { Double($0 * $0 % 17) }),
            .init("b", (0..<50).map { Double($0 * $0 % 23) }),
          ], height: .percent))),
  ]

  @Test(.enabled(if: hasGnuplot, "needs gnuplot-nox"), arguments: figures.indices)
  func aFigureBecomesAPicture(_ index: Int) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let gnuplot = try Gnuplot()
    let (svg, png) = (folder.appending(path: "it's.svg"), folder.appending(path: "a b.png"))
    try gnuplot.draw(RenderingTests.figures[index], to: svg.path, as: .svg)
    try gnuplot.draw(RenderingTests.figures[index], to: png.path, as: .png(scale: 3))
    let text = try String(contentsOf: svg, encoding: .utf8)
    #expect(text.contains("<svg") && text.hasSuffix("</svg>\n\n"))
    if index == 0 { #expect(text.contains("50% {of} `date`")) }
    let bytes = [UInt8](try Data(contentsOf: png))
    #expect(bytes.prefix(4) == [0x89, 0x50, 0x4E, 0x47])
    #expect(bytes[16..<24] == [0, 0, 5, 160, 0, 0, 3, 132], "1440 x 900 pixels")
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(left.sorted() == ["a b.png", "it's.svg"])
  }

  @Test func aMissingGnuplotIsNamedWithItsPackage() {
    #expect(throws: PlotError.gnuplotMissing(searched: "/nonexistent")) {
      _ = try Gnuplot(searchPath: "/nonexistent")
    }
    #expect(PlotError.gnuplotMissing(searched: "/x").description.contains("gnuplot-nox"))
  }

  @Test(.enabled(if: hasGnuplot, "needs gnuplot-nox"))
  func aMissingFolderIsNamed() throws {
    let gnuplot = try Gnuplot()
    let reason = "its folder is missing or closed to writing"
    #expect(throws: PlotError.notWritable(path: "/nonexistent/a.svg", reason: reason)) {
      try gnuplot.draw(ScriptTests.small, to: "/nonexistent/a.svg", as: .svg)
    }
  }

  /// A program in gnuplot's place that fails shows what reaches the user when the real one does.
  @Test func aFailureCarriesGnuplotsWords() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let fake = folder.appending(path: "gnuplot")
    try "#!/bin/sh\necho broken >&2\nexit 3\n".write(to: fake, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: fake.path)
    let gnuplot = try Gnuplot(searchPath: "/nonexistent:\(folder.path)")
    #expect(throws: PlotError.gnuplotFailed(code: 3, message: "broken")) {
      try gnuplot.draw(
        ScriptTests.small, to: folder.appending(path: "a.svg").path, as: .svg)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["gnuplot"])
  }
}
