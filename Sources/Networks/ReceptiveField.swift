public import Layers
public import Tensors

/// What one output sees of a network's input along one axis.
public struct AxisField: Hashable, Sendable {
  /// Input coordinates from the first to the last under the output's window; what lies outside the
  /// input is border. Empty where a wide stride of a transposed convolution leaves a gap.
  public let window: Range<Int>
  /// The input coordinates that the output depends on, ascending: inside the window and the input,
  /// without the gaps of dilated windows.
  public let seen: [Int]
}

/// What one output sees: the pixels whose row and column are both seen.
public struct ReceptiveField: Hashable, Sendable {
  /// Along the height.
  public let rows: AxisField
  /// Along the width.
  public let columns: AxisField
}

/// Which input pixels the outputs of a layer in a stack depend on, for inputs of one size.
///
/// `Geometry` says the same in three numbers as long as windows are whole; this walks back through
/// every layer, so that it holds at borders, in incomplete windows and through dilation and
/// transposed convolution too.
public struct ReceptiveFields: Sendable {
  /// Rows and columns of the layer's output.
  public let outputs: Pair
  private let rows: [AxisField]
  private let columns: [AxisField]

  /// The fields of the layer called `name`; traps where a layer up to it is of a kind whose windows
  /// are not known.
  public init(of name: String, in stack: Stack, input: Pair) {
    let layers = stack.through(name).stages.map { stage -> any SpatialLayer in
      guard let layer = stage.layer as? any SpatialLayer else {
        fatalError(
          "ReceptiveFields: it is not known what \(stage.name), a layer of type "
            + "\(type(of: stage.layer)), sees of its input")
      }
      return layer
    }
    var sizes = [input]
    for layer in layers { sizes.append(layer.size(after: sizes[sizes.count - 1])) }
    outputs = sizes[sizes.count - 1]
    func fields(_ axis: ImageAxis) -> [AxisField] {
      let lengths = sizes.map { axis == .rows ? $0.height : $0.width }
      return (0..<lengths[lengths.count - 1]).map { output in
        var (window, seen) = (output..<output + 1, Set([output]))
        for (layer, length) in zip(layers, lengths).reversed() {
          let wide = window.flatMap { layer.inputs(of: $0, along: axis, length: length) }
          window = wide.isEmpty ? 0..<0 : wide.min()!..<wide.max()! + 1
          seen = Set(seen.flatMap { layer.inputs(of: $0, along: axis, length: length) })
            .filter { (0..<length).contains($0) }
        }
        return AxisField(window: window, seen: seen.sorted())
      }
    }
    rows = fields(.rows)
    columns = fields(.columns)
  }

  /// That of the output at `row` and `column`.
  public subscript(row: Int, column: Int) -> ReceptiveField {
    ReceptiveField(rows: rows[row], columns: columns[column])
  }
}

/// One of the two axes of an image.
enum ImageAxis { case rows, columns }

/// A layer of whose outputs it is known which inputs they depend on.
protocol SpatialLayer: Layer {
  /// Rows and columns of the output.
  func size(after input: Pair) -> Pair
  /// The inputs that an output depends on along one axis, ascending; those outside 0..<length are
  /// border. Outputs outside the real ones are asked for too.
  func inputs(of output: Int, along axis: ImageAxis, length: Int) -> [Int]
}

extension Pair {
  fileprivate func along(_ axis: ImageAxis) -> Int { axis == .rows ? height : width }
}

/// A layer that treats every position alone.
protocol PointwiseLayer: SpatialLayer {}

extension PointwiseLayer {
  func size(after input: Pair) -> Pair { input }
  func inputs(of output: Int, along axis: ImageAxis, length: Int) -> [Int] { [output] }
}

extension BatchNormalization: PointwiseLayer {}
extension ReLU: PointwiseLayer {}
extension ResponseNormalization: PointwiseLayer {}
extension Dropout: PointwiseLayer {}

extension Convolution: SpatialLayer {
  func size(after input: Pair) -> Pair {
    let channels = weight.shape[1] * parameters.groups
    let shape = parameters.outputShape(
      input: [1, channels, input.height, input.width], weight: weight.shape)
    return Pair(shape[2], shape[3])
  }

  func inputs(of output: Int, along axis: ImageAxis, length: Int) -> [Int] {
    let first = output * parameters.stride.along(axis) - parameters.padding.along(axis)
    let taps = axis == .rows ? weight.shape[2] : weight.shape[3]
    return (0..<taps).map { first + $0 * parameters.dilation.along(axis) }
  }
}

extension TransposedConvolution: SpatialLayer {
  func size(after input: Pair) -> Pair {
    Pair(
      (input.height - 1) * stride.height - 2 * padding.height + weight.shape[2],
      (input.width - 1) * stride.width - 2 * padding.width + weight.shape[3])
  }

  func inputs(of output: Int, along axis: ImageAxis, length: Int) -> [Int] {
    let (step, place) = (stride.along(axis), output + padding.along(axis))
    let taps = axis == .rows ? weight.shape[2] : weight.shape[3]
    return (0..<taps).reversed().compactMap { tap in
      (place - tap) % step == 0 ? (place - tap) / step : nil
    }
  }
}

extension PoolingParameters {
  fileprivate func size(after input: Pair) -> Pair {
    let shape = outputShape(input: [1, 1, input.height, input.width])
    return Pair(shape[2], shape[3])
  }

  fileprivate func inputs(of output: Int, along axis: ImageAxis) -> [Int] {
    let first = output * stride.along(axis) - padding.along(axis)
    return Array(first..<first + window.along(axis))
  }
}

extension MaxPooling: SpatialLayer {
  func size(after input: Pair) -> Pair { parameters.size(after: input) }
  func inputs(of output: Int, along axis: ImageAxis, length: Int) -> [Int] {
    parameters.inputs(of: output, along: axis)
  }
}

extension AveragePooling: SpatialLayer {
  func size(after input: Pair) -> Pair { parameters.size(after: input) }
  func inputs(of output: Int, along axis: ImageAxis, length: Int) -> [Int] {
    parameters.inputs(of: output, along: axis)
  }
}

extension GlobalAveragePooling: SpatialLayer {
  func size(after input: Pair) -> Pair { 1 }
  func inputs(of output: Int, along axis: ImageAxis, length: Int) -> [Int] {
    Array(0..<length)
  }
}

extension Upsampling: SpatialLayer {
  func size(after input: Pair) -> Pair { Pair(grown(input.height), grown(input.width)) }

  func inputs(of output: Int, along axis: ImageAxis, length: Int) -> [Int] {
    let place: Double =
      switch corners {
      case .halfPixel: max(0, (Double(output) + 0.5) / Double(factor) - 0.5)
      case .aligned: Double(output) / Double(factor)
      }
    let low = min(Int(place), length - 1)
    // The second input has no weight where the first is met exactly.
    return place - Double(low) > 1e-6 && low + 1 < length ? [low, low + 1] : [low]
  }
}
