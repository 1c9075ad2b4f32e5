#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension ReferenceBackend {
  /// The sum over pairs of weight (logSum - logit[class]) at each position, where logSum is
  /// log sum exp(logits), taken relative to the largest logit so that nothing overflows.
  public func softmaxCrossEntropy(_ logits: Storage, classes: Storage, weights: Storage) -> (
    losses: Storage, logSum: Storage
  ) {
    let z = read(logits)
    let pairs = Pairs(logits.shape, read(classes), read(weights), classes.shape, weights.shape)
    let shape = logits.shape.replacing(1, with: 1)
    var losses = [Double](repeating: 0, count: shape.count)
    var logSums = losses
    for position in losses.indices {
      let start = pairs.start(position, channels: pairs.classCount)
      var largest = -Double.infinity
      for c in 0..<pairs.classCount { largest = max(largest, z[start + c * pairs.plane]) }
      var sum = 0.0
      for c in 0..<pairs.classCount { sum += exp(z[start + c * pairs.plane] - largest) }
      logSums[position] = largest + log(sum)
      pairs.forEach(at: position) { c, weight in
        losses[position] += weight * (logSums[position] - z[start + c * pairs.plane])
      }
    }
    let dtype = logits.dtype.ofSums
    return (write(losses, shape, dtype), write(logSums, shape, dtype))
  }

  /// g (sum of weights softmax - target) at each position.
  public func softmaxCrossEntropyGradient(
    _ g: Storage, _ logits: Storage, logSum: Storage, classes: Storage, weights: Storage
  ) -> Storage {
    let (gs, logSums) = (read(g), read(logSum))
    let pairs = Pairs(logits.shape, read(classes), read(weights), classes.shape, weights.shape)
    var z = read(logits)
    for position in gs.indices {
      let start = pairs.start(position, channels: pairs.classCount)
      var total = 0.0
      pairs.forEach(at: position) { _, weight in total += weight }
      for c in 0..<pairs.classCount {
        let i = start + c * pairs.plane
        z[i] = gs[position] * total * exp(z[i] - logSums[position])
      }
      pairs.forEach(at: position) { c, weight in
        z[start + c * pairs.plane] -= gs[position] * weight
      }
    }
    return write(z, logits.shape, logits.dtype)
  }
}

/// The (class, weight) pairs of every position.
private struct Pairs {
  let classes: [Double]
  let weights: [Double]
  let classCount: Int
  let pairCount: Int
  let plane: Int

  init(
    _ logits: Shape, _ classes: [Double], _ weights: [Double], _ classShape: Shape,
    _ weightShape: Shape
  ) {
    require(
      logits.rank >= 2 && classShape == weightShape && classShape.rank == logits.rank
        && classShape.replacing(1, with: 0) == logits.replacing(1, with: 0),
      "softmaxCrossEntropy: classes \(classShape) and weights \(weightShape) do not fit "
        + "logits \(logits)")
    self.classes = classes
    self.weights = weights
    classCount = logits[1]
    pairCount = classShape[1]
    plane = logits.plane
  }

  /// Where the numbers of a position begin in an array with so many channels.
  func start(_ position: Int, channels: Int) -> Int {
    position / plane * channels * plane + position % plane
  }

  /// Calls `body` with every pair whose weight is not 0.
  func forEach(at position: Int, _ body: (_ c: Int, _ weight: Double) -> Void) {
    let start = start(position, channels: pairCount)
    for k in 0..<pairCount where weights[start + k * plane] != 0 {
      let c = Int(classes[start + k * plane])
      require(
        c >= 0 && c < classCount,
        "softmaxCrossEntropy: class \(c) at position \(position) is not below \(classCount)")
      body(c, weights[start + k * plane])
    }
  }
}
