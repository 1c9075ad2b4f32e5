internal import ArgumentParser
internal import Backends
internal import Glibc
internal import Layers
internal import Networks
internal import Randomness
internal import Tensors

/// `pigment-benchmarks step`: whole training steps of ECCV16, the peer of `pytorch_step.py`.
///
/// One JSON line per counted step ({"seconds": …}) and a last one with the peak resident memory, in
/// the same form as the PyTorch script prints.
struct StepBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step",
    abstract: "Time whole training steps: forward, soft-target loss, backward, Adam.")

  @Option(help: "Images in a batch.") var batch = 4
  @Option(help: "Rows and columns of an image.") var size = 176
  @Option(help: "Threads; 0 leaves the default.") var threads = 2
  @Option(help: "Counted steps.") var steps = 5
  @Option(help: "Steps before them that are not counted.") var warmup = 2

  func run() {
    if threads > 0 { CPUBackend.shared.threads = threads }
    let key = RandomKey(seed: 0)
    let trunk = TrunkConfiguration(.eccv16)
    var network = Network(
      trunk: trunk.build(key: key, on: .cpu),
      head: Heads.eccv16Color(
        inputs: trunk.outputChannels, outputs: 313, width: 1, key: key, on: .cpu))
    var optimizer = Adam(beta2: 0.99, weightDecay: 1e-3)
    var stream = key.folding("data").stream()
    let (rows, neighbors) = (size / 4, 10)
    let codes: Shape = [batch, neighbors, rows, rows]
    func uniform(_ shape: Shape) -> Tensor {
      Tensor((0..<shape.count).map { _ in Float(stream.uniform()) }, shape: shape)
    }
    let input = uniform([batch, 1, size, size]).scaled(by: 1, plus: -0.5)
    let shares = uniform(codes).scaled(by: 2 / Double(neighbors))
    let weights = uniform([batch, 1, rows, rows])
    let classes = Tensor(
      indices: (0..<codes.count).map { _ in Int32(stream.index(below: 313)) }, shape: codes)
    let clock = ContinuousClock()
    for step in 0..<warmup + steps {
      let begin = clock.now
      let (loss, gradients) = network.gradients { network in
        var pass = Pass.training(key: key.folding(step))
        let losses = network.forward(input, &pass).softmaxCrossEntropy(
          classes: classes, weights: shares)
        return (losses * weights).mean()
      }
      optimizer.step(&network, gradients, rate: 3e-5)
      _ = loss.scalar
      let passed = begin.duration(to: clock.now).components
      if step >= warmup {
        print("{\"seconds\": \(Double(passed.seconds) + Double(passed.attoseconds) * 1e-18)}")
      }
    }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    print(
      """
      {"peak_bytes": \(usage.ru_maxrss * 1024), "pool_peak_bytes": \(CPUBackend.shared.peakBytes)}
      """)
  }
}
