import Foundation
import Layers
import Networks
import Randomness
import Rivals
import Runs
import Tensors
import TestSupport
import Testing
import Training

/// Trunks that are blind to hidden patches, against NumPy in double precision.
@Suite struct MaskedTests {
  /// What `Golden/make_masked.py` writes.
  struct Golden: Decodable {
    struct Network: Decodable {
      let x, weights, features: [Double]
      let seen: [Float]
      let loss: Double
      let parameters, gradients, statistics: [String: [Double]]
    }
    struct Patches: Decodable { let planes, normalized: [Float] }
    struct Puzzles: Decodable {
      let orders: [[Int]]
      let logits, gradient: [Double]
      let labels: [Int32]
      let loss: Double
    }
    let networks: [Network]
    let patches: Patches
    let puzzles: Puzzles

    static let file = try! JSONDecoder().decode(
      Golden.self,
      from: Data(
        contentsOf: URL(
          filePath: SharedData.packagePath("Tests/RivalsTests/Golden/masked.json"))))
  }

  let tiny: TinyRuns

  init() throws { tiny = try TinyRuns() }

  /// The names of the script.
  private static let names = [
    "conv1.weight": "w1", "conv1.bias": "b1", "conv2.weight": "w2", "conv2.bias": "b2",
    "head.token": "token", "norm1.running_mean": "m1", "norm1.running_var": "v1",
    "norm2.running_mean": "m2", "norm2.running_var": "v2",
  ]

  @Test(arguments: [(Device.reference, DType.f64, 1e-9), (.cpu, .f32, 1e-4)])
  func featuresAndGradientsAreThoseOfNumPy(
    _ device: Device, _ dtype: DType, _ tolerance: Double
  ) throws {
    let key = RandomKey(seed: 1)
    let task = try tiny.task(
      MaskedTask.self, "objective.patch=8", "objective.channels=ab", "trunk.inputChannels=2",
      "trunk.width=0.0078125")
    for one in Golden.file.networks {
      func near(_ found: [Double], _ wanted: [Double]) -> Bool {
        found.count == wanted.count
          && zip(found, wanted).allSatisfy { abs($0 - $1) < tolerance * max(1, abs($1)) }
      }
      let stack = Stack([
        .init(
          "conv1",
          Convolution(2, 3, kernel: 3, .init(padding: 1, relu: true), key: key, on: device)),
        .init("norm1", BatchNormalization(3, momentum: 1, on: device)),
        .init(
          "conv2",
          Convolution(3, 4, kernel: 3, .init(stride: 2, padding: 1), key: key, on: device)),
        .init("norm2", BatchNormalization(4, momentum: 1, relu: true, on: device)),
      ])
      var model = task.model(around: stack, key: key, on: device)
      model.transform { named in
        let values = Self.names[named.name].flatMap { one.parameters[$0] }
        return Tensor(
          values ?? named.tensor.doubles, shape: named.tensor.shape, dtype: dtype, on: device)
      }
      let x = Tensor(one.x, shape: [2, 2, 8, 8], dtype: dtype, on: device)
      let weights = Tensor(one.weights, shape: [2, 4, 4, 4], dtype: dtype, on: device)
      let seen = SeenPatches(rows: 2, one.seen)
      var found: Tensor?
      let result = model.gradients { model in
        var pass = Pass.training(key: key)
        let features = model.features(x, seen: seen, &pass)
        found = features.detached
        return (features * weights).sum()
      }
      #expect(abs(result.loss.scalar - one.loss) < 10 * tolerance)
      #expect(near(try #require(found).doubles, one.features))
      for named in model.tensors {
        guard let name = Self.names[named.name] else { continue }
        if let wanted = one.statistics[name] {
          #expect(near(named.tensor.doubles, wanted), "\(named.name)")
        } else {
          let gradient = try #require(result.gradients[named.name]).doubles
          #expect(near(gradient, try #require(one.gradients[name])), "\(named.name)")
        }
      }
    }
  }

