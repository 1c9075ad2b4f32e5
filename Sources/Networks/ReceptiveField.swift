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

  /// The fields of the layer called `name`; traps where the input is too small for a window.
  public init(of name: String, in stack: Stack, input: Pair) {
    let layers = stack.through(name).stages.map(\.layer.kind)
    var sizes = [input]
    for layer in layers { sizes.append(layer.outputSize(of: sizes[sizes.count - 1])) }
    outputs = sizes[sizes.count - 1]
    func fields(_ axis: ImageAxis) -> [AxisField] {
      let lengths = sizes.map { $0.along(axis) }
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

extension Pair {
  fileprivate func along(_ axis: ImageAxis) -> Int { axis == .rows ? height : width }
}

extension LayerKind {
  /// The inputs that an output depends on along one axis, ascending; those outside 0..<length are
  /// border. Outputs outside the real ones are asked for too.
  fileprivate func inputs(of output: Int, along axis: ImageAxis, length: Int) -> [Int] {
    switch self {
    case .convolution(let layer): layer.window.inputs(of: output, along: axis)
    case .maxPooling(let layer): layer.window.inputs(of: output, along: axis)
    case .averagePooling(let layer): layer.window.inputs(of: output, along: axis)
    case .transposedConvolution(let layer): layer.inputs(of: output, along: axis)
    case .upsampling(let layer): layer.inputs(of: output, length: length)
    case .residual(let block): block.inputs(of: output, along: axis, length: length)
    case .dense, .globalAveragePooling: Array(0..<length)
    case .batchNormalization, .responseNormalization, .relu, .dropout: [output]
    }
  }
}

extension Window {
  fileprivate func inputs(of output: Int, along axis: ImageAxis) -> [Int] {
    let first = output * stride.along(axis) - padding.along(axis)
    return (0..<size.along(axis)).map { first + $0 * dilation.along(axis) }
  }
}

extension TransposedConvolution {
  fileprivate func inputs(of output: Int, along axis: ImageAxis) -> [Int] {
    let (step, place) = (stride.along(axis), output + padding.along(axis))
    let taps = axis == .rows ? weight.shape[2] : weight.shape[3]
    return (0..<taps).reversed().compactMap { tap in
      (place - tap) % step == 0 ? (place - tap) / step : nil
    }
  }
}

extension Upsampling {
  fileprivate func inputs(of output: Int, length: Int) -> [Int] {
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

extension ResidualBlock {
  /// What either branch depends on. Inside of a branch, what is outside of its maps is border.
  fileprivate func inputs(of output: Int, along axis: ImageAxis, length: Int) -> [Int] {
    let seen = [main, projection ?? Stack([])].flatMap { branch in
      let layers = branch.stages.map(\.layer.kind)
      var sizes = [Pair(length)]
      for layer in layers.dropLast() { sizes.append(layer.outputSize(of: sizes[sizes.count - 1])) }
      var places = [output]
      for (place, (layer, size)) in zip(layers, sizes).enumerated().reversed() {
        let length = size.along(axis)
        places = places.flatMap { layer.inputs(of: $0, along: axis, length: length) }
        if place > 0 { places = places.filter { (0..<length).contains($0) } }
      }
      return places
    }
    return Set(seen).sorted()
  }
}
