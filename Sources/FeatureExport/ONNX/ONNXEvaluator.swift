internal import Foundation
internal import Layers
internal import Networks
internal import Tensors

/// Computes the values of an ONNX graph of the operations that our exports use, by our own kernels.
struct ONNXEvaluator {
  let graph: ONNXGraph
  private let file: String
  private var values: [String: Tensor] = [:]

  /// Reads the constants; an error names one that does not hold what it says.
  init(_ graph: ONNXGraph, file: String) throws(ArchiveError) {
    self.graph = graph
    self.file = file
    for constant in graph.initializer {
      let shape = constant.dims.map { Int(clamping: $0) }
      let count = shape.reduce(1) { $0.multipliedReportingOverflow(by: max($1, -1)).partialValue }
      guard constant.dataType == ONNXBuilder.float, shape.allSatisfy({ $0 >= 0 }), count >= 0,
        constant.rawData.count % 4 == 0, count == constant.rawData.count / 4
      else {
        throw ArchiveError(
          file: file, tensor: constant.name,
          problem: "holds \(constant.rawData.count) bytes, not float32 of shape \(shape)")
      }
      let numbers = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
        _ = constant.rawData.copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
        filled = count
      }
      guard values.updateValue(Tensor(numbers, shape: Shape(shape)), forKey: constant.name) == nil
      else { throw ArchiveError(file: file, tensor: constant.name, problem: "stands twice") }
    }
  }

  /// The value of every name, given some; nodes whose output is given are not computed.
  func run(_ given: [String: Tensor]) throws(ArchiveError) -> [String: Tensor] {
    var known = values.merging(given) { $1 }
    for node in graph.node {
      guard node.output.count == 1, let output = node.output.first else {
        throw failure(node, "has \(node.output.count) outputs")
      }
      if given[output] != nil { continue }
      var inputs: [Tensor] = []
      // What comes before a value that was given may be missing, and so may what it gives.
      for name in node.input { if let value = known[name] { inputs.append(value) } }
      guard inputs.count == node.input.count else { continue }
      known[output] = try compute(node, inputs)
    }
    return known
  }

  private func compute(_ node: ONNXNode, _ x: [Tensor]) throws(ArchiveError) -> Tensor {
    switch (node.opType, x.count) {
    case ("Conv", 2...3):
      guard x[0].shape.rank == 4, x[1].shape.rank == 4 else { throw shapes(node, x) }
      let p = ConvolutionParameters(
        stride: try pair(node, "strides"), padding: try padding(node),
        dilation: try pair(node, "dilations"), groups: try integer(node, "group", default: 1))
      guard p.groups > 0, x[0].shape[1] == x[1].shape[1] * p.groups,
        x[1].shape[0] % p.groups == 0, x.count == 2 || x[2].shape == [x[1].shape[0]],
        p.fits(x[0].shape, x[1].shape)
      else { throw shapes(node, x) }
      return x[0].convolution(x[1], bias: x.count > 2 ? x[2] : nil, p)
    case ("Relu", 1): return x[0].relu()
    case ("BatchNormalization", 5):
      guard x[0].shape.rank == 4, x[1...].allSatisfy({ $0.shape == [x[0].shape[1]] }) else {
        throw shapes(node, x)
      }
      let epsilon = node.attribute.first { $0.name == "epsilon" }?.f ?? 1e-5
      return x[0].batchNormalized(
        mean: x[3], variance: x[4], scale: x[1], shift: x[2], epsilon: Double(epsilon))
    case ("MaxPool", 1):
      let p = PoolingParameters(
        window: try pair(node, "kernel_shape"), stride: try pair(node, "strides"),
        padding: try padding(node), ceilMode: try integer(node, "ceil_mode", default: 0) != 0)
      guard x[0].shape.rank == 4, p.padding.height <= p.window.height / 2,
        p.padding.width <= p.window.width / 2,
        x[0].shape[2] + 2 * p.padding.height >= p.window.height,
        x[0].shape[3] + 2 * p.padding.width >= p.window.width
      else { throw shapes(node, x) }
      return x[0].maxPool(p)
    case ("Add", 2): return try elementwise(node, x) { $0[0] + $0[1] }
    case ("Sub", 2): return try elementwise(node, x) { $0[0] - $0[1] }
    case ("Mul", 2): return try elementwise(node, x) { $0[0] * $0[1] }
    case ("Div", 2): return try elementwise(node, x) { $0[0] / $0[1] }
    case ("Pow", 2): return try elementwise(node, x) { powf($0[0], $0[1]) }
    // Truth is kept as 1 and 0.
    case ("Greater", 2): return try elementwise(node, x) { $0[0] > $0[1] ? 1 : 0 }
    case ("Where", 3): return try elementwise(node, x) { $0[0] != 0 ? $0[1] : $0[2] }
    default: throw failure(node, "is a '\(node.opType)' of \(x.count) inputs, which is not known")
    }
  }

  /// Applies `body` to each element; a scalar and one number per channel spread over the largest
  /// input.
  private func elementwise(
    _ node: ONNXNode, _ x: [Tensor], _ body: ([Float]) -> Float
  ) throws(ArchiveError) -> Tensor {
    let shape = x.max { $0.shape.count < $1.shape.count }!.shape
    let plane = max(shape.plane, 1)
    var sources: [(values: [Float], index: (Int) -> Int)] = []
    for tensor in x {
      if tensor.shape == shape {
        sources.append((tensor.floats, { $0 }))
      } else if tensor.shape.count == 1 {
        sources.append((tensor.floats, { _ in 0 }))
      } else if shape.rank == 4, tensor.shape == [1, shape[1], 1, 1] {
        sources.append((tensor.floats, { $0 / plane % shape[1] }))
      } else {
        throw shapes(node, x)
      }
    }
    var arguments = [Float](repeating: 0, count: x.count)
    let result = (0..<shape.count).map { position in
      for (number, source) in sources.enumerated() {
        arguments[number] = source.values[source.index(position)]
      }
      return body(arguments)
    }
    return Tensor(result, shape: shape)
  }

  private func integers(_ node: ONNXNode, _ name: String) throws(ArchiveError) -> [Int]? {
    guard let found = node.attribute.first(where: { $0.name == name }) else { return nil }
    guard found.type == .ints, found.ints.allSatisfy({ (0...1 << 16).contains($0) }) else {
      throw failure(node, "has an attribute '\(name)' that is not a few whole numbers")
    }
    return found.ints.map { Int($0) }
  }

  private func pair(_ node: ONNXNode, _ name: String) throws(ArchiveError) -> Pair {
    guard let both = try integers(node, name) else { return 1 }
    guard both.count == 2, both[0] > 0, both[1] > 0 else {
      throw failure(node, "has the attribute '\(name)' \(both)")
    }
    return Pair(both[0], both[1])
  }

  private func padding(_ node: ONNXNode) throws(ArchiveError) -> Pair {
    guard let four = try integers(node, "pads") else { return 0 }
    guard four.count == 4, four[0] == four[2], four[1] == four[3] else {
      throw failure(node, "has the attribute 'pads' \(four)")
    }
    return Pair(four[0], four[1])
  }

  private func integer(
    _ node: ONNXNode, _ name: String, default standard: Int
  ) throws(ArchiveError) -> Int {
    guard let found = node.attribute.first(where: { $0.name == name }) else { return standard }
    guard found.type == .int else { throw failure(node, "has no number in '\(name)'") }
    return Int(found.i)
  }

  private func shapes(_ node: ONNXNode, _ x: [Tensor]) -> ArchiveError {
    failure(node, "cannot be computed of \(x.map(\.shape.description).joined(separator: ", "))")
  }

  private func failure(_ node: ONNXNode, _ problem: String) -> ArchiveError {
    ArchiveError(file: file, tensor: node.name, problem: problem)
  }
}

extension ConvolutionParameters {
  /// Whether the padded input is at least as large as the dilated kernel.
  fileprivate func fits(_ x: Shape, _ w: Shape) -> Bool {
    x[2] + 2 * padding.height > dilation.height * (w[2] - 1)
      && x[3] + 2 * padding.width > dilation.width * (w[3] - 1)
  }
}
