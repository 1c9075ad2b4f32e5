import Foundation
import Layers
import Networks
import Randomness
import Tensors
import Testing

@Suite struct WeightPrecisionTests {
  @Test func archivesOfRoundedWeightsAreHalfAsLargeAndReadTheSame() throws {
    let configuration = TrunkConfiguration(.eccv16, width: 0.125)
    let trunk = configuration.build(.he, key: RandomKey(seed: 3), on: .cpu)
    let rounded = WeightPrecision.bf16.rounded(trunk)
    // To the nearest: half of a step of eight bits at most.
    for (a, b) in zip(trunk.tensors, rounded.tensors) {
      #expect(a.name == b.name)
      let isKernel = a.tensor.shape.rank > 1
      var differs = false
      for (x, y) in zip(a.tensor.floats, b.tensor.floats) {
        if !isKernel { #expect(x == y) }
        #expect(abs(x - y) <= abs(x) / 256)
        if x != y { differs = true }
      }
      #expect(differs == isKernel, "\(a.name)")
    }
    let folder = NSTemporaryDirectory() + "pigment-precision-\(UUID())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func write(_ trunk: Stack, _ weights: WeightPrecision) throws -> (path: String, size: Int) {
      let path = "\(folder)/\(weights.rawValue).safetensors"
      try FeatureArchive(
        trunk: trunk, configuration: configuration,
        preprocessing: Preprocessing(.lightness, size: 64),
        provenance: .init(
          task: "test", run: "test", iterations: 1, seed: 1, dataHash: "", git: "", recipeHash: ""),
        weights: weights
      ).write(to: path)
      return (path, try Data(contentsOf: URL(filePath: path)).count)
    }
    let (whole, half) = (try write(trunk, .f32), try write(rounded, .bf16))
    let weights = trunk.tensors.filter { $0.tensor.shape.rank > 1 }
      .reduce(0) { $0 + $1.tensor.shape.count }
    #expect(abs(whole.size - half.size - 2 * weights) < 2000)
    let (archive, _) = try FeatureArchive.read(half.path)
    #expect(archive.description.weights == .bf16)
    for (a, b) in zip(archive.trunk.tensors, rounded.tensors) {
      #expect(a.tensor.dtype == .f32 && a.tensor.floats == b.tensor.floats)
    }
    #expect(try FeatureArchive.read(whole.path).archive.description.weights == nil)
  }
}
