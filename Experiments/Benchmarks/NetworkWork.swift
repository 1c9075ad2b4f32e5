internal import Layers
internal import Networks
internal import Randomness
internal import Tensors

/// Training steps or forward passes of a network on random numbers.
struct NetworkWork {
  private var network: Stack
  private var optimizer = Adam(beta2: 0.99, weightDecay: 1e-3)
  private let input: Tensor
  private let targets: (classes: Tensor, shares: Tensor, weights: Tensor)
  private let key = RandomKey(seed: 0)
  private let isTraining: Bool
  private let device: Device

  /// Soft codes have ten bins, as in training.
  init(_ workload: Workload, on device: Device = .cpu) {
    let key = key
    self.device = device
    network = ColorNetwork.build(workload.network!, width: workload.width, key: key, on: device)
    isTraining = workload.kind == .step
    var stream = key.folding("data").stream()
    func uniform(_ shape: Shape) -> Tensor {
      Tensor((0..<shape.count).map { _ in Float(stream.uniform()) }, shape: shape, on: device)
    }
    input = uniform([workload.batch, 1, workload.size, workload.size]).scaled(by: 1, plus: -0.5)
      .converted(to: workload.precision == .f32 ? .f32 : .bf16)
    let output = network(input).shape
    let codes: Shape = [workload.batch, 10, output[2], output[3]]
    targets = (
      Tensor(
        indices: (0..<codes.count).map { _ in Int32(stream.index(below: ColorNetwork.bins)) },
        shape: codes, on: device), uniform(codes).scaled(by: 0.2),
      uniform(codes.replacing(1, with: 1))
    )
  }

  /// One step, or one forward pass; waits until its result is there.
  mutating func run() {
    guard isTraining else {
      _ = network(input).sum().scalar
      return
    }
    let loss = device.recording {
      let (loss, gradients) = network.gradients { network in
        var pass = Pass.training(key: key)
        let logits = network.forward(input, &pass)
        let losses = logits.softmaxCrossEntropy(classes: targets.classes, weights: targets.shares)
        return (losses * targets.weights).mean()
      }
      optimizer.step(&network, gradients, rate: 3e-5)
      return loss
    }
    _ = loss.scalar
  }
}
