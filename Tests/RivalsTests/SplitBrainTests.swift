import Inputs
import Layers
import Networks
import Randomness
import Rivals
import Runs
import Tensors
import Testing
import Training

/// One trunk, two halves that never see one another.
@Suite(.serialized) struct SplitBrainTests {
  let tiny: TinyRuns

  init() throws { tiny = try TinyRuns() }

  private func model(_ architecture: TrunkConfiguration.Architecture) throws -> SplitBrainModel {
    let configuration = TrunkConfiguration(architecture, width: 0.0625, inputChannels: 3)
    let task = try tiny.task(
      SplitBrainTask.self, "trunk.inputChannels=3", "trunk.architecture=\(architecture.rawValue)",
      "data.augmentation.size=64")
    let key = RandomKey(seed: 2)
    return task.model(around: configuration.build(key: key, on: .cpu), key: key, on: .cpu)
  }

  private func noise(_ shape: Shape, seed: UInt64 = 7) -> Tensor {
    Initializer.gaussian(deviation: 1).tensor(shape: shape, key: RandomKey(seed: seed), on: .cpu)
  }

  @Test(arguments: TrunkConfiguration.Architecture.allCases)
  func theHalvesSideBySideAreThePlainTrunk(
    _ architecture: TrunkConfiguration.Architecture
  ) throws {
    var model = try model(architecture)
    let x = noise([2, 3, 64, 64])
    // A training pass moves the running statistics, from which evaluations go.
    var training = Pass.training(key: RandomKey(seed: 1))
    let before = model.trunk.tensors.filter { $0.role == .statistic }.map(\.tensor.floats)
    _ = model.forward(x, &training)
    let after = model.trunk.tensors.filter { $0.role == .statistic }.map(\.tensor.floats)
    #expect(zip(before, after).allSatisfy { $0 != $1 })
    // So would one of the plain trunk.
    let copy = try self.model(architecture)
    var plain = copy.trunk
    training = Pass.training(key: RandomKey(seed: 1))
    _ = plain.forward(x, &training)
    for (mine, other) in zip(model.trunk.tensors, plain.tensors) {
      #expect(
        zip(mine.tensor.floats, other.tensor.floats).allSatisfy { abs($0 - $1) < 1e-4 },
        "\(mine.name)")
    }
    var pass = Pass.evaluation
    let halves = model.features(x, &pass)
    let whole = model.trunk(x)
    let joined = concatenate(halves)
    #expect(joined.shape == whole.shape)
    let largest = whole.floats.map(abs).max()!
    #expect(
      largest > 0
        && zip(joined.floats, whole.floats).allSatisfy { abs($0 - $1) < 1e-4 * largest })
    // What one half sees does not reach the other.
    let gray = concatenate([
      x.sliced(start: [0, 0, 0, 0], shape: [2, 1, 64, 64]),
      noise([2, 2, 64, 64], seed: 8),
    ])
    let other = model.features(gray, &pass)
    #expect(other[0].floats == halves[0].floats && other[1].floats != halves[1].floats)
  }

  /// Filters of ECCV16 between the halves.
  private func between(_ name: String, _ entry: TensorArchive.Entry) -> [Float] {
    let tensor = Tensor(
      entry.bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) },
      shape: Shape(entry.shape), on: .cpu)
    let (outputs, inputs) = (entry.shape[0], entry.shape[1])
    let (l, ab) = inputs == 3 ? (0..<1, 1..<3) : (0..<inputs / 2, inputs / 2..<inputs)
    return [(0, ab), (outputs / 2, l)].flatMap { row, columns in
      tensor.sliced(
        start: [row, columns.lowerBound, 0, 0],
        shape: [outputs / 2, columns.count, entry.shape[2], entry.shape[3]]
      ).floats
    }
  }

  /// With weight decay and moments, from drawn weights, from ones learned from pictures, and from
  /// another run's.
  @Test func filtersBetweenTheHalvesStayZero() throws {
    let rival = TinyRival.all.first { $0.name == "split-brain" }!
    func filters(_ run: String) throws -> [(name: String, entry: TensorArchive.Entry)] {
      try tiny.last(run).archive.entries.filter {
        $0.name.hasPrefix("model.conv") && $0.name.hasSuffix(".weight")
      }.map { ($0.name, $0) }
    }
    func isSplit(_ run: String) throws -> Bool {
      let found = try filters(run)
      #expect(found.count == 19)
      return found.allSatisfy { name, entry in between(name, entry).allSatisfy { $0 == 0 } }
    }
    try tiny.start("drawn", rival, "optimizer.averaging=0.9")
    #expect(try isSplit("drawn"))
    try tiny.start(
      "learned", rival, "initialization.scheme=data-dependent", "initialization.batches=1",
      "iterations=1",
      "evaluationInterval=0")
    #expect(try isSplit("learned"))
    let lab = TinyRival.all.first { $0.name == "denoising" }!
    try tiny.start("lab", lab, "objective.channels=lab", "trunk.inputChannels=3", "iterations=1")
    #expect(try !isSplit("lab"))
    try tiny.start(
      "from", rival, "initialization.from=\(tiny.folder)/lab", "iterations=1",
      "initialization.fresh=[head]")
    #expect(try isSplit("from"))
  }

  @Test func eachHalfIsAskedForTheOthersChannels() throws {
    let task = try tiny.task(SplitBrainTask.self, "trunk.inputChannels=3")
    let samples = (0..<2).map { Samples.noise(32, seed: $0) }
    let batch = task.batch(of: samples)
    #expect(batch.rows == 8 && batch.lightness.count == 128 && batch.colors.classes.count == 1280)
    let planes = Preprocessing(.lab, mean: [0, 0, 0], scale: [1, 1, 1], size: 32)
    for (picture, sample) in samples.enumerated() {
      let lab = planes.planes(of: sample.crop)
      for position in 0..<64 {
        let pixel = position / 8 * 4 * 32 + position % 8 * 4
        #expect(batch.lightness[picture * 64 + position] == Int32(min(99, lab[pixel])))
        for channel in 0..<3 {
          #expect(
            batch.target[(picture * 3 + channel) * 64 + position] == lab[channel * 1024 + pixel])
        }
        let shares = (0..<10).map { batch.colors.shares[(picture * 10 + $0) * 64 + position] }
        #expect(abs(shares.reduce(0, +) - 1) < 1e-5)
      }
    }
    // Scores that know nothing: ln 313 less the codes' entropy, and ln 100.
    let key = RandomKey(seed: 1)
    let trunk = TrunkConfiguration(.eccv16, width: 0.0625, inputChannels: 3)
    var model = task.model(around: trunk.build(key: key, on: .cpu), key: key, on: .cpu)
    model.transform { named in
      named.name.hasPrefix("head.")
        ? Tensor(filledWith: 0, shape: named.tensor.shape, on: .cpu) : named.tensor
    }
    var batches = [batch]
    let metrics = try task.evaluate(model, on: .cpu, as: .f32) { batches.popLast() }.metrics
    #expect(abs(metrics["validation/lightnessLoss"]! - 4.60517) < 1e-4)
    #expect(
      abs(metrics["validation/colorLoss"]! - (5.74620 - batch.colors.entropy / 128)) < 1e-4)
    #expect(metrics["validation/lightnessRMSE"]! > metrics["validation/lightnessRMSEOfMean"]!)
  }
}
