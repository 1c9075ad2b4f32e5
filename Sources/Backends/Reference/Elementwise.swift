extension ReferenceBackend {
  /// a x + b y.
  public func combined(_ a: Double, _ x: Storage, _ b: Double, _ y: Storage) -> Storage {
    zipped(x, y) { a * $0 + b * $1 }
  }

  /// a x + b.
  public func scaled(_ x: Storage, by a: Double, plus b: Double) -> Storage {
    mapped(x) { a * $0 + b }
  }

  /// x y.
  public func multiplied(_ x: Storage, _ y: Storage) -> Storage { zipped(x, y) { $0 * $1 } }

  /// x where x > 0, slope x elsewhere.
  public func relu(_ x: Storage, slope: Double) -> Storage {
    mapped(x) { $0 > 0 ? $0 : rectified($0, slope) }
  }

  /// g where the output y > 0, slope g elsewhere.
  public func reluGradient(_ g: Storage, output y: Storage, slope: Double) -> Storage {
    zipped(g, y) { $1 > 0 ? $0 : slope * $0 }
  }

  /// x plus one number per channel, rectified where `relu` says so.
  public func addingChannels(_ x: Storage, _ bias: Storage, relu: Bool) -> Storage {
    require(
      x.shape.rank >= 2 && bias.shape == [x.shape[1]],
      "addingChannels: \(bias.shape) is not one number per channel of \(x.shape)")
    var values = read(x)
    let bias = read(bias)
    let plane = x.shape.plane
    for i in values.indices { values[i] += bias[i / plane % bias.count] }
    let y = write(values, x.shape, x.dtype)
    return relu ? self.relu(y, slope: 0) : y
  }

  /// The gradient before a rectifier, and its sums over everything but channels.
  public func rectifierGradient(_ g: Storage, output y: Storage) -> (x: Storage, sums: Storage?) {
    let gradient = reluGradient(g, output: y, slope: 0)
    return (gradient, channelSums(gradient))
  }

  /// The sum over everything but channels.
  public func channelSums(_ x: Storage) -> Storage {
    require(x.shape.rank >= 2, "channelSums: \(x.shape) has no channels")
    let values = read(x)
    let (channels, plane) = (x.shape[1], x.shape.plane)
    var sums = [Double](repeating: 0, count: channels)
    for i in values.indices { sums[i / plane % channels] += values[i] }
    return write(sums, [channels], x.dtype.ofSums)
  }

  /// The sum of all elements.
  public func sum(_ x: Storage) -> Storage { write([read(x).reduce(0, +)], [], x.dtype.ofSums) }

  /// The sum of the squares of all elements.
  public func squaredNorm(_ x: Storage) -> Double { read(x).reduce(0) { $0 + $1 * $1 } }

  /// The norm over all elements of all storages.
  public func norm(_ xs: [Storage]) -> Storage {
    write([xs.map(squaredNorm).reduce(0, +).squareRoot()], [], .f64)
  }
}

extension ReferenceBackend {
  /// `function` of every element.
  func mapped(_ x: Storage, _ function: (Double) -> Double) -> Storage {
    write(read(x).map(function), x.shape, x.dtype)
  }

  /// `function` of every pair of elements, in the type of `x`.
  func zipped(_ x: Storage, _ y: Storage, _ function: (Double, Double) -> Double) -> Storage {
    require(x.shape == y.shape, "reference: shapes \(x.shape) and \(y.shape) differ")
    return write(zip(read(x), read(y)).map(function), x.shape, x.dtype)
  }
}

/// The part of ReLU below zero; NaN passes, even where the slope is 0.
private func rectified(_ x: Double, _ slope: Double) -> Double {
  x.isNaN ? x : slope == 0 ? 0 : slope * x
}
