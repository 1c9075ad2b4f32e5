import Files
import Foundation
import TestSupport
import Testing

/// One run of seconds.
struct ThreadCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let arguments: String
  /// The last checkpoint, below the folder of the run.
  let checkpoint: String

  private init(_ name: String, _ arguments: String, _ checkpoint: String) {
    (testDescription, self.arguments, self.checkpoint) = (name, arguments, checkpoint)
  }

  /// Learning colors with a trunk, or another pretext task.
  private static func pretrain(_ name: String, _ settings: String...) -> ThreadCase {
    .init(
      name,
      "pretrain pretrain.yaml --set iterations=3 --set evaluationInterval=0 --set batchSize=9 "
        + "--set threadInvariant=always "
        + settings.map { "--set \($0) " }.joined() + "--run",
      "checkpoints/step-3.ckpt")
  }

  private static func transfer(_ task: String, _ settings: String...) -> ThreadCase {
    .init(
      task,
      "transfer \(task) tune.yaml --init gaussian --seeds 1 --set threadInvariant=always "
        + settings.map { "--set \($0) " }.joined() + "--output",
      "gaussian-seed1/checkpoints/step-3.ckpt")
  }

  static let all: [ThreadCase] = [
    .pretrain("eccv16"), .pretrain("eccv16 in bfloat16", "precision=bf16"),
    .pretrain("alexnet", "trunk.architecture=alexnet", "data.augmentation.size=96"),
    .pretrain("vgg-16", "trunk.architecture=vgg16", "trunk.batchNormalization=false"),
    .pretrain("vgg-16 with batch normalization", "trunk.architecture=vgg16"),
    .pretrain("resnet18", "trunk.architecture=resnet18"),
    .pretrain("resnet50", "trunk.architecture=resnet50"),
    .pretrain("rotation", "task=rotation"),
    .pretrain("inpainting", "task=inpainting", "objective.adversarial=0.1"),
    .pretrain("split-brain", "task=split-brain", "trunk.inputChannels=3"),
    .transfer("classify", "data.augmentation.size=32"),
    .transfer(
      "detect", "data.proposals=proposals.h5", "scales.training=[64]", "scales.testing=64",
      "head.hidden=16"),
    .transfer("segment", "data.trainSplit=trainval", "data.testSplit=test", "accumulation=1"),
  ]
}

/// The number of threads changes no bit of what is learned.
@Suite(.serialized, OnABench()) struct ThreadTests {
  let bench: Bench

  init() throws {
    bench = try #require(Bench.current)
    if bench.holds("proposals.h5") { return }
    let made = try bench.pigment(
      "data build scenes --pretrain 40 --trainval 12 --test 6 --width 48 --height 48 "
        + "--output scenes.h5")
    let proposed = try bench.pigment("proposals build scenes.h5 --max 60 --output proposals.h5")
    try #require(made.status == 0 && proposed.status == 0, "\(made.output)\(proposed.output)")
  }

  @Test(arguments: ThreadCase.all) func everyNumberOfThreadsLearnsTheSame(_ one: ThreadCase) throws
  {
    let checkpoints = try [1, 2, 4].map { threads in
      let run = "run-\(UUID())"
      let found = try bench.pigment("\(one.arguments) \(run)", threads: threads)
      try #require(found.status == 0, "\(found.output)")
      return try TensorsOnly(of: bench.file("\(run)/\(one.checkpoint)"))
    }
    #expect(checkpoints[0].bytes > 0)
    #expect(checkpoints[0] == checkpoints[1] && checkpoints[0] == checkpoints[2])
  }

  @Test func theLibrariesMayShareTheWorkAsTheyLike() throws {
    let found = try bench.pigment(
      "pretrain pretrain.yaml --set threadInvariant=never --set iterations=1 --run free", threads: 2
    )
    #expect(found.status == 0, "\(found.output)")
    let journal = try String(contentsOfFile: bench.file("free/journal.jsonl"), encoding: .utf8)
    #expect(journal.contains("steps depend on the number of threads"))
    let written = try String(contentsOfFile: bench.file("free/configuration.yaml"), encoding: .utf8)
    #expect(written.contains("threadInvariant: never"))
  }
}

/// The numbers of a checkpoint without the words before them, which have times.
private struct TensorsOnly: Equatable {
  let bytes: Int
  let digest: String

  init(of path: String) throws {
    let data = try Data(contentsOf: URL(filePath: path))
    let header = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let tensors = data.dropFirst(8 + header)
    (bytes, digest) = (tensors.count, Digest.hexadecimal([UInt8](tensors)))
  }
}
