internal import Layers
internal import Tensors

/// A layer of weights and biases whose responses are linear but for a rectifier at the end.
protocol LinearLayer: StackLayer {
  var weight: Tensor { get set }
  var bias: Tensor? { get set }
  /// Whether max(x, 0) follows in the same layer.
  var rectifies: Bool { get set }
  var outputs: Int { get }
  /// The output channel that element `index` of the weight belongs to.
  func output(ofElement index: Int) -> Int
}

extension LayerKind {
  /// The layer itself where it has weights and biases; nil otherwise.
  var linear: (any LinearLayer)? {
    switch self {
    case .convolution(let layer): layer
    case .transposedConvolution(let layer): layer
    case .dense(let layer): layer
    case .batchNormalization, .responseNormalization, .relu, .maxPooling, .averagePooling,
      .globalAveragePooling, .dropout, .upsampling, .residual:
      nil
    }
  }
}

extension LinearLayer {
  /// Multiplies the weights of each output channel by its factor.
  mutating func scaleWeights(by factors: [Double]) {
    let values = weight.doubles.enumerated().map { $1 * factors[output(ofElement: $0)] }
    weight = Tensor(values, shape: weight.shape, dtype: weight.dtype, on: weight.device)
  }

  /// Replaces the biases, where there are any.
  mutating func setBiases(_ values: [Double]) {
    bias = bias.map { Tensor(values, shape: $0.shape, dtype: $0.dtype, on: $0.device) }
  }

  /// The mean and the deviation of each channel's response, before any rectifier, over all inputs
  /// and positions.
  func responses(to inputs: [Tensor]) -> (mean: [Double], deviation: [Double]) {
    var linear = self
    linear.rectifies = false
    var moments = ChannelMoments()
    for x in inputs { moments.add(linear(x)) }
    return (moments.mean, moments.variance.map { $0.squareRoot() })
  }
}

extension Convolution: LinearLayer {
  var rectifies: Bool {
    get { parameters.relu }
    set { parameters.relu = newValue }
  }
  var outputs: Int { weight.shape[0] }
  func output(ofElement index: Int) -> Int { index / (weight.shape.count / weight.shape[0]) }
}

extension Dense: LinearLayer {
  var rectifies: Bool {
    get { relu }
    set { relu = newValue }
  }
  var outputs: Int { weight.shape[0] }
  func output(ofElement index: Int) -> Int { index / weight.shape[1] }
}

extension TransposedConvolution: LinearLayer {
  var rectifies: Bool {
    get { relu }
    set { relu = newValue }
  }
  var outputs: Int { weight.shape[1] * groups }
  func output(ofElement index: Int) -> Int {
    let (perGroup, plane) = (weight.shape[1], weight.shape.plane)
    let input = index / (perGroup * plane)
    return input / (weight.shape[0] / groups) * perGroup + index / plane % perGroup
  }
}

/// Mean and biased variance of each channel over several tensors, [n, c, …] each.
struct ChannelMoments {
  private var count = 0.0
  private var sums: [Double] = []
  private var squares: [Double] = []

  mutating func add(_ x: Tensor) {
    let flat = x.shape.rank == 4 ? x : x.reshaped([x.shape[0], x.shape[1], 1, 1])
    let found = flat.converted(to: .f32).batchNormalized()
    let weight = Double(x.shape.count / x.shape[1])
    let (mean, variance) = (found.mean.doubles, found.variance.doubles)
    if sums.isEmpty {
      sums = mean.map { _ in 0 }
      squares = sums
    }
    for c in mean.indices {
      sums[c] += weight * mean[c]
      squares[c] += weight * (variance[c] + mean[c] * mean[c])
    }
    count += weight
  }

  var mean: [Double] { sums.map { $0 / count } }
  var variance: [Double] { zip(squares, mean).map { max(0, $0 / count - $1 * $1) } }
}
