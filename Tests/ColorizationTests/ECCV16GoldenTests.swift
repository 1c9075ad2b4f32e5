import HDF5
import Layers
import Networks
import Randomness
import Tensors
import TestSupport
import Testing

/// The ECCV16 network at an eighth of its width against PyTorch (golden set d_eccv16): logits,
/// loss, every gradient, and the weights after five steps.
@Suite(.enabled(if: SharedData.isPresent, "needs the reference data beside the checkout"))
struct ECCV16GoldenTests {
  let golden: Golden

  init() throws { golden = try Golden() }

  @Test func theNetworkHasThePublishedNumberOfParameters() {
    let network = ECCV16.network(width: 1, affine: false, on: .reference)
    #expect(network.parameterCount == 32_230_393)
  }

  /// In double precision on the reference: the definition of every kernel is PyTorch's.
  @Test func doublePrecisionReproducesPyTorch() throws {
    try check(
      dtype: .f64, on: .reference,
      limits: .init(logits: 1e-11, loss: 1e-12, gradient: 1e-11, weights: 1e-11, losses: 1e-12))
  }

  /// In single precision on the CPU: two correct programs differ by ReLU flips, so the limits are
  /// those that `observed_error.json` gives for other float32 programs.
  @Test func singlePrecisionOnTheCPUComesClose() throws {
    try check(
      dtype: .f32, on: .cpu,
      limits: .init(logits: 1e-4, loss: 1e-5, gradient: 3e-2, weights: 1e-2, losses: 2e-3))
  }

  struct Limits {
    var logits, loss, gradient, weights, losses: Double
  }

  func check(dtype: DType, on device: Device, limits: Limits) throws {
    var network = ECCV16.network(width: 0.125, affine: true, on: device)
    try network.transform { named in
      let values = try golden.doubles("weights/\(ECCV16.releasedName(named.name))")
      return Tensor(values, shape: named.tensor.shape, dtype: dtype, on: device)
    }
    let input = try golden.input(dtype, device)
    let targets = try golden.targets(dtype, device)
    let lossOf = { (network: inout Network) -> (logits: Tensor, loss: Tensor) in
      var pass = Pass.training(key: RandomKey(seed: 0))
      let logits = network.forward(input, &pass)
      let losses = logits.softmaxCrossEntropy(classes: targets.classes, weights: targets.shares)
      return (logits, (losses * targets.weights).mean())
    }

    var logits: Tensor?
    var fresh = network
    let (loss, gradients) = fresh.gradients { network in
      let (scores, loss) = lossOf(&network)
      logits = scores.detached
      return loss
    }
    #expect(try difference(logits!.doubles, "forward_train/logits") < limits.logits)
    #expect(try difference([loss.scalar], "forward_train/loss_mean_pixels") < limits.loss)
    #expect(gradients.count == 60)
    for (name, gradient) in gradients {
      let error = try difference(gradient.doubles, "grad/\(ECCV16.releasedName(name))")
      #expect(error < limits.gradient, "gradient of \(name)")
    }

    var optimizer = SGD(momentum: 0.9, weightDecay: 1e-3)
    var losses: [Double] = []
    for _ in 0..<5 {
      let (loss, gradients) = network.gradients { lossOf(&$0).loss }
      losses.append(loss.scalar)
      optimizer.step(&network, gradients, rate: 2e-4)
    }
    var last = network
    losses.append(lossOf(&last).loss.scalar)
    let drift = try difference(losses, "train5/losses")
    #expect(drift < limits.losses, "\(losses): off by \(drift)")
    for named in network.tensors {
      let path = "train5/after_f64_small/\(ECCV16.releasedName(named.name))"
      guard try golden.contains(path) else { continue }
      let error = try difference(named.tensor.doubles, path)
      #expect(error < limits.weights, "weights of \(named.name) after five steps")
    }
  }

  /// The largest difference relative to the largest golden value.
  func difference(_ values: [Double], _ path: String) throws -> Double {
    let expected = try golden.doubles(path)
    #expect(values.count == expected.count, "\(path)")
    let scale = expected.lazy.map(abs).max() ?? 0
    let worst = zip(values, expected).lazy.map { abs($0 - $1) }.max() ?? .infinity
    return values.allSatisfy(\.isFinite) ? worst / max(scale, 1e-30) : .infinity
  }
}

/// The network under test, and its names in the PyTorch release.
enum ECCV16 {
  static func network(width: Double, affine: Bool, on device: Device) -> Network {
    var configuration = TrunkConfiguration(.eccv16, width: width)
    configuration.affine = affine
    let key = RandomKey(seed: 1)
    let trunk = configuration.build(key: key, on: device)
    let inputs = Int((512 * width).rounded())
    return Network(
      trunk: trunk,
      head: Heads.eccv16Color(inputs: inputs, outputs: 313, width: width, key: key, on: device))
  }

  /// `conv3_2.weight` is `model3.2.weight` there, `norm3.bias` is `model3.6.bias`.
  static func releasedName(_ name: String) -> String {
    let parts = name.split(separator: ".").map(String.init)
    let (layer, tensor) = (parts[parts.count - 2], parts[parts.count - 1])
    let head = ["conv8_1": 0, "conv8_2": 2, "conv8_3": 4, "conv8_313": 6]
    if let index = head[layer] { return "model8.\(index).\(tensor)" }
    if layer.hasPrefix("norm") {
      let block = Int(layer.dropFirst(4))!
      return "model\(block).\(block <= 2 ? 4 : 6).\(tensor)"
    }
    let numbers = layer.dropFirst(4).split(separator: "_").map { Int($0)! }
    return "model\(numbers[0]).\(2 * (numbers[1] - 1)).\(tensor)"
  }
}

/// The golden file.
struct Golden {
  private static let path = SharedData.path("golden/d_eccv16/eccv16.h5")

  init() throws { _ = try HDF5File(reading: Self.path) }

  func doubles(_ name: String) throws -> [Double] {
    let file = try HDF5File(reading: Self.path)
    let dataset = try file.dataset(name)
    if dataset.type == .float(bits: 32) { return try dataset.read(as: Float.self).map(Double.init) }
    return try dataset.read(as: Double.self)
  }

  func contains(_ name: String) throws -> Bool { try HDF5File(reading: Self.path).contains(name) }

  /// (L - 50) / 100, [2, 1, 64, 64].
  func input(_ dtype: DType, _ device: Device) throws -> Tensor {
    Tensor(
      try doubles("data/L").map { ($0 - 50) / 100 }, shape: [2, 1, 64, 64], dtype: dtype,
      on: device)
  }

  /// Five nearest bins per position, their shares, and the weight of each position.
  func targets(_ dtype: DType, _ device: Device) throws -> (
    classes: Tensor, shares: Tensor, weights: Tensor
  ) {
    let file = try HDF5File(reading: Self.path)
    let bins = try file.read("data/target_bin", as: Int32.self)
    let shares = try doubles("data/target_weight")
    func channelsFirst<Element>(_ values: [Element]) -> [Element] {
      (0..<values.count).map { index in
        let (image, k, position) = (index / 1280, index / 256 % 5, index % 256)
        return values[(image * 256 + position) * 5 + k]
      }
    }
    return (
      Tensor(indices: channelsFirst(bins), shape: [2, 5, 16, 16], on: device),
      Tensor(channelsFirst(shares), shape: [2, 5, 16, 16], dtype: dtype, on: device),
      Tensor(
        try doubles("data/pixel_weight"), shape: [2, 1, 16, 16], dtype: dtype, on: device)
    )
  }
}
