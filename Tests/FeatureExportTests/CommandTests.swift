import Datasets
import FeatureExport
import Foundation
import HDF5
import Layers
import Networks
import Randomness
import TestSupport
import Testing

/// `pigment export` and `pigment extract` as they are typed.
@Suite(.serialized) struct CommandTests {
  let scratch: Scratch
  let (archive, data): (String, String)

  init() throws {
    scratch = try Scratch()
    archive = scratch.file("features.safetensors")
    data = scratch.file("scenes.h5")
    try Samples.write(Samples.configuration(.eccv16), to: archive)
  }

  func build(_ pictures: Int) throws {
    _ = try SceneBuilder(
      source: SceneGenerator(size: (48, 40), key: RandomKey(seed: 1)), name: "test",
      pretrain: pictures - 4, trainval: 2, test: 2
    ).build(to: data) { _ in }
  }

  private func extraction(to output: String) -> [String] {
    // 64 KiB a picture, 16 pictures a piece.
    ["extract", archive, data, "--layer", "conv1_1", "--batch", "4", "--memory", "1"]
      + ["--output", output]
  }

  /// Whole pieces beside a result.
  private func pieces(_ output: String) -> Int {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(output).pieces")
    return (names ?? []).count { $0.hasSuffix(".safetensors") }
  }

  @Test func aKilledExtractionGoesOnToTheSameBytes() throws {
    try build(320)
    let whole = scratch.file("whole.h5")
    let straight = try Program.run(Program.pigment, extraction(to: whole))
    #expect(straight.status == 0 && !straight.output.contains("earlier"), "\(straight.output)")
    #expect(try HDF5File(reading: whole).shape(of: "features") == [320, 4, 64, 64])
    for (signal, status) in [(SIGKILL, SIGKILL), (SIGINT, 130)] {
      // On a busy machine an extraction may be over before the signal comes.
      var (output, end) = ("", Int32(0))
      for attempt in 0..<5 where end != status {
        output = scratch.file("\(signal)-\(attempt).h5")
        let process = try Program.launch(Program.pigment, extraction(to: output))
        while process.isRunning, pieces(output) < 3 { usleep(500) }
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        end = process.terminationStatus
      }
      #expect(end == status)
      #expect((3...20).contains(pieces(output)))
      #expect(!FileManager.default.fileExists(atPath: output))
      let second = try Program.run(Program.pigment, extraction(to: output))
      #expect(second.status == 0 && second.output.contains("of an earlier start"))
      let (a, b) = (URL(filePath: output), URL(filePath: whole))
      #expect(try Data(contentsOf: a) == Data(contentsOf: b))
      #expect(!FileManager.default.fileExists(atPath: "\(output).pieces"))
    }
  }

  @Test func aResultSaysWhatWasLoaded() throws {
    try build(8)
    let output = scratch.file("out.h5")
    #expect(try Program.run(Program.pigment, extraction(to: output)).status == 0)
    let text = try HDF5File(reading: output).read("loaded", as: String.self)[0]
    let report = try JSONDecoder().decode(LoadReport.self, from: Data(text.utf8))
    let trunk = try FeatureArchive.read(archive).archive.trunk
    #expect(report.loaded.count == trunk.tensors.count)
    #expect(report.loaded.allSatisfy { $0.norm != nil } && report.fresh == [])
  }

  /// What each thing wrong is called, and the status that the program ends with.
  @Test func badInputIsNamedAndEndsInAnError() throws {
    try build(5)
    func file(_ name: String) -> String { scratch.file("\(name).safetensors") }
    try Data(contentsOf: URL(filePath: archive)).dropLast(1000)
      .write(to: URL(filePath: file("cut")))
    try Samples.change(
      archive, to: file("misshapen"),
      { entry in
        guard entry.name == "trunk.conv3_1.bias" else { return }
        entry = .init(name: entry.name, type: .f32, shape: [1, 16], bytes: entry.bytes)
      })
    try Samples.change(
      archive, to: file("future"),
      metadata: { words in
        words[FeatureDescription.key] = words[FeatureDescription.key]!.replacing(
          "\"version\":\(FeatureDescription.currentVersion)", with: "\"version\":99")
      })
    try Samples.run(at: scratch.file("run"), notes: ["task": "rotation"])
    let output = scratch.file("out")
    func expect(_ arguments: [String], _ status: Int32, _ words: String...) throws {
      let found = try Program.run(Program.pigment, arguments)
      #expect(found.status == status, "\(arguments): \(found.output)")
      for word in words {
        #expect(found.output.contains(word), "\(arguments): \(found.output)")
      }
      #expect(!FileManager.default.fileExists(atPath: output), "\(arguments)")
    }
    for (name, word) in [
      ("cut", "cut.safetensors: "), ("misshapen", "tensor 'trunk.conv3_1.bias': has shape"),
      ("future", "has format version 99, newer than version"),
    ] {
      try expect(["export", file(name), "--output", output], 1, "\(name).safetensors", word)
      try expect(["export", "--check", file(name)], 1, "\(name).safetensors", word)
      try expect(
        ["extract", file(name), data, "--layer", "conv3_1", "--output", output], 1, word)
    }
    try expect(
      ["extract", archive, data, "--layer", "conv9", "--output", output], 1,
      "features.safetensors: has no layer 'conv9'; there are conv1_1, ")
    try expect(
      ["export", archive, "--format", "onnx", "--layer", "conv9", "--output", output], 1,
      "\(archive): has no layer 'conv9'; there are conv1_1, ")
    try expect(
      ["export", scratch.file("run"), "--output", output], 1,
      "step-5.ckpt: was trained for 'rotation', not for a pretext task", "--task rotation")
    try expect(
      ["extract", archive, data, "--layer", "conv1_1", "--pool", "mean", "--output", output], 64,
      "mean")
    try expect(["extract", archive, data, "--output", output], 64, "--layer")
    try expect(["export", file("nowhere"), "--output", output], 1, "nowhere.safetensors")
  }
}
