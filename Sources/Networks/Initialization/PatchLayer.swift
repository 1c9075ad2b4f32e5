internal import Layers
internal import Randomness
internal import Tensors

/// A linear layer whose filters can be learned from what they would look at.
protocol PatchLayer: LinearLayer {
  /// Blocks of channels that do not see one another.
  var groups: Int { get }
  /// Windows over an input of this shape.
  func windows(over input: Shape) -> Int
  /// Appends what a filter of `group` sees in window number `window`, in the order of its weights.
  func append(window: Int, group: Int, of x: [Float], shape: Shape, to rows: inout [Float])
}

extension LayerKind {
  /// The layer itself where its filters can be learned from patches; nil otherwise.
  var patchy: (any PatchLayer)? {
    switch self {
    case .convolution(let layer): layer
    case .dense(let layer): layer
    case .transposedConvolution, .batchNormalization, .responseNormalization, .relu, .maxPooling,
      .averagePooling, .globalAveragePooling, .dropout, .upsampling, .residual:
      nil
    }
  }
}

extension PatchLayer {
  /// Numbers in one filter.
  var fanIn: Int { weight.shape.count / weight.shape[0] }

  /// What filters of `group` see in at most `limit` windows, drawn evenly over all inputs: rows of
  /// `fanIn` numbers.
  func patches(of inputs: [Tensor], group: Int, limit: Int, key: RandomKey) -> [Float] {
    let counts = inputs.map { windows(over: $0.shape) }
    let total = counts.reduce(0, +)
    let wanted = min(limit, total)
    var stream = key.stream()
    var rows: [Float] = []
    rows.reserveCapacity(wanted * fanIn)
    var (drawn, before) = (0, 0)
    // One window from each of `wanted` equal parts: distinct, and in the order of the inputs.
    func next() -> Int {
      let (low, high) = (drawn * total / wanted, (drawn + 1) * total / wanted)
      return low + stream.index(below: high - low)
    }
    var window = next()
    for (x, count) in zip(inputs, counts) {
      guard drawn < wanted, window < before + count else {
        before += count
        continue
      }
      let values = x.floats
      while drawn < wanted, window < before + count {
        append(window: window - before, group: group, of: values, shape: x.shape, to: &rows)
        drawn += 1
        if drawn < wanted { window = next() }
      }
      before += count
    }
    return rows
  }
}

extension Convolution: PatchLayer {
  var groups: Int { parameters.groups }

  func windows(over input: Shape) -> Int {
    let output = parameters.outputShape(input: input, weight: weight.shape)
    return output[0] * output.plane
  }

  func append(window: Int, group: Int, of x: [Float], shape: Shape, to rows: inout [Float]) {
    let output = parameters.outputShape(input: shape, weight: weight.shape)
    let (image, place) = (window / output.plane, window % output.plane)
    let top = place / output[3] * parameters.stride.height - parameters.padding.height
    let left = place % output[3] * parameters.stride.width - parameters.padding.width
    for channel in 0..<weight.shape[1] {
      let plane = (image * shape[1] + group * weight.shape[1] + channel) * shape.plane
      for dy in 0..<weight.shape[2] {
        let y = top + dy * parameters.dilation.height
        for dx in 0..<weight.shape[3] {
          let column = left + dx * parameters.dilation.width
          let isInside = y >= 0 && y < shape[2] && column >= 0 && column < shape[3]
          rows.append(isInside ? x[plane + y * shape[3] + column] : 0)
        }
      }
    }
  }
}

extension Dense: PatchLayer {
  var groups: Int { 1 }
  func windows(over input: Shape) -> Int { input[0] }
  func append(window: Int, group: Int, of x: [Float], shape: Shape, to rows: inout [Float]) {
    rows += x[window * fanIn..<(window + 1) * fanIn]
  }
}
