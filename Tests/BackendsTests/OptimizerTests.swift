import Backends
import Testing

/// Three steps, with the gradient in the layout that the weight gradient of a convolution has.
private func steps(
  _ b: Bench, _ gradientType: DType, _ body: (Storage, Storage, Storage, Storage, Int) -> Void
) -> [Storage?] {
  let k = b.backend
  let shape: Shape = [32, 19, 3, 3]
  let weight = Bench(backend: k, dtype: .f32).numbers(shape, 1)
  let (first, second) = (
    k.filled(with: 0, shape: shape, dtype: .f32), k.filled(with: 0, shape: shape, dtype: .f32)
  )
  let source = Bench(backend: k, dtype: gradientType)
  for time in 1...3 {
    let gradient = k.convolutionWeightGradient(
      source.numbers([2, 32, 6, 6], UInt64(10 + time)),
      source.numbers([2, 19, 6, 6], UInt64(20 + time)), weightShape: shape,
      ConvolutionParameters(padding: 1), bias: false)
    body(weight, gradient.weight, first, second, time)
  }
  return [weight, first, second]
}

private func half(_ b: Bench) -> Storage { b.backend.filled(with: 0.5, shape: [], dtype: .f32) }

@Test(arguments: precisions) func gradientDescentAgrees(_ gradientType: DType) {
  let variants: [(SGDStep.Convention, Bool)] = [
    (.pytorch, false), (.pytorch, true), (.caffe, false), (.caffe, true),
  ]
  for (convention, nesterov) in variants {
    for momentum in [0.0, 0.9] {
      expectAgreement(gradientType, 5e-6) { b in
        steps(b, gradientType) { p, g, v, _, time in
          b.backend.sgd(
            parameter: p, gradient: g, momentum: momentum == 0 ? nil : v, scale: half(b),
            SGDStep(
              rate: 0.1, momentum: momentum, weightDecay: 0.01,
              dampening: convention == .pytorch && !nesterov ? 0.2 : 0, nesterov: nesterov,
              convention: convention, isFirst: time == 1))
        }
      }
    }
  }
}

@Test(arguments: precisions, [AdamStep.Convention.pytorch, .caffe, .decoupled])
func adamAgrees(_ gradientType: DType, _ convention: AdamStep.Convention) {
  expectAgreement(gradientType, 5e-6) { b in
    steps(b, gradientType) { p, g, m, v, time in
      b.backend.adam(
        parameter: p, gradient: g, mean: m, meanSquare: v, scale: half(b),
        AdamStep(
          rate: 0.01, beta2: 0.99, weightDecay: 0.1, time: time, convention: convention))
    }
  }
}
