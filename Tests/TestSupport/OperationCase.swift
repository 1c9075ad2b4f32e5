internal import Randomness
public import Tensors
public import Testing

/// One use of an operation: declared once, tested for agreement between devices, for its gradient,
/// and against golden values where it has some.
public struct OperationCase: Sendable, CustomTestStringConvertible {
  /// Unique in the table.
  public let name: String
  /// The file in `Sources/Tensors/Operations` it belongs to, without `.swift`.
  public let operation: String
  /// What it is given.
  public private(set) var inputs: [OperationInput]
  /// Whether its inputs keep away from kinks, so that its gradient can be measured.
  public let isSmooth: Bool
  /// The types in which devices are compared with the reference.
  public var dtypes: Set<DType> = [.f32, .bf16]
  /// How many kernels round one after another: the tolerance in bf16 grows with it.
  public var roundings = 1
  /// What other software says.
  public var golden: GoldenLink?
  /// The operation. The first output is the one that is differentiated.
  public let run: @Sendable ([Tensor]) -> [Tensor]

  /// A case whose inputs are drawn by its name.
  public init(
    _ name: String, _ operation: String, isSmooth: Bool = true,
    _ inputs: (inout InputDraw) -> [OperationInput],
    _ run: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    var draw = InputDraw(name: name)
    self.init(name, operation, isSmooth: isSmooth, inputs: inputs(&draw)) { [run($0)] }
  }

  /// A case with given inputs.
  public init(
    _ name: String, _ operation: String, isSmooth: Bool = true, inputs: [OperationInput],
    _ run: @escaping @Sendable ([Tensor]) -> [Tensor]
  ) {
    self.name = name
    self.operation = operation
    self.isSmooth = isSmooth
    self.inputs = inputs
    self.run = run
  }

  /// The name in test reports.
  public var testDescription: String { name }

  /// The same case where elements `places` of input `index` are no numbers.
  public func withoutNumbers(at places: [Int], ofInput index: Int) -> OperationCase {
    var copy = self
    copy.inputs[index] = inputs[index].withoutNumbers(at: places)
    return copy
  }

  /// The places of the inputs that get gradients.
  public var variables: [Int] { inputs.indices.filter { inputs[$0].isVariable } }
}

/// What a golden case expects of an operation.
public struct GoldenLink: Sendable {
  /// The weighting of the output; 1 everywhere where absent.
  public var weighting: HostTensor?
  /// The outputs, in order.
  public var outputs: [HostTensor]
  /// The gradients of the variables, in order.
  public var gradients: [HostTensor]
  /// Factor by which the tolerance is wider than usual, where the case is badly conditioned.
  public var slack: Double = 1
}

/// What a case gave on a device.
public struct OperationResult: Sendable {
  /// All outputs.
  public let outputs: [HostTensor]
  /// The gradients of the variables.
  public let gradients: [HostTensor]

  /// These outputs and gradients.
  public init(outputs: [HostTensor], gradients: [HostTensor]) {
    self.outputs = outputs
    self.gradients = gradients
  }
}

extension OperationCase {
  /// Runs the case, and back.
  ///
  /// The output is weighted by the golden weighting, or by ones where the golden case has none, or
  /// by normal numbers drawn by the name where there is no golden case.
  public func result(on device: Device, in dtype: DType) -> OperationResult {
    var tensors = inputs.map {
      $0.tensor.tensor($0.staysSingle && dtype == .bf16 ? .f32 : dtype, on: device)
    }
    for i in variables { tensors[i] = tensors[i].watched() }
    let outputs = run(tensors)
    let y = outputs[0]
    var found: [HostTensor] = []
    if !variables.isEmpty {
      let weighting = weighting(y.shape).tensor(y.dtype, on: device)
      found = gradients(of: y, weightedBy: weighting, for: variables.map { tensors[$0] })
        .map { HostTensor($0) }
    }
    return OperationResult(outputs: outputs.map { HostTensor($0) }, gradients: found)
  }

  private func weighting(_ shape: Shape) -> HostTensor {
    if let golden {
      return golden.weighting ?? HostTensor([Double](repeating: 1, count: shape.count), shape)
    }
    var stream = RandomKey(seed: 313).folding(name).stream()
    return HostTensor((0..<shape.count).map { _ in stream.normal() }, shape)
  }

  /// The tolerance for outputs, or for gradients, computed in `dtype`.
  ///
  /// f32: ten to twenty times what independent correct implementations differ by; bf16: a few
  /// roundings to 8 bits.
  public func tolerance(_ dtype: DType, gradient: Bool) -> Tolerance {
    let slack = golden?.slack ?? 1
    return switch dtype {
    case .bf16:
      Tolerance(relative: (gradient ? 2e-2 : 1e-2) * Double(roundings) * max(1, slack / 100))
    case .f64: Tolerance(relative: 1e-11 * slack, absolute: 1e-13 * slack)
    default: Tolerance(relative: (gradient ? 2e-5 : 1e-5) * slack, absolute: 1e-6 * slack)
    }
  }
}
