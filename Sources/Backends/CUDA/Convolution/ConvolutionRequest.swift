internal import CGPU

/// One convolution as cuDNN sees it: shapes with their padding, all memory channels-last.
public struct ConvolutionRequest: Hashable, Sendable, CustomStringConvertible {
  /// What is computed from what.
  public enum Pass: String, Hashable, Sendable, CaseIterable {
    /// y from x and w, with bias and ReLU where asked for.
    case forward
    /// dx from dy and w.
    case data
    /// dw from dy and x.
    case filter
  }
  /// What is computed.
  public let pass: Pass
  /// The type of all memory; sums are of single precision.
  public let dtype: DType
  /// Images [n, ci, h, w] with their padding.
  public let x: Shape
  /// Weights [co, ci / groups, kh, kw] with their padding.
  public let w: Shape
  /// Images [n, co, h', w'] with their padding.
  public let y: Shape
  /// The geometry.
  public let parameters: ConvolutionParameters
  /// Whether a bias is added (forward only). Before ReLU one always is, of zeros where there is
  /// none: without it cuDNN has no engine for ReLU but those that are compiled when they are run.
  public let bias: Bool

  /// The request for a convolution of these logical shapes.
  ///
  /// Channels are padded to multiples of 16 bytes where there is one group: then cuDNN needs no
  /// workspace to do so itself.
  public init(
    _ pass: Pass, _ dtype: DType, x: Shape, w: Shape, _ parameters: ConvolutionParameters,
    bias: Bool = false
  ) {
    func padded(_ channels: Int) -> Int {
      parameters.groups == 1 ? ChannelsLast.padded(channels, dtype) : channels
    }
    let y = parameters.outputShape(input: x, weight: w)
    self.pass = pass
    self.dtype = dtype
    self.x = x.replacing(1, with: padded(x[1]))
    self.w = w.replacing(1, with: padded(w[1])).replacing(0, with: padded(w[0]))
    self.y = y.replacing(1, with: padded(y[1]))
    var parameters = parameters
    if pass != .forward { parameters.relu = false }
    self.bias = pass == .forward && (bias || parameters.relu)
    self.parameters = parameters
  }

  /// One whose images are of a single position: it says how weights lie.
  init(weights w: Shape, _ dtype: DType, _ parameters: ConvolutionParameters) {
    let step = parameters.dilation
    self.init(
      .forward, dtype,
      x: [
        1, w[1] * parameters.groups, step.height * (w[2] - 1) + 1, step.width * (w[3] - 1) + 1,
      ], w: w, parameters)
  }

  /// The same without bias and ReLU.
  var alone: ConvolutionRequest { ConvolutionRequest(alone: self) }

  private init(alone request: ConvolutionRequest) {
    (pass, dtype, x, w, y) = (request.pass, request.dtype, request.x, request.w, request.y)
    var parameters = request.parameters
    parameters.relu = false
    self.parameters = parameters
    bias = false
  }

  /// Such as `forward bf16 [8, 64, 56, 56] * [64, 64, 3, 3]`.
  public var description: String {
    let p = parameters
    let extras =
      (p.stride == 1 ? "" : ", stride \(p.stride)")
      + (p.dilation == 1 ? "" : ", dilation \(p.dilation)")
      + (p.groups == 1 ? "" : ", \(p.groups) groups") + (bias ? ", bias" : "")
      + (p.relu ? ", ReLU" : "")
    return "\(pass) \(dtype) \(x) * \(w)\(extras)"
  }
}

/// The tensors of a graph by which memory is bound to it.
enum ConvolutionTensor: Int64 {
  case x = 1
  case w, y, bias, sum, biased
}

extension ConvolutionRequest {
  /// The graph: the convolution, then bias and ReLU as operations on tensors that are never stored.
  func graph(_ calls: cgpu_convolution, _ handle: OpaquePointer?) throws(DNNError) -> DNNDescriptor
  {
    let (x, w) = (try tensor(calls, .x, x), try tensor(calls, .w, w))
    let y = try tensor(calls, .y, y)
    let convolution = try convolution(calls)
    var operations: [DNNDescriptor] = []
    switch pass {
    case .forward:
      let product = bias ? try virtual(calls, .sum) : y
      operations.append(
        try operation(
          calls, CGPU_DNN_FORWARD_OPERATION, CGPU_DNN_FORWARD_ALPHA, convolution,
          [CGPU_DNN_FORWARD_X: x, CGPU_DNN_FORWARD_W: w, CGPU_DNN_FORWARD_Y: product]))
      if bias {
        let term = try tensor(calls, .bias, [1, self.y[1], 1, 1])
        let sum = parameters.relu ? try virtual(calls, .biased) : y
        operations.append(try pointwise(calls, CGPU_DNN_ADD, product, term, sum))
        if parameters.relu {
          operations.append(try pointwise(calls, CGPU_DNN_RELU, sum, nil, y))
        }
      }
    case .data:
      operations.append(
        try operation(
          calls, CGPU_DNN_DATA_OPERATION, CGPU_DNN_DATA_ALPHA, convolution,
          [CGPU_DNN_DATA_DX: x, CGPU_DNN_DATA_W: w, CGPU_DNN_DATA_DY: y]))
    case .filter:
      operations.append(
        try operation(
          calls, CGPU_DNN_FILTER_OPERATION, CGPU_DNN_FILTER_ALPHA, convolution,
          [CGPU_DNN_FILTER_X: x, CGPU_DNN_FILTER_DW: w, CGPU_DNN_FILTER_DY: y]))
    }
    return try DNNDescriptor(calls, CGPU_DNN_GRAPH, "graph of \(self)") { graph throws(DNNError) in
      if let handle { try graph.set(CGPU_DNN_GRAPH_HANDLE, CGPU_DNN_TYPE_HANDLE, [handle]) }
      try graph.set(CGPU_DNN_GRAPH_OPERATIONS, operations)
    }
  }

