import Foundation
import TestSupport
import Testing

extension EmulationTests {
  /// The pretext tasks, each with the settings that make it small.
  static let tasks: [(String, [String])] = [
    ("colorization", []), ("colorization", ["objective.loss=regression"]), ("autoencoder", []),
    ("denoising", []), ("inpainting", ["objective.adversarial=0.1"]), ("rotation", []),
    ("split-brain", ["trunk.inputChannels=3"]),
    (
      "context",
      [
        "data.augmentation.size=40", "objective.patch=16", "objective.gap=4", "objective.jitter=1",
        "objective.pairs=4", "objective.hidden=16", "objective.degraded=0",
      ]
    ),
  ]

  /// Every task is trained by `pigment pretrain --graph`, which stops where a step reads something;
  /// the first one's losses are those without graphs.
  @Test(
    .enabled(if: canEmulate, "needs a C++ compiler, and no PIGMENT_CUDA_PATH"),
    .timeLimit(.minutes(10)))
  func everyTaskTrainsInGraphs() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "graphs-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let built = try Program.run(
      Program.pigment,
      [
        "data", "build", "scenes", "--pretrain", "40", "--trainval", "4", "--test", "4", "-o",
        "\(folder)/scenes.h5",
      ])
    try #require(built.status == 0, "\(built.output)")
    try "data: {validationPictures: 2, augmentation: {size: 32}}\n".write(
      toFile: "\(folder)/run.yaml", atomically: true, encoding: .utf8)
    func losses(_ name: String, _ task: String, _ settings: [String], _ options: [String]) throws
      -> [String]
    {
      let all =
        [
          "task=\(task)", "data.path=\(folder)/scenes.h5", "trunk.width=0.03125", "batchSize=2",
          "iterations=3", "logInterval=1", "evaluationInterval=0",
        ] + settings
      let run = try runEmulated(
        Program.pigment,
        ["pretrain", "\(folder)/run.yaml", "--run", "\(folder)/\(name)", "--device", "cuda:0"]
          + ["--deterministic"] + options + all.flatMap { ["--set", $0] })
      let words = run.output.split(separator: "\n").filter { $0.contains("rror: ") }
      #expect(run.status == 0, "\(task): \(words.joined(separator: "\n"))")
      let journal = try String(contentsOfFile: "\(folder)/\(name)/journal.jsonl", encoding: .utf8)
      return journal.split(separator: "\n").compactMap { line in
        line.firstMatch(of: /"loss":[-0-9.e]+/).map { String($0.output) }
      }
    }
    for (number, (task, settings)) in Self.tasks.enumerated() {
      let found = try losses("run-\(number)", task, settings, ["--graph"])
      #expect(found.count == 3, "\(task): \(found)")
      if number == 0 { #expect(try losses("plain", task, settings, []) == found) }
    }
    for (name, setting) in [("run-0", "on"), ("plain", "off")] {
      let environment = try String(
        contentsOfFile: "\(folder)/\(name)/environment.json", encoding: .utf8)
      #expect(environment.contains(#""CUDA graphs" : "\#(setting)""#), "\(environment)")
    }
  }

  @Test func graphsAreRefusedOnTheCPU() throws {
    let configuration = SharedData.packagePath("configs/demo-pretrain.yaml")
    let started = try Program.run(
      Program.pigment, ["pretrain", configuration, "--run", "/nowhere/run", "--graph"])
    #expect(started.status != 0)
    #expect(started.output.contains("--graph are for GPUs; the cpu"), "\(started.output)")
  }
}
