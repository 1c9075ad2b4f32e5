import Colorization
import Configurations
import Datasets
import Foundation
import Layers
import Networks
import TestSupport
import Testing
import Training

/// The configurations that stand beside the program.
@Suite struct ConfigurationFileTests {
  /// Those for pretraining by colorization.
  static let pretraining = [
    "demo-pretrain.yaml", "objectives-pretrain.yaml", "photographs-pretrain.yaml",
    "full-scale/alexnet.yaml", "full-scale/eccv16.yaml", "resnet18-pretrain.yaml",
  ]

  @Test(arguments: pretraining) func loads(_ name: String) throws {
    let path = SharedData.packagePath("configs/\(name)")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let configuration = try PretrainingConfiguration<ColorizationTask>(
      yaml: text, source: name, settings: ["data.path=nothing.h5"])
    // All is well but the data, which are not there.
    let error = #expect(throws: (any Error).self) { try Pretraining(configuration) }
    #expect("\(error!)".contains("nothing.h5"), "\(name): \(error!)")
  }

  @Test func fullScaleIsTheReleasedTraining() throws {
    func load(_ name: String) throws -> PretrainingConfiguration<ColorizationTask> {
      try .init(
        yaml: String(
          contentsOfFile: SharedData.packagePath("configs/full-scale/\(name).yaml"),
          encoding: .utf8), source: name)
    }
    let eccv16 = try load("eccv16")
    #expect(eccv16.batchSize == 40 && eccv16.iterations == 450_000 && eccv16.trunk.width == 1)
    #expect(eccv16.data.augmentation.size == 176 && eccv16.data.augmentation.squashedTo == 256)
    #expect(eccv16.objective.lambda == 0.5 && eccv16.objective.neighbors == 10)
    let schedule = eccv16.schedule.schedule(iterations: eccv16.iterations)
    #expect(abs(schedule.rate(at: 214_999) / 3.16e-5 - 1) < 1e-6)
    #expect(abs(schedule.rate(at: 215_001) / (3.16e-5 * 0.316) - 1) < 1e-6)
    #expect(abs(schedule.rate(at: 430_001) / (3.16e-5 * 0.316 * 0.316) - 1) < 1e-6)
    let alexnet = try load("alexnet")
    #expect(alexnet.batchSize == 80 && alexnet.data.augmentation.size == 180)
    let steps = alexnet.schedule.schedule(iterations: alexnet.iterations)
    for (step, rate) in [(239_999, 3e-5), (240_001, 1e-5), (300_001, 3e-6), (400_001, 1e-6)] {
      #expect(abs(steps.rate(at: step) / rate - 1) < 0.08, "step \(step)")
    }
  }
}
