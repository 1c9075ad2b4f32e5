import Datasets
import Layers
import Networks
import Randomness
import Rivals
import Tensors
import Testing
import Training

/// The gradients of whole models against finite differences, in double precision on the reference
/// device.
@Suite(.serialized) struct GradientTests {
  let tiny: TinyRuns

  init() throws { tiny = try TinyRuns() }

  /// What a loss says when parameters move, and what its gradient claims.
  private func slopes<Task: PretextTask>(
    _ type: Task.Type, _ settings: [String], moving isMoved: (String) -> Bool,
    of value: (TrainingLoop.Loss) -> Double = { $0.trained.detached.scalar }
  ) throws -> (measured: Double, claimed: Double) {
    let configuration = try tiny.configuration(type, settings + ["trunk.width=0.03125"])
    let task = try Pretraining(configuration).task
    let key = RandomKey(seed: 5)
    var model = task.model(
      around: configuration.trunk.build(key: key, on: .reference), key: key, on: .reference)
    // No bias is zero: behind dead channels and in holes, ReLUs would stand right at their kink.
    model.transform { named in
      var stream = key.folding(named.name).folding("bias").stream()
      return Tensor(
        named.tensor.doubles.map { named.role == .bias ? 0.1 * stream.normal() : $0 },
        shape: named.tensor.shape, dtype: .f64, on: .reference)
    }
    let size = configuration.data.augmentation.size
    let batch = try task.batch(of: (0..<2).map { Samples.noise(size, seed: $0) })
    func loss(_ model: inout Task.Model) throws -> TrainingLoop.Loss {
      var pass = Pass.training(key: key)
      return try task.loss(&model, batch, &pass, on: .reference, as: .f64)
    }
    func direction(_ named: NamedTensor) -> [Double] {
      var stream = key.folding(named.name).stream()
      return (0..<named.tensor.shape.count).map { _ in stream.normal() }
    }
    func moved(_ step: Double) throws -> Double {
      var copy = model
      copy.transform { named in
        guard named.role != .statistic, isMoved(named.name) else { return named.tensor }
        let values = zip(named.tensor.doubles, direction(named)).map { $0 + step * $1 }
        return Tensor(values, shape: named.tensor.shape, dtype: .f64, on: .reference)
      }
      return value(try loss(&copy))
    }
    let step = 1e-8
    let measured = (try moved(step) - moved(-step)) / (2 * step)
    var copy = model
    let gradients = try copy.gradients { try loss(&$0).trained }.gradients
    let claimed = model.tensors.reduce(0.0) { sum, named in
      guard isMoved(named.name), let gradient = gradients[named.name] else { return sum }
      return sum + zip(gradient.doubles, direction(named)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return (measured, claimed)
  }

  private func agree(_ slopes: (measured: Double, claimed: Double)) -> Bool {
    abs(slopes.measured - slopes.claimed) < 1e-4 * abs(slopes.claimed) && slopes.claimed != 0
  }

  @Test(arguments: TinyRival.all.filter { $0.goal != "inpainting-adversarial" })
  func theGradientIsThatOfTheLoss(_ rival: TinyRival) throws {
    func check<Task: PretextTask>(_ task: Task.Type) throws {
      // A model whose zeros cannot move measures them as well: they have no influence.
      let found = try slopes(task, rival.settings, moving: { _ in true })
      #expect(agree(found), "\(found)")
    }
    try check(rival.task)
  }

  /// The sum of the two adversarial losses moves each side by its own loss alone.
  @Test func eachSideOfTheAdversaryHasItsOwnLoss() throws {
    let settings = ["objective.adversarial=0.5"]
    func isJudge(_ name: String) -> Bool { name.hasPrefix("head.discriminator.") }
    let filling = try slopes(InpaintingTask.self, settings, moving: { !isJudge($0) }) {
      0.5 * $0.metrics["squaredError"]!.value + 0.5 * $0.metrics["generator"]!.value
    }
    #expect(agree(filling), "\(filling)")
    let judging = try slopes(InpaintingTask.self, settings, moving: isJudge) {
      $0.metrics["discriminator"]!.value
    }
    #expect(agree(judging), "\(judging)")
    // The check can fail: neither side has the gradient of the sum.
    let sum = try slopes(InpaintingTask.self, settings, moving: { !isJudge($0) })
    #expect(!agree(sum))
  }
}
