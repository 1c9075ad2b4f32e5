import Tensors
import TestSupport
import Testing

/// The optimizer kernels walk the way of PyTorch's, or Caffe's, parameters.
@Suite struct OptimizerKernelTests {
  static let cases = OperationCases.family("optim")

  @Test(arguments: cases.map(\.name), Device.present)
  func walksTheSameWay(name: String, device: Device) throws {
    let golden = try #require(Self.cases.first { $0.name == name })
    let start = try #require(golden.arrays["p0"])
    let slopes = try #require(golden.arrays["grads"])
    let expected = try #require(golden.arrays["p"])
    let dtype: DType = device == .reference ? .f64 : .f32
    let count = start.values.count
    let zeros = Tensor(filledWith: 0, shape: [count], dtype: dtype, on: device)
    let one = Tensor(filledWith: 1, shape: [], on: device)
    var parameter = start.tensor(dtype, on: device)
    var momentum: Tensor? = zeros
    var (mean, square) = (zeros, zeros)
    var walked: [Double] = []
    for step in 0..<slopes.shape[0] {
      let slope = Tensor(
        Array(slopes.values[step * count..<(step + 1) * count]), shape: [count], dtype: dtype,
        on: device)
      switch rule(golden.parameters, step) {
      case .sgd(let rule):
        parameter.stepSGD(gradient: slope, momentum: &momentum, scale: one, rule)
      case .adam(let rule):
        parameter.stepAdam(gradient: slope, mean: &mean, meanSquare: &square, scale: one, rule)
      }
      walked += parameter.doubles
    }
    let tolerance =
      dtype == .f64
      ? Tolerance(relative: 1e-12, absolute: 1e-14) : Tolerance(relative: 5e-6, absolute: 1e-6)
    let problem = disagreement(
      of: HostTensor(walked, expected.shape), from: expected, within: tolerance)
    #expect(problem == nil, "\(name) on \(device): \(problem ?? "")")
  }

  private enum Rule {
    case sgd(SGDStep)
    case adam(AdamStep)
  }

  private func rule(_ p: GoldenParameters, _ step: Int) -> Rule {
    func number(_ key: String, _ other: Double) -> Double { p.has(key) ? p.number(key) : other }
    let rate =
      (p.has("lrs") ? p.numbers("lrs")[step] : p.number("lr")) * number("lr_mult", 1)
    if p.text("opt").hasPrefix("sgd") {
      return .sgd(
        SGDStep(
          rate: rate, momentum: p.number("momentum"),
          weightDecay: p.number("weight_decay") * number("decay_mult", 1),
          dampening: number("dampening", 0), nesterov: p.has("nesterov") && p.flag("nesterov"),
          convention: p.text("opt") == "sgd_caffe" ? .caffe : .pytorch, isFirst: step == 0))
    }
    let conventions: [String: AdamStep.Convention] = [
      "adam": .pytorch, "adam_caffe": .caffe, "adamw": .decoupled,
    ]
    return .adam(
      AdamStep(
        rate: rate, beta1: p.number("beta1"), beta2: p.number("beta2"), epsilon: p.number("eps"),
        weightDecay: p.number("weight_decay"), time: step + 1,
        convention: conventions[p.text("opt")]!))
  }

  @Test(arguments: Device.present) func gradientsAreScaledFirst(device: Device) {
    let gradient = Tensor([2.0, -4], shape: [2], on: device)
    var parameter = Tensor([1.0, 1], shape: [2], on: device)
    var momentum: Tensor? = nil
    parameter.stepSGD(
      gradient: gradient, momentum: &momentum,
      scale: Tensor(filledWith: 0.25, shape: [], on: device),
      SGDStep(rate: 0.5, weightDecay: 0.5))
    #expect(parameter.floats == [0.5, 1.25])
  }

  @Test(arguments: Device.present) func theScaleClipsAndRefuses(device: Device) {
    let gradients = [
      Tensor([3.0, 0], shape: [2], on: device), Tensor([4.0], shape: [1], on: device),
    ]
    let norm = Tensor.norm(of: gradients, on: device)
    #expect(norm.scalar == 5 && Tensor.norm(of: [], on: device).scalar == 0)
    func scale(loss: Double = 1, norm: Tensor, share: Double = 1, limit: Double = 0) -> Double {
      Tensor.stepScale(
        norm: norm, loss: Tensor([loss], shape: [], on: device), share: share, limit: limit
      ).scalar
    }
    #expect(scale(norm: norm) == 1 && scale(norm: norm, limit: 5) == 1)
    #expect(scale(norm: norm, share: 0.25) == 0.25)
    #expect(scale(norm: norm, limit: 2.5) == 0.5)
    // A mean gradient of norm 2.5: the limit of 1.25 halves it once more.
    #expect(scale(norm: norm, share: 0.5, limit: 1.25) == 0.25)
    for bad in [Double.nan, .infinity, -.infinity] {
      #expect(scale(loss: bad, norm: norm, limit: 1).isNaN, "a loss of \(bad)")
      let broken = Tensor.norm(of: [Tensor([bad, 1], shape: [2], on: device)], on: device)
      #expect(scale(norm: broken, limit: 1).isNaN, "a gradient of \(bad)")
    }
  }

  @Test(arguments: Device.present) func aScaleThatIsNoNumberTakesNoStep(device: Device) {
    func tensor(_ values: [Double]) -> Tensor { Tensor(values, shape: [2], on: device) }
    let (gradient, refused) = (tensor([.nan, 1]), Tensor([Double.nan], shape: [], on: device))
    for hasMomentum in [false, true] {
      var (parameter, momentum) = (tensor([1, 2]), hasMomentum ? tensor([3, 4]) : nil)
      parameter.stepSGD(
        gradient: gradient, momentum: &momentum, scale: refused,
        SGDStep(rate: 1, momentum: hasMomentum ? 0.5 : 0, weightDecay: 1))
      #expect(parameter.floats == [1, 2])
      #expect(momentum.map { $0.floats == [3, 4] } != false)
    }
    var (parameter, mean, square) = (tensor([1, 2]), tensor([3, 4]), tensor([5, 6]))
    parameter.stepAdam(
      gradient: gradient, mean: &mean, meanSquare: &square, scale: refused,
      AdamStep(rate: 1, weightDecay: 1, time: 3))
    #expect([parameter, mean, square].map(\.floats) == [[1, 2], [3, 4], [5, 6]])
  }

  @Test(arguments: Device.present) func singleParametersTakeGradientsInBFloat16(device: Device) {
    let gradient = Tensor([0.5, -0.25, 3], shape: [3], dtype: .bf16, on: device)
    var parameter = Tensor([1.0, 2, 3], shape: [3], on: device)
    let shared = parameter
    var momentum: Tensor? = Tensor(filledWith: 0, shape: [3], on: device)
    parameter.stepSGD(
      gradient: gradient, momentum: &momentum, scale: Tensor(filledWith: 1, shape: [], on: device),
      SGDStep(rate: 1, momentum: 0.5, isFirst: true))
    #expect(parameter.floats == [0.5, 2.25, 0])
    #expect(shared.floats == [1, 2, 3])  // a step writes only into memory that nobody else sees
  }
}
