import Datasets
import Foundation
import Images
import Networks
import TestSupport
import Testing
import Visualization

/// `pigment units` as it is typed.
@Suite(.serialized) struct UnitCommandTests {
  let folder: UnitSamples.Folder
  let (archive, data): (String, String)

  init() throws {
    folder = try UnitSamples.Folder()
    archive = folder.path + "/features.safetensors"
    data = folder.path + "/data.h5"
    _ = try UnitSamples.archive(archive)
  }

  @discardableResult private func run(
    _ arguments: String..., status: Int32 = 0, saying words: String = ""
  ) throws -> String {
    let found = try Program.run(Program.pigment, ["units"] + arguments)
    #expect(found.status == status, "\(arguments): \(found.output)")
    #expect(words.isEmpty || found.output.contains(words), "\(arguments): \(found.output)")
    return found.output
  }

  /// Every file below a folder with its bytes.
  private func files(_ path: String) throws -> [String: Data] {
    let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return try names.reduce(into: [:]) { files, name in
      var isFolder: ObjCBool = false
      let file = "\(path)/\(name)"
      guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder),
        !isFolder.boolValue
      else { return }
      files[name] = try Data(contentsOf: URL(filePath: file))
    }
  }

  @Test func aStoppedLookGoesOnToTheSameBytes() throws {
    _ = try UnitSamples.noises(Array(0..<400), data)
    func look(_ output: String) -> [String] {
      ["units", archive, data, "--layer", "conv2", "--layer", "conv7", "--size", "48", "--cell"]
        + ["24", "--top", "3", "--output", output]
    }
    let whole = folder.path + "/whole"
    #expect(try Program.run(Program.pigment, look(whole)).status == 0)
    let results = try UnitGallery.results(in: whole)
    #expect(results.photographs == 400 && results.layers.map(\.name) == ["conv2_2", "conv7_3"])
    #expect(results.loaded?.loaded.isEmpty == false && results.loaded?.fresh == [])
    // On a busy machine the signal may come before it is watched for, or after the end.
    var (output, end) = ("", Int32(0))
    for attempt in 0..<12 where end != 130 {
      output = folder.path + "/stopped-\(attempt)"
      let process = try Program.launch(Program.pigment, look(output))
      while process.isRunning, !FileManager.default.fileExists(atPath: output) { usleep(500) }
      usleep(useconds_t(20_000 + 15_000 * attempt))
      kill(process.processIdentifier, SIGINT)
      process.waitUntilExit()
      end = process.terminationStatus
    }
    #expect(end == 130)
    #expect(try files(output).keys.sorted() == ["pass.safetensors"])
    let rest = try Program.run(Program.pigment, look(output))
    #expect(rest.status == 0)
    let (a, b) = (try files(output), try files(whole))
    #expect(a.keys.sorted() == b.keys.sorted() && a.count > 36)
    for (name, bytes) in a { #expect(bytes == b[name], "\(name)") }
  }

  @Test func singleLooksArePictures() throws {
    let noise = folder.path + "/noise.safetensors"
    try run("noise", archive, "--init", "he", "--seed", "5", "--output", noise)
    let control = try FeatureArchive.read(noise).archive
    let model = try FeatureArchive.describe(archive).description
    #expect(control.description.trunk == model.trunk)
    #expect(control.description.provenance.task == "he noise")
    try run("noise", archive, "--init", "he", "--seed", "5", "--output", noise + "2")
    #expect(
      try Data(contentsOf: URL(filePath: noise)) == Data(contentsOf: URL(filePath: noise + "2")))

    let sheet = folder.path + "/sheet.png"
    try run("filters", noise, "--output", sheet, saying: sheet)
    #expect(try Picture(contentsOfFile: sheet).width > 4 * 48)
    let photograph = folder.path + "/photograph.png"
    try UnitSamples.noise(1).write(to: photograph)
    try run(
      "maps", archive, photograph, "--layer", "conv3", "--units", "5", "--force",
      "--output", sheet)
    // The photograph and five maps of 96 columns.
    #expect(try (6 * 96..<7 * 96).contains(Picture(contentsOfFile: sheet).width))
    try run(
      "explain", archive, photograph, "--layer", "conv2_1", "--unit", "0", "--unit", "7",
      "--force", "--output", sheet)
    let explained = try Picture(contentsOfFile: sheet)
    #expect(explained.width > 4 * 192 && explained.height > 2 * 153)

    for command in ["maps", "explain"] {
      let rest = command == "maps" ? [] : ["--unit", "0"]
      let bad = try Program.run(
        Program.pigment,
        ["units", command, archive, photograph, "--layer", "conv9", "--force", "--output"]
          + [sheet] + rest)
      #expect(bad.status == 1 && bad.output.contains("has no layer 'conv9'"), "\(bad.output)")
    }
    try run(
      "explain", archive, photograph, "--layer", "conv2_1", "--unit", "8", "--force", "--output",
      sheet, status: 1, saying: "has no unit 8 in conv2_1; there are 0 to 7")
    try run(
      "filters", folder.path + "/nowhere", "--force", "--output", sheet, status: 1,
      saying: "nowhere")
    try run("explain", archive, photograph, "--layer", "conv2_1", "--output", sheet, status: 64)
  }

  @Test func everyCommandThatRunsANetworkTakesADevice() throws {
    _ = try UnitSamples.noises([1], data)
    let photograph = folder.path + "/photograph.png"
    try UnitSamples.noise(1).write(to: photograph)
    for arguments in [
      ["top", archive, data], ["dissect", archive, data],
      ["maps", archive, photograph, "--layer", "conv1"],
      ["explain", archive, photograph, "--layer", "conv1", "--unit", "0"],
      ["embed", archive, data, "--layer", "conv1"],
    ] {
      let found = try Program.run(
        Program.pigment,
        ["units"] + arguments + ["--device", "cuda:99", "--output", folder.path + "/absent"])
      #expect(found.status == 1, "\(arguments)")
      #expect(found.output.contains("device cuda:99: "), "\(arguments): \(found.output)")
    }
  }

  @Test(.enabled(if: ReportTests.hasGnuplot, "needs gnuplot"))
  func photographsLieInThePlane() throws {
    _ = try UnitSamples.noises(Array(0..<12), data)
    for method in ["pca", "tsne"] {
      let output = folder.path + "/\(method)"
      let words = ["embed", archive, data, "--layer", "conv5", "--method", method]
      for (place, threads) in [(output, "1"), (output + "2", "3")] {
        let found = try Program.run(
          Program.pigment,
          ["units"] + words + ["--threads", threads, "--format", "png", "--output", place])
        #expect(found.status == 0, "\(found.output)")
      }
      let map = try JSONDecoder().decode(
        PhotographMap.self, from: Data(contentsOf: URL(filePath: output + "/map.json")))
      #expect(map.points.count == 12 && map.layer == "conv5_3" && map.method.rawValue == method)
      #expect(Set(map.points.map(\.x)).count == 12 && map.loaded?.loaded.isEmpty == false)
      if method == "pca" {
        #expect(map.shares.count == 2 && map.shares[0] >= map.shares[1] && map.shares[1] > 0)
        // Components of one look do not go together.
        let mean = map.points.map(\.x).reduce(0, +) / 12
        let product = map.points.reduce(0) { $0 + $1.x * $1.y }
        let sizes = map.points.reduce(0) { $0 + $1.x * $1.x }
        #expect(abs(mean) < 1e-5 * sizes.squareRoot() && abs(product) < 1e-5 * sizes)
      }
      let (a, b) = (try files(output), try files(output + "2"))
      #expect(a.keys.sorted() == ["map.json", "map.png", "photographs.png"])
      for name in ["map.json", "photographs.png"] { #expect(a[name] == b[name], "\(name)") }
    }
    try run(
      "embed", archive, data, "--layer", "conv5", "--limit", "3", "--output", folder.path + "/few",
      status: 64, saying: "at least 4")
  }

  @Test(.enabled(if: ReportTests.hasGnuplot, "needs gnuplot"))
  func twoTrunksAreDissectedAndCompared() throws {
    _ = try UnitSamples.dataset(
      try (0..<12).map { try UnitSamples.lamp($0, side: 16) }, classes: ["tree", "lamp", "sea"],
      data)
    let noise = folder.path + "/noise.safetensors"
    try run("noise", archive, "--output", noise)
    let output = folder.path + "/dissected"
    let table = try run(
      "dissect", "one=\(archive)", "control=\(noise)", data, "--layer", "conv1",
      "--layer", "conv3", "--size", "48", "--format", "pdf", "--output", output)
    #expect(table.contains("classes detected") && table.contains("control"))
    let written = try files(output)
    for name in ["dissection.md", "dissection.json", "classes.pdf", "coverage.pdf"] {
      #expect(written[name] != nil, "\(name)")
    }
    let found = try JSONDecoder().decode(
      DissectionComparison.self, from: try #require(written["dissection.json"]))
    #expect(found.entries.map(\.name) == ["one", "control"])
    #expect(found.entries[0].dissection.layers.map(\.name) == ["conv1_2", "conv3_3"])
    #expect(found.entries[0].dissection.loaded?.loaded.isEmpty == false)

    for (name, file) in [("a", archive), ("b", noise)] {
      try run(
        file, data, "--layer", "conv3", "--size", "48", "--top", "3", "--output",
        folder.path + "/" + name)
    }
    let difference = folder.path + "/difference"
    try run(
      "diff", folder.path + "/a", folder.path + "/b", "--rows", "4", "--output", difference,
      saying: "photographs kept")
    #expect(
      try files(difference).keys.sorted() == ["conv3_3.png", "difference.json", "difference.md"])
    try run(
      archive, data, "--layer", "conv3", "--size", "40", "--output", folder.path + "/other")
    try run(
      "diff", folder.path + "/a", folder.path + "/other", "--output", difference, status: 1,
      saying: "was looked at with another --top or --size")
  }
}