  /// Whatever a hidden patch shows, features are the same, and where nothing is hidden they are
  /// those of the plain trunk.
  @Test(arguments: [TrunkConfiguration.Architecture.eccv16, .resnet18, .vgg11])
  func hiddenPatchesAreNotSeen(_ architecture: TrunkConfiguration.Architecture) throws {
    let key = RandomKey(seed: 2)
    let task = try tiny.task(
      MaskedTask.self, "objective.patch=32", "data.augmentation.size=64",
      "trunk.architecture=\(architecture.rawValue)")
    let stack = TrunkConfiguration(architecture, width: 0.0625).build(key: key, on: .cpu)
    let model = task.model(around: stack, key: key, on: .cpu)
    var stream = key.stream()
    var pixels = (0..<2 * 64 * 64).map { _ in Float(stream.normal()) }
    func features(_ seen: [Float]) -> [Float] {
      var (model, pass) = (model, Pass.training(key: key))
      return model.features(
        Tensor(pixels, shape: [2, 1, 64, 64], on: .cpu), seen: SeenPatches(rows: 2, seen), &pass
      ).floats
    }
    let seen: [Float] = [1, 0, 0, 1, 0, 1, 1, 1]
    let (first, whole) = (features(seen), features(seen.map { _ in 1 }))
    var (plain, pass) = (stack, Pass.training(key: key))
    let wanted = plain.forward(Tensor(pixels, shape: [2, 1, 64, 64], on: .cpu), &pass).floats
    #expect(zip(whole, wanted).allSatisfy { abs($0 - $1) < 1e-3 })
    for place in pixels.indices {
      let patch = place / 4096 * 4 + place % 4096 / 64 / 32 * 2 + place % 64 / 32
      if seen[patch] == 0 { pixels[place] = 100 * Float(stream.normal()) }
    }
    let (second, other) = (features(seen), features(seen.map { _ in 1 }))
    #expect(second == first)
    #expect(other != whole)
  }

  @Test func patchesAreNormalizedAsByNumPy() throws {
    let golden = Golden.file.patches
    let scale = PatchScale(of: golden.planes, size: 8, patch: 4)
    let found = scale.normalized(golden.planes)
    #expect(found.count == golden.normalized.count)
    #expect(zip(found, golden.normalized).allSatisfy { abs($0 - $1) < 1e-5 })
    // What the figures say is of pixels, whatever is asked for: a perfect answer has no error.
    let key = RandomKey(seed: 1)
    let task = try tiny.task(MaskedTask.self, "objective.patch=8", "objective.shownPictures=1")
    let plain = try tiny.task(
      MaskedTask.self, "objective.patch=8", "objective.normalized=false",
      "objective.shownPictures=0")
    let samples = (0..<2).map { Samples.noise(32, seed: $0) }
    let (batch, pixels) = (task.batch(of: samples), plain.batch(of: samples))
    #expect(batch.input == pixels.input && batch.weights == pixels.weights)
    let hidden = batch.weights.count { $0 == 1 }
    #expect(hidden == 2 * 10 * 64)  // 10 of 16 patches
    let trunk = TrunkConfiguration(.eccv16, width: 0.0625)
    func evaluate(_ task: MaskedTask, _ batch: ReconstructionBatch) throws -> [String: Double] {
      var model = task.model(around: trunk.build(key: key, on: .cpu), key: key, on: .cpu)
      model.transform {
        $0.name.hasPrefix("head.") ? Tensor(filledWith: 0, shape: $0.tensor.shape) : $0.tensor
      }
      var batches = [batch]
      let found = try task.evaluate(model, on: .cpu, as: .f32) { batches.popLast() }
      #expect((found.pictures["masked"] != nil) == (task.shown.count == 1))
      return found.metrics
    }
    let (normalized, raw) = (try evaluate(task, batch), try evaluate(plain, pixels))
    // Nothing said of a normalized patch is its mean: 1 off by 63 / 64, and better than gray.
    #expect(abs(normalized["validation/loss"]! - 63.0 / 64) < 1e-3)
    #expect(abs(normalized["validation/psnrOfMean"]! - raw["validation/psnrOfMean"]!) < 1e-4)
    #expect(normalized["validation/psnr"]! > raw["validation/psnr"]!)
  }

  @Test func puzzlesAreThoseOfNumPy() throws {
    let golden = Golden.file.puzzles
    let task = try tiny.task(
      JigsawTask.self, "data.augmentation.size=40", "objective.tile=12", "objective.gap=1",
      "objective.permutations=\(golden.orders.count)", "objective.color=kept")
    #expect(task.orders == golden.orders)
    #expect(Set(task.orders).count == 24)
    let logits = Tensor(golden.logits, shape: [5, 24], dtype: .f64, on: .reference).watched()
    let shape: Shape = [5, 1]
    let loss = logits.softmaxCrossEntropy(
      classes: Tensor(indices: golden.labels, shape: shape, on: .reference),
      weights: Tensor(filledWith: 1, shape: shape, dtype: .f64, on: .reference)
    ).mean()
    #expect(abs(loss.detached.scalar - golden.loss) < 1e-12)
    let found = gradients(of: loss, for: [logits])[0].doubles
    #expect(zip(found, golden.gradient).allSatisfy { abs($0 - $1) < 1e-12 })
  }
}
