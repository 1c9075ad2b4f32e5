internal import Backends
internal import Randomness

/// Numbers between -1 and 1.
func randomNumbers(_ count: Int, seed: UInt64) -> [Float] {
  var stream = RandomKey(seed: seed).stream()
  return (0..<count).map { _ in Float(bitPattern: UInt32(stream.next() >> 41) | 0x4000_0000) - 3 }
}

/// What a training step does besides convolutions: limited by memory, so measured in GB/s.
struct PassBenchmark {
  let backend: CPUBackend
  let dtype: DType
  let batch: Int
  let size: Int
  let watch: Stopwatch

  func run() {
    print("passes over memory (GB/s of what must be read and written):")
    let wide: Shape = [batch, 64, size, size]
    let conv = ConvolutionParameters(padding: 1)
    let image = random([batch, 1, size, size])
    // In the layout that convolutions leave behind.
    let x = backend.convolution(image, random([64, 1, 3, 3]), nil, conv)
    let g = backend.convolution(image, random([64, 1, 3, 3]), nil, conv)
    let bytes = Double(wide.count * dtype.byteCount)
    report("copy", 2 * bytes) { _ = backend.copied(x) }
    report("relu gradient", 3 * bytes) { _ = backend.reluGradient(g, output: x, slope: 0) }
    report("a x + b y", 3 * bytes) { _ = backend.combined(1, x, 1, g) }
    let normal = backend.batchNormalization(x, scale: nil, shift: nil, epsilon: 1e-5, relu: false)
    report("batch norm", 4 * bytes) {
      _ = backend.batchNormalization(x, scale: nil, shift: nil, epsilon: 1e-5, relu: false)
    }
    report("batch norm gradient", 5 * bytes) {
      _ = backend.batchNormalizationGradient(
        g, x: x, y: normal.y, mean: normal.mean, variance: normal.variance, scale: nil, shift: nil,
        workspace: normal.workspace, epsilon: 1e-5, relu: false, ofBatch: true, rectified: false)
    }
    report("squared norm", bytes) { _ = backend.squaredNorm(x) }
    let pooling = PoolingParameters(window: 3, stride: 2, ceilMode: true)
    let pooled = backend.maxPool(x, pooling)
    report("max pool 3/2", 1.5 * bytes) { _ = backend.maxPool(x, pooling) }
    report("max pool gradient", 1.5 * bytes) {
      _ = backend.maxPoolGradient(
        pooled.y, workspace: pooled.workspace, inputShape: x.shape, pooling)
    }
    report("dropout mask", bytes) {
      _ = backend.dropoutMask(shape: wide, dtype: dtype, keep: 0.5, key: RandomKey(seed: 1))
    }
    report("to row-major", 2 * bytes) { _ = backend.reshaped(x, to: [wide.count]) }
    optimizer()
    loss()
    products()
  }

  private func optimizer() {
    let count = 32 << 20
    let values = [Float](repeating: 0.5, count: count)
    func make() -> Storage { backend.store(values, shape: [count], dtype: .f32) }
    let (p, g, m, v) = (make(), make(), make(), make())
    let scale = backend.filled(with: 1, shape: [], dtype: .f32)
    report("adam, 32 M", 28 * Double(count)) {
      backend.adam(
        parameter: p, gradient: g, mean: m, meanSquare: v, scale: scale,
        AdamStep(rate: 1e-4, time: 3))
    }
    report("sgd, 32 M", 20 * Double(count)) {
      backend.sgd(
        parameter: p, gradient: g, momentum: m, scale: scale, SGDStep(rate: 1e-4, momentum: 0.9))
    }
  }

  private func loss() {
    let side = size / 4
    let hidden = random([batch, 256, side, side])
    let logits = backend.convolution(
      hidden, random([313, 256, 1, 1]), nil, ConvolutionParameters())
    let pairs = batch * 10 * side * side
    let classes = backend.store(
      (0..<pairs).map { Int32($0 * 7 % 313) }, shape: [batch, 10, side, side])
    let weights = backend.filled(with: 0.1, shape: [batch, 10, side, side], dtype: .f32)
    let result = backend.softmaxCrossEntropy(logits, classes: classes, weights: weights)
    let bytes = Double(logits.shape.count * dtype.byteCount)
    report("softmax loss", bytes) {
      _ = backend.softmaxCrossEntropy(logits, classes: classes, weights: weights)
    }
    report("softmax loss gradient", 2 * bytes) {
      _ = backend.softmaxCrossEntropyGradient(
        result.losses, logits, logSum: result.logSum, classes: classes, weights: weights)
    }
  }

  /// The dense layers of AlexNet.
  private func products() {
    for (rows, inner, columns) in [
      (8, 4096, 1000), (32, 9216, 4096), (256, 4096, 4096), (1024, 64, 512), (100, 100, 100),
    ] {
      let (a, b) = (random([rows, inner]), random([columns, inner]))
      let flops = 2 * Double(rows * inner * columns)
      let seconds = watch.seconds {
        _ = backend.matrixProduct(a, b, transposeA: false, transposeB: true)
      }
      print(
        "  " + "product \(rows) x \(inner) x \(columns)".padded(26)
          + "\((seconds * 1e3).padded(8)) ms \((flops / seconds / 1e9).padded(7)) GF/s")
    }
  }

  private func report(_ name: String, _ bytes: Double, _ body: () -> Void) {
    let seconds = watch.seconds(body)
    print(
      "  " + name.padded(26)
        + "\((seconds * 1e3).padded(8)) ms \((bytes / seconds / 1e9).padded(7)) GB/s")
  }

  private func random(_ shape: Shape) -> Storage {
    backend.store(randomNumbers(shape.count, seed: 5), shape: shape, dtype: dtype)
  }
}
