internal import Foundation

/// Collects nodes and constants of an ONNX graph.
struct ONNXBuilder {
  private(set) var graph = ONNXGraph()

  /// Adds constant numbers under `name`.
  mutating func constant(_ name: String, _ values: [Float], shape: [Int]) {
    var tensor = ONNXTensor()
    tensor.name = name
    tensor.dataType = Self.float
    tensor.dims = shape.map(Int64.init)
    tensor.rawData = values.withUnsafeBytes { Data($0) }
    graph.initializer.append(tensor)
  }

  /// Adds an operation with one output, which is named as the node.
  mutating func node(
    _ kind: String, _ inputs: [String], gives output: String, _ attributes: [ONNXAttribute] = []
  ) {
    var node = ONNXNode()
    node.opType = kind
    node.name = output
    node.input = inputs
    node.output = [output]
    node.attribute = attributes
    graph.node.append(node)
  }

  /// Names the graph's input, [n, channels, height, width] with all but the channels free.
  mutating func input(_ name: String, channels: Int) {
    graph.input.append(Self.value(name, channels: channels, suffix: ""))
  }

  /// Names an output of the graph.
  mutating func output(_ name: String, channels: Int) {
    graph.output.append(Self.value(name, channels: channels, suffix: "_\(name)"))
  }

  /// The type of single-precision elements.
  static let float: Int32 = 1

  private static func value(_ name: String, channels: Int, suffix: String) -> ONNXValueInfo {
    func free(_ name: String) -> ONNXValueInfo.Dimension {
      var dimension = ONNXValueInfo.Dimension()
      dimension.dimParam = name
      return dimension
    }
    var fixed = ONNXValueInfo.Dimension()
    fixed.dimValue = Int64(channels)
    var shape = ONNXValueInfo.Shape()
    shape.dim = [free("n"), fixed, free("height\(suffix)"), free("width\(suffix)")]
    var tensor = ONNXValueInfo.TensorType()
    tensor.elemType = float
    tensor.shape = shape
    var info = ONNXValueInfo()
    info.name = name
    info.type.tensorType = tensor
    return info
  }
}

extension ONNXAttribute {
  /// Whole numbers.
  init(_ name: String, _ values: [Int]) {
    self.init()
    self.name = name
    ints = values.map(Int64.init)
    type = .ints
  }

  /// A whole number.
  init(_ name: String, _ value: Int) {
    self.init()
    self.name = name
    i = Int64(value)
    type = .int
  }

  /// A number.
  init(_ name: String, _ value: Float) {
    self.init()
    self.name = name
    f = value
    type = .float
  }
}
