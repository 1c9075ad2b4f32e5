import Configurations
import Files
import Foundation
import Images
import Networks
import Plots
import Runs
import TestSupport
import Testing
import Training
import Visualization

/// A report stands alone and says what the runs say.

struct ReportTests {
  static let hasGnuplot = Program.find("gnuplot") != nil
  static let hasChromium = Program.find("chromium") != nil

  struct Settings: Configuration {
    var seed: UInt64 = 1
    var rate = 0.1
    var data = Data()
    struct Data: Codable { var path = "<photos> & more.h5" }
  }

  struct Outcome: Encodable {
    struct Class: Encodable {
      let name: String, area: Double, recall: [Double], precision: [Double]
    }
    let start: String, seed: UInt64, mapArea: Double, chance: Double, classes: [Class]
  }

  /// As segmentations keep theirs.
  struct Segmentation: Encodable {
    struct Scores: Encodable {
      struct Class: Encodable { let name: String, overlap: Double }
      let pictures: Int, meanOverlap: Double, classes: [Class]
    }
    let test: Scores
  }

  /// Two starts with two seeds each, a look at units, a picture.
  func study(_ folder: String) throws {
    for (start, bonus) in [("gaussian", 0.0), ("colorization", 0.25)] {
      for seed in [UInt64(1), 2] {
        var settings = Settings()
        settings.seed = seed
        var environment = EnvironmentRecord.current(
          pigment: "test", device: "cpu", threads: 2, dataHash: "abc", seed: seed)
        // All within one second: the order is that of the command.
        environment.started = "2026-01-02T03:04:05Z"
        environment.command = [
          "pigment", "transfer", "classify", "--init", "gaussian", "--init", "colorization=c.h5",
        ]
        let run = try RunFolder.create(
          "\(folder)/study/\(start)-seed\(seed)", configuration: settings,
          environment: environment)
        for step in stride(from: 10, through: 300, by: 10) {
          try run.journal.append(
            .step(
              StepRecord(
                step: step, loss: 2 / Double(step) + Double(seed), rate: 0.01, imagesPerSecond: 50,
                dataWait: 0.1)))
        }
        try run.journal.append(
          .evaluation(
            step: 300,
            metrics: ["validationLoss": 1.5 - bonus, "validation/rebalancedAuC": 0.5 + bonus]))
        try POSIXFiles.posix.makeDirectory(run.path + "/pictures")
        for step in [100, 20, 300] {
          let picture = try UnitSamples.noise(step).encodedJPEG(quality: 90)
          try AtomicFile.write(picture, to: run.path + "/pictures/colorized-step-\(step).jpg")
        }
        try UnitSamples.noise(7).write(to: run.path + "/detections.png")
        try POSIXFiles.posix.makeDirectory(run.path + "/results/VOC2012")
        try UnitSamples.noise(8).write(to: run.path + "/results/VOC2012/mask.png")
        try run.writeEvaluation(
          Outcome(
            start: start, seed: seed, mapArea: 0.25 + bonus + 0.125 * Double(seed - 1), chance: 0.2,
            classes: [
              .init(name: "cat", area: 0.4375, recall: [0, 0.5, 1], precision: [1, 0.9, 0.4])
            ]))
      }
    }
    let file = folder + "/features.safetensors"
    let pass = try UnitPass(
      archive: try UnitSamples.archive(file), file: file,
      dataset: try UnitSamples.noises(Array(0..<6), folder + "/data.h5"),
      settings: UnitSettings(layers: ["conv2_1"], top: 3, size: 32))
    try pass.run(threads: 1) { _, _ in true }
    _ = try UnitGallery(folder + "/study/units").write(pass, archive: file, threads: 1) { _, _ in }
    try POSIXFiles.posix.makeDirectory(folder + "/study/colorized")
    try UnitSamples.noise(3).write(to: folder + "/study/colorized/sheet.png")
    try UnitSamples.noise(4).write(to: folder + "/study/colorized/one.png")
  }

