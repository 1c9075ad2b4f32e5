import Files
import Foundation
import Runs
import TestSupport
import Testing
import Visualization

/// The studio's pages say what the folders hold, and nothing from elsewhere.
struct StudioTests {
  /// The addresses in a page that begin so.
  func addresses(_ start: String, in page: String) -> [String] {
    page.components(separatedBy: "\"").filter { $0.hasPrefix(start) }.map {
      String($0.dropFirst(start.count))
    }
  }

  @Test(.enabled(if: ReportTests.hasGnuplot, "needs gnuplot"))
  func pagesShowRunsComparisonsAndUnits() throws {
    let folder = try UnitSamples.Folder()
    try ReportTests().study(folder.path)
    let pages = StudioPages(folder.path)
    let home = pages.runs()
    let runs = addresses("/run/", in: home)
    #expect(runs.count == 4 && Set(runs).count == 4)
    #expect(home.contains(">colorization-seed1</a>") && home.contains("runs 4, looks at units 1"))

    let run = try #require(try pages.run(runs[0]))
    #expect(run.contains("<h1>study/colorization-seed1</h1>") && run.contains("alt=\"loss\""))
    // What a server's policy allows: no style or script within the page, all pictures as data.
    #expect(run.contains("href=\"/style.css\"") && run.contains("src=\"/studio.js\""))
    #expect(!run.contains("<style>") && !run.contains("<script>"))
    #expect(!run.contains("data-live"))

    let both = try #require(try pages.comparison(runs[0], runs[2]))
    #expect(both.contains("study/colorization-seed1 and study/gaussian-seed1"))
    #expect(both.contains("where runs differ") || both.contains("Their settings are the same"))
    #expect(try pages.comparison(runs[0], runs[0]) == nil)

    let family = try #require(addresses("/folder/", in: home).first)
    let all = try #require(try pages.family(family))
    #expect(all.contains("31.3 (range 25.0 to 37.5)"))

    let look = try #require(addresses("/units/", in: home).first)
    let units = try #require(try pages.units(look))
    let strip = try #require(addresses("/strip/\(look)/", in: units).first)
    let parts = strip.split(separator: "/")
    // Letters and digits only, which is all that a route takes: layers of ResNets have dots.
    #expect(parts.allSatisfy { Int($0) != nil })
    let file = try #require(
      try pages.strip(look, layer: Int(parts[0])!, unit: Int(parts[1])!))
    #expect(try pages.strip(look, layer: 99, unit: 0) == nil)
    #expect(FileManager.default.fileExists(atPath: "\(file.folder)/\(file.name)"))

    for nothing in ["0123456789abcdef", "..", ""] {
      #expect(try pages.run(nothing) == nil && pages.units(nothing) == nil)
      #expect(try pages.stamp(nothing) == nil && pages.family(nothing) == nil)
    }
  }

  @Test(.enabled(if: ReportTests.hasGnuplot, "needs gnuplot"))
  func aRunUnderWayIsFollowed() throws {
    let folder = try UnitSamples.Folder()
    let run = try RunFolder.create(
      "\(folder.path)/r", configuration: ReportTests.Settings(),
      environment: EnvironmentRecord.current(
        pigment: "test", device: "cpu", threads: 1, dataHash: "abc", seed: 1))
    let pages = StudioPages(folder.path)
    let id = try #require(addresses("/run/", in: pages.runs()).first)
    func step(_ number: Int) throws {
      try run.journal.append(
        .step(
          StepRecord(step: number, loss: 1, rate: 0.01, imagesPerSecond: 50, dataWait: 0.1)))
    }
    try step(10)
    let before = try #require(try pages.stamp(id))
    #expect(try #require(try pages.run(id)).contains("data-live=\"\(id)\""))
    try step(20)
    let after = try pages.stamp(id)
    #expect(after != before)
    // The result comes after the journal's last line.
    try AtomicFile.write("{}", to: run.path + "/evaluation.json")
    #expect(try pages.stamp(id) != after)
  }

  @Test(.enabled(if: ReportTests.hasGnuplot, "needs gnuplot"))
  func linksOutOfTheFolderAreNotFollowed() throws {
    let folder = try UnitSamples.Folder()
    try ReportTests().study(folder.path)
    let files = FileManager.default
    // A link to runs elsewhere is not looked through.
    try POSIXFiles.posix.makeDirectory("\(folder.path)/shown")
    try files.createSymbolicLink(
      atPath: "\(folder.path)/shown/away", withDestinationPath: "\(folder.path)/study")
    #expect(StudioPages("\(folder.path)/shown").runs().contains("runs 0"))
    // A link within a run is an error, not its target's content.
    try files.createSymbolicLink(
      atPath: "\(folder.path)/study/gaussian-seed1/other.png",
      withDestinationPath: "/etc/hostname")
    let pages = StudioPages(folder.path)
    let id = addresses("/run/", in: pages.runs())[2]
    let error = #expect(throws: RunError.self) { try pages.run(id) }
    #expect("\(try #require(error))".contains("other.png: is a symbolic link"))
  }

  @Test func aFolderWithoutRunsSaysSo() throws {
    let folder = try UnitSamples.Folder()
    #expect(StudioPages(folder.path).runs().contains("pigment pretrain"))
  }

  @Test(.enabled(if: ReportTests.hasGnuplot, "needs gnuplot"))
  func twoFoldersOfOneNameAreToldApart() throws {
    let folder = try UnitSamples.Folder()
    for place in ["one", "two"] {
      let run = try RunFolder.create(
        "\(folder.path)/\(place)/run", configuration: ReportTests.Settings(),
        environment: EnvironmentRecord.current(
          pigment: "test", device: "cpu", threads: 1, dataHash: "abc", seed: 1))
      try run.journal.append(
        .step(StepRecord(step: 1, loss: 1, rate: 0.01, imagesPerSecond: 50, dataWait: 0.1)))
    }
    let page = "\(folder.path)/report.html"
    _ = try Report(of: ["\(folder.path)/one/run", "\(folder.path)/two/run"]).write(to: page)
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.contains("one/run") && html.contains("two/run"))
  }
}
