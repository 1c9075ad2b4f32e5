// Draws a few scenes, trains the task of this package on them, and says how the loss fell.
import Configurations
import Datasets
import Foundation
import Randomness
import Runs
import Training

let output = CommandLine.arguments.dropFirst().first ?? "hue-histogram"
try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
let scenes = SceneGenerator(size: (48, 48), key: RandomKey(seed: 1))
_ = try SceneBuilder(source: scenes, name: "scenes", pretrain: 96, trainval: 8, test: 8)
  .build(to: "\(output)/scenes.h5")

let settings = try PretrainingConfiguration<HueHistogramTask>.load(
  nil,
  settings: [
    "data.path=\(output)/scenes.h5",
    "data.augmentation.size=32", "trunk.width=0.1", "batchSize=16", "iterations=40",
    "evaluationInterval=20", "schedule.rate=0.002", "schedule.decay=cosine",
  ])
let pretraining = try Pretraining(settings)
let folder = try RunFolder.create(
  "\(output)/run", configuration: settings,
  environment: .current(
    pigment: "example", device: "cpu", threads: 2, dataHash: pretraining.dataHash,
    seed: settings.seed))
let outcome = try LearningRun(pretraining).run(in: folder).outcome
let losses = try Journal.events(in: folder.journal.path).compactMap { event -> Double? in
  guard case .evaluation(_, let metrics) = event else { return nil }
  return metrics["validation/loss"]
}
print("\(output)/run: \(outcome); validation loss \(losses)")
guard let first = losses.first, let last = losses.last, last < first else {
  print("the loss did not fall")
  exit(1)
}