  @Test(.enabled(if: ReportTests.hasGnuplot, "needs gnuplot"))
  func aReportHoldsAllItShows() throws {
    let folder = try UnitSamples.Folder()
    try study(folder.path)
    let page = folder.path + "/report.html"
    let summary = try Report(of: [folder.path + "/study"]).write(to: page)
    #expect(summary.runs == 4 && summary.galleries == 1 && summary.pictures == 1)
    let html = try String(contentsOfFile: page, encoding: .utf8)
    // Nothing is fetched: every source is data, and no address leads out.
    let sources = html.components(separatedBy: "src=\"").dropFirst()
    #expect(sources.count > 10)
    #expect(sources.allSatisfy { $0.hasPrefix("data:image/") })
    #expect(!html.contains("href=\"http") && !html.contains("url(") && !html.contains("@import"))
    // Student's t of 0.25 and 0.375: 12.706 * 0.08839 / sqrt 2 = 0.7941 around 0.3125.
    // Shares are in percent, and chance, which is the same for both seeds, is one number.
    #expect(html.contains("31.3 (range 25.0 to 37.5)") && html.contains("mAP, area (%)"))
    #expect(html.contains("<td class=\"right\">20.0</td>"))
    // As in table.md: starts in the order of the command, the paired difference, chance as a row.
    let rows = html.components(separatedBy: "<tr>").filter {
      $0.contains("range") || $0.contains(">chance<")
    }
    .prefix(3).map { $0.components(separatedBy: "</td>")[0].components(separatedBy: ">").last! }
    #expect(rows == ["gaussian", "colorization", "chance"])
    #expect(
      html.contains("mAP, area minus gaussian") && html.contains(">25.0 (range 25.0 to 25.0)<"))
    #expect(!html.contains(">chance (%)<"))
    #expect(html.contains("<td class=\"right\">43.8</td>") && html.contains("AP, area (%)"))
    #expect(html.contains("alt=\"validation rebalanced AuC\""))
    #expect(html.contains("Precision over recall") && html.contains("alt=\"cat\""))
    // The first seed of each start: what it showed on the way, in order, and at its end.
    let steps = html.components(separatedBy: "after step ").dropFirst().map { $0.prefix(3) }
    #expect(steps == ["20\"", "100", "300", "20\"", "100", "300"])
    #expect(html.components(separatedBy: "detections.png").count == 3)
    #expect(!html.contains("mask.png"))
    #expect(html.contains("where runs differ"))
    // What a file says is shown as text.
    #expect(html.contains("&lt;photos&gt; &amp; more.h5") && !html.contains("<photos>"))
    #expect(html.contains("conv2_1 unit 0") && html.contains("data-unit=\"3\""))
    #expect(html.contains("All units: \(folder.path)/study/units/units.html"))
    #expect(html.contains("prefers-color-scheme: dark") && html.contains("details class=\"run\""))
    #expect(!html.contains("{{"))
  }

  @Test(.enabled(if: ReportTests.hasGnuplot, "needs gnuplot"))
  func figuresAreWrittenInEveryFormat() throws {
    let folder = try UnitSamples.Folder()
    try study(folder.path)
    let report = try Report(of: [folder.path + "/study"])
    for (format, suffix, head) in [
      (FigureFormat.svg, "svg", "<?xml"), (.pdf, "pdf", "%PDF"), (.png(), "png", "\u{89}PNG"),
    ] {
      let paths = try report.writeFigures(
        to: folder.path + "/figures", as: format, suffix: suffix)
      #expect(paths.count >= 4)
      for path in paths {
        let bytes = try POSIXFiles.posix.read(path)
        #expect(bytes.starts(with: head.unicodeScalars.map { UInt8($0.value) }), "\(path)")
      }
    }
  }

  @Test(.enabled(if: ReportTests.hasGnuplot, "needs gnuplot"))
  func whatIsWithinTestIsShownToo() throws {
    let folder = try UnitSamples.Folder()
    let run = try RunFolder.create(
      folder.path + "/runs/he-seed1", configuration: Settings(),
      environment: .current(pigment: "test", device: "cpu", threads: 2, dataHash: "", seed: 1))
    try run.writeEvaluation(
      Segmentation(
        test: .init(
          pictures: 7, meanOverlap: 0.125, classes: [.init(name: "sofa", overlap: 0.0625)])))
    let page = folder.path + "/report.html"
    _ = try Report(of: [folder.path + "/runs"]).write(to: page)
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(
      html.contains("mIU over classes shown (%)") && html.contains("12.5")
        && html.contains("IU (%) by class"))
    #expect(html.contains("sofa") && html.contains("6.3"))
  }

  struct Objective: Configuration {
    var seed: UInt64 = 1
    var task = "colorization"
  }

  /// The names of the figures of runs, each with a task, a group and rates.
  private func figures(_ runs: [(task: String, rates: [Double])]) throws -> [String: String] {
    let folder = try UnitSamples.Folder()
    for (number, one) in runs.enumerated() {
      let run = try RunFolder.create(
        "\(folder.path)/runs/run\(number)", configuration: Objective(task: one.task),
        environment: .current(pigment: "test", device: "cpu", threads: 2, dataHash: "", seed: 1))
      for (place, rate) in one.rates.enumerated() {
        try run.journal.append(
          .step(
            StepRecord(
              step: place + 1, loss: Double(number + 1), rate: rate, imagesPerSecond: 5,
              dataWait: 0)))
      }
      try run.journal.append(
        .evaluation(step: 4, metrics: ["validation/loss": 1, "trunk/deadChannels": 0.5]))
    }
    let paths = try Report(of: [folder.path + "/runs"]).writeFigures(
      to: folder.path + "/figures", as: .svg, suffix: "svg")
    return Dictionary(
      uniqueKeysWithValues: try paths.map { path in
        (
          String(path.split(separator: "/").last!.dropLast(4)),
          try String(contentsOfFile: path, encoding: .utf8)
        )
      })
  }

  @Test(.enabled(if: ReportTests.hasGnuplot, "needs gnuplot"))
  func lossesOfDifferentObjectivesNeverShareAnAxis() throws {
    let figures = try figures([
      ("colorization", [1, 1, 1]), ("rotation", [1, 1, 1]), ("rotation", [1, 1, 1]),
    ])
    #expect(figures.keys.contains { $0.hasSuffix("loss-of-colorization") })
    #expect(figures.keys.contains { $0.hasSuffix("loss-of-rotation") })
    #expect(figures.keys.contains { $0.hasSuffix("validation-training-loss-of-rotation") })
    // Shares are of one kind.
    #expect(figures.keys.count { $0.contains("dead-channels") } == 1)
  }

  @Test(.enabled(if: ReportTests.hasGnuplot, "needs gnuplot"))
  func manyRunsFillSeveralFigures() throws {
    let figures = try figures((0..<18).map { _ in ("colorization", [1, 1, 1]) })
    let losses = figures.filter { $0.key.contains("-loss") && !$0.key.contains("validation") }
    #expect(losses.count == 3)
    for number in 0..<18 {
      #expect(losses.values.count { $0.contains(">run\(number)<") } == 1, "\(number)")
    }
  }

  @Test(.enabled(if: ReportTests.hasGnuplot, "needs gnuplot"))
  func onlyRatesThatFallInStepsHaveALogarithmicAxis() throws {
    func isLogarithmic(_ rates: [Double]) throws -> Bool {
      let figures = try figures([("colorization", rates)])
      let figure = try #require(figures.first { $0.key.contains("learning-rate") }).value
      return figure.contains(">0.001<")
    }
    #expect(try isLogarithmic([0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.001, 0.001]))
    #expect(try !isLogarithmic((0..<9).map { 0.1 * (1 - Double($0) / 8.001) }))
  }

  @Test func aFolderWithoutRunsIsAnError() throws {
    let folder = try UnitSamples.Folder()
    #expect(throws: RunError.self) { try Report(of: [folder.path]) }
    #expect(throws: RunError.self) { try Report(of: [folder.path + "/missing"]) }
  }

  @Test(.enabled(if: ReportTests.hasChromium, "needs chromium: apt install chromium"))
  func aBrowserHasNothingToComplainAbout() throws {
    let folder = try UnitSamples.Folder()
    try study(folder.path)
    let page = folder.path + "/report.html"
    _ = try Report(of: [folder.path + "/study"]).write(to: page)
    let (dom, complaints) = try Self.browse(page, home: folder.path)
    #expect(dom.contains("data-broken=\"0\""), "\(complaints)")
    #expect(dom.contains("8 of 8 units"))
    #expect(!complaints.contains("CONSOLE"), "\(complaints)")
    // On a phone nothing but tables reaches out at the side, and those scroll on their own.
    #expect(
      try Self.browse(page, home: folder.path, width: 400).dom.contains("data-overflow=\"0\""))
    // The check can fail: a broken image and an error of a script are seen.
    let broken = try String(contentsOfFile: page, encoding: .utf8)
      .replacingOccurrences(
        of: "src=\"data:image/svg+xml;base64,", with: "src=\"data:image/svg+xml;base64,x"
      )
      .replacingOccurrences(of: "(function () {", with: "missing();(function () {")
    let other = folder.path + "/broken.html"
    try AtomicFile.write(broken, to: other)
    #expect(try Self.browse(other, home: folder.path).complaints.contains("CONSOLE"))
  }

  /// The page as a headless browser builds it, and what it wrote to standard error.
  static func browse(
    _ page: String, query: String = "", home: String, width: Int = 1200
  ) throws -> (dom: String, complaints: String) {
    let files = ["dom", "errors"].map { "\(home)/\($0)" }
    let handles = try files.map { path -> FileHandle in
      _ = FileManager.default.createFile(atPath: path, contents: nil)
      return try FileHandle(forWritingTo: URL(filePath: path))
    }
    let process = try Program.launch(
      Program.find("chromium")!,
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(home)/browser",
        "--window-size=\(width),900", "--enable-logging=stderr", "--virtual-time-budget=10000",
        "--dump-dom", "file://\(page)" + (query.isEmpty ? "" : "?\(query)"),
      ], output: handles[0], errors: handles[1])
    process.waitUntilExit()
    let texts = try files.map { try String(contentsOfFile: $0, encoding: .utf8) }
    return (texts[0], texts[1])
  }
}
