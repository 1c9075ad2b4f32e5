import Foundation
import Images
import TestSupport
import Testing

/// The folder that all verbs work in, in turn: each finds there what those before it have made.
struct Bench: Sendable {
  /// The bench of the tests that run.
  @TaskLocal static var current: Bench?

  /// The folder.
  let path = NSTemporaryDirectory() + "pigment-commands-\(UUID())"

  /// A folder with what the program cannot make itself.
  init() throws {
    guard FileManager.default.isExecutableFile(atPath: Program.pigment) else {
      throw NotBuilt(path: Program.pigment)
    }
    for (name, text) in Self.configurations { try write(Data(text.utf8), name) }
    try writeDevkit()
    try writeCOCO()
    try writeCIFAR()
    try writeImageNet()
    try writeArrays()
    try writeShard()
    try writeCutouts()
  }

  /// A place in the folder.
  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Everything in the folder, at any depth.
  var contents: Set<String> {
    Set((try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? [])
  }

  /// Whether there is a file, or a folder, that holds something.
  func holds(_ name: String) -> Bool {
    if let names = try? FileManager.default.contentsOfDirectory(atPath: file(name)) {
      return !names.isEmpty
    }
    return FileManager.default.contents(atPath: file(name))?.isEmpty == false
  }

  /// Calls the program, on one thread: two spin for each other where the machine has other work.
  func pigment(_ arguments: String, threads: Int = 1) throws -> Program.Outcome {
    try Program.run(
      "/usr/bin/env",
      ["OMP_NUM_THREADS=\(threads)", "OMP_WAIT_POLICY=passive", Program.pigment]
        + arguments.split(separator: " ").map(String.init),
      in: path)
  }

  func write(_ data: Data, _ name: String) throws {
    let url = URL(filePath: file(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
  }

  private static let configurations = [
    "pretrain.yaml": """
    data: {path: scenes.h5, validationPictures: 2, augmentation: {size: 32}}
    trunk: {width: 0.0625}
    batchSize: 4
    iterations: 6
    schedule: {rate: 0.003}
    checkpointInterval: 2
    evaluationInterval: 3
    """,
    "tune.yaml": """
    data: {path: scenes.h5}
    trunk: {width: 0.0625}
    batchSize: 3
    iterations: 3
    """,
    "recognizer.yaml": """
    data: {path: scenes.h5, augmentation: {size: 32}}
    trunk: {width: 0.0625, inputChannels: 3}
    batchSize: 4
    iterations: 6
    """,
    "study.yaml": """
    name: tiny
    data: {scenes: {path: scenes.h5}}
    everywhere: [iterations=2]
    pretexts: [{name: rotation, configuration: pretrain.yaml, data: scenes, \
    settings: [task=rotation]}]
    starts: [gaussian, rotation]
    tasks: [{name: classify, verb: classify, configuration: tune.yaml, data: scenes, \
    settings: [data.augmentation.size=32]}]
    regimes: [{name: all}]
    seeds: 1
    """,
  ]
}

/// The program to test is not there.
struct NotBuilt: Error, CustomStringConvertible {
  let path: String
  var description: String {
    "\(path): the program is not built; make test builds it, or swift build -c release"
  }
}

/// Gives a suite a bench, and takes it away afterwards.
struct OnABench: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
  ) async throws {
    let bench = try Bench()
    defer { try? FileManager.default.removeItem(atPath: bench.path) }
    try await Bench.$current.withValue(bench) { try await body() }
  }
}
