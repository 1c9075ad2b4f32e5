internal import Backends

/// One pass of one convolution on random numbers, in the layouts that a network hands on.
struct ConvolutionWork {
  private let backend: any Backend
  private let shape: Workload.Convolution
  private let pass: Workload.Pass
  private let parameters: ConvolutionParameters
  private let input, weight, bias, output: Storage

  init(_ workload: Workload, on device: Device = .cpu) {
    shape = workload.convolution!
    pass = workload.pass!
    let dtype: DType = workload.precision == .f32 ? .f32 : .bf16
    let backend = device.backend
    self.backend = backend
    func random(_ shape: Shape, seed: UInt64) -> Storage {
      backend.store(randomNumbers(shape.count, seed: seed), shape: shape, dtype: dtype)
    }
    parameters = ConvolutionParameters(
      stride: Pair(shape.stride), padding: Pair(shape.padding), dilation: Pair(shape.dilation),
      groups: shape.groups)
    let k = shape.kernel
    // A convolution before it leaves the input in the layout that this one would see; on a GPU what
    // makes pictures of pixels does so, too.
    let plain = random([workload.batch, shape.inputs, shape.size, shape.size], seed: 1)
    input =
      shape.inputs == 1 && device.isHost
      ? plain
      : backend.convolution(
        plain, random([shape.inputs, shape.inputs, 1, 1], seed: 2), nil, ConvolutionParameters())
    // As a step has them, which lays them out once for all passes.
    weight = backend.convolutionWeights(
      random(
        shape.isTransposed
          ? [shape.inputs, shape.outputs, k, k]
          : [shape.outputs, shape.inputs / shape.groups, k, k], seed: 3), as: dtype, parameters)
    bias = random([shape.outputs], seed: 4)
    output = Self.forward(backend, input, weight, nil, shape, parameters)
  }

  /// The pass once; a GPU is waited for, and nothing is read from it.
  func run() {
    defer { (backend as? CUDABackend)?.finish() }
    switch (pass, shape.isTransposed) {
    case (.forward, _):
      var fused = parameters
      fused.relu = shape.relu
      _ = Self.forward(backend, input, weight, shape.isTransposed ? nil : bias, shape, fused)
    case (.inputGradient, false):
      _ = backend.convolutionInputGradient(output, weight, inputShape: input.shape, parameters)
    case (.inputGradient, true): _ = backend.convolution(output, weight, nil, parameters)
    case (.weightGradient, false):
      _ = backend.convolutionWeightGradient(
        output, input, weightShape: weight.shape, parameters, bias: true)
    case (.weightGradient, true):
      _ = backend.convolutionWeightGradient(
        input, output, weightShape: weight.shape, parameters, bias: false)
    }
  }

  /// A transposed convolution is the gradient of a convolution, run forward.
  private static func forward(
    _ backend: any Backend, _ x: Storage, _ weight: Storage, _ bias: Storage?,
    _ shape: Workload.Convolution, _ parameters: ConvolutionParameters
  ) -> Storage {
    guard shape.isTransposed else { return backend.convolution(x, weight, bias, parameters) }
    let side = x.shape[2] * shape.stride
    return backend.convolutionInputGradient(
      x, weight, inputShape: [x.shape[0], shape.outputs, side, side], parameters)
  }
}