  private func tensor(
    _ calls: cgpu_convolution, _ name: ConvolutionTensor, _ shape: Shape, virtual: Bool = false
  ) throws(DNNError) -> DNNDescriptor {
    try DNNDescriptor(calls, CGPU_DNN_TENSOR, "tensor \(name) \(shape)") {
      tensor throws(DNNError) in
      let type = dtype == .bf16 && !virtual ? CGPU_DNN_BFLOAT16 : CGPU_DNN_FLOAT
      let pitch = shape[1]
      try tensor.set(CGPU_DNN_TENSOR_TYPE, CGPU_DNN_TYPE_DATA_TYPE, [Int32(type)])
      try tensor.set(CGPU_DNN_TENSOR_DIMENSIONS, numbers: shape.sizes)
      try tensor.set(
        CGPU_DNN_TENSOR_STRIDES, numbers: [shape.plane * pitch, 1, shape[3] * pitch, pitch])
      try tensor.set(CGPU_DNN_TENSOR_ID, CGPU_DNN_TYPE_INT64, [name.rawValue])
      try tensor.set(CGPU_DNN_TENSOR_ALIGNMENT, numbers: [16])
      if virtual {
        try tensor.set(CGPU_DNN_TENSOR_VIRTUAL, CGPU_DNN_TYPE_BOOLEAN, [true])
      }
    }
  }

  /// A tensor between two operations of the graph, in single precision and never stored.
  private func virtual(
    _ calls: cgpu_convolution, _ name: ConvolutionTensor
  ) throws(DNNError) -> DNNDescriptor { try tensor(calls, name, y, virtual: true) }

  private func convolution(_ calls: cgpu_convolution) throws(DNNError) -> DNNDescriptor {
    let p = parameters
    return try DNNDescriptor(calls, CGPU_DNN_CONVOLUTION, "convolution") { c throws(DNNError) in
      func set(_ attribute: Int, _ pair: Pair) throws(DNNError) {
        try c.set(attribute, numbers: [pair.height, pair.width])
      }
      try c.set(
        CGPU_DNN_CONVOLUTION_PRECISION, CGPU_DNN_TYPE_DATA_TYPE, [Int32(CGPU_DNN_FLOAT)])
      try c.set(
        CGPU_DNN_CONVOLUTION_MODE, CGPU_DNN_TYPE_CONVOLUTION_MODE,
        [Int32(CGPU_DNN_CROSS_CORRELATION)])
      try c.set(CGPU_DNN_CONVOLUTION_SPATIAL_DIMENSIONS, numbers: [2])
      try set(CGPU_DNN_CONVOLUTION_PRE_PADDINGS, p.padding)
      try set(CGPU_DNN_CONVOLUTION_POST_PADDINGS, p.padding)
      try set(CGPU_DNN_CONVOLUTION_STRIDES, p.stride)
      try set(CGPU_DNN_CONVOLUTION_DILATIONS, p.dilation)
    }
  }

  /// A convolution; of its attributes alpha comes first, then beta, then the description.
  private func operation(
    _ calls: cgpu_convolution, _ kind: Int, _ alpha: Int, _ convolution: DNNDescriptor,
    _ tensors: [Int: DNNDescriptor]
  ) throws(DNNError) -> DNNDescriptor {
    try DNNDescriptor(calls, kind, "operation \(pass)") { operation throws(DNNError) in
      try operation.set(alpha, CGPU_DNN_TYPE_FLOAT, [Float(1)])
      try operation.set(alpha + 1, CGPU_DNN_TYPE_FLOAT, [Float(0)])
      try operation.set(alpha + 2, [convolution])
      for (attribute, tensor) in tensors { try operation.set(attribute, [tensor]) }
    }
  }

  /// y = x + b, or y = max(x, 0), in which a NaN stays one.
  private func pointwise(
    _ calls: cgpu_convolution, _ mode: Int, _ x: DNNDescriptor, _ b: DNNDescriptor?,
    _ y: DNNDescriptor
  ) throws(DNNError) -> DNNDescriptor {
    let description = try DNNDescriptor(calls, CGPU_DNN_POINTWISE, "pointwise description") {
      d throws(DNNError) in
      try d.set(CGPU_DNN_POINTWISE_MODE, CGPU_DNN_TYPE_POINTWISE_MODE, [Int32(mode)])
      try d.set(CGPU_DNN_POINTWISE_PRECISION, CGPU_DNN_TYPE_DATA_TYPE, [Int32(CGPU_DNN_FLOAT)])
      if mode == CGPU_DNN_RELU {
        try d.set(
          CGPU_DNN_POINTWISE_NAN_PROPAGATION, CGPU_DNN_TYPE_NAN_PROPAGATION,
          [Int32(CGPU_DNN_PROPAGATE_NAN)])
      }
    }
    return try DNNDescriptor(calls, CGPU_DNN_POINTWISE_OPERATION, "pointwise operation") {
      operation throws(DNNError) in
      try operation.set(CGPU_DNN_POINTWISE_DESCRIPTION, [description])
      try operation.set(CGPU_DNN_POINTWISE_X, [x])
      if let b { try operation.set(CGPU_DNN_POINTWISE_B, [b]) }
      try operation.set(CGPU_DNN_POINTWISE_Y, [y])
    }
  }
}
