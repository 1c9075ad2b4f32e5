import Backends
import Testing

@Test(arguments: precisions, Placement.allCases)
func batchNormalizationAgrees(_ dtype: DType, _ placement: Placement) {
  for (hasScale, hasShift) in [(true, true), (false, false), (true, false), (false, true)] {
    for relu in [false, true] {
      expectAgreement(dtype, 1e-5) { b in
        let k = b.backend
        let x = b.placed(placement, [3, 13, 6, 5], 1)
        let scale = hasScale ? b.numbers([13], 2) : nil
        let shift = hasShift ? b.numbers([13], 3) : nil
        let g = b.numbers(x.shape, 4)
        let y = k.batchNormalization(x, scale: scale, shift: shift, epsilon: 1e-3, relu: relu)
        let dx = k.batchNormalizationGradient(
          g, x: x, y: y.y, mean: y.mean, variance: y.variance, scale: scale, shift: shift,
          workspace: y.workspace, epsilon: 1e-3, relu: relu, ofBatch: true)
        let mean = k.filled(with: 0.1, shape: [13], dtype: .f32)
        let variance = k.filled(with: 0.5, shape: [13], dtype: .f32)
        let z = k.batchNormalization(
          x, mean: mean, variance: variance, scale: scale, shift: shift, epsilon: 1e-3, relu: relu)
        let dz = k.batchNormalizationGradient(
          g, x: x, y: z, mean: mean, variance: variance, scale: scale, shift: shift,
          workspace: nil, epsilon: 1e-3, relu: relu, ofBatch: false)
        return [
          y.y, y.mean, y.variance, dx.x, dx.scale, dx.shift, z, dz.x, dz.scale, dz.shift,
        ]
      }
    }
  }
}

@Test(arguments: precisions) func batchNormalizationTakesMatrices(_ dtype: DType) {
  expectAgreement(dtype, 1e-5) { b in
    let x = b.numbers([9, 20], 1)
    let y = b.backend.batchNormalization(x, scale: nil, shift: nil, epsilon: 1e-5, relu: false)
    return [y.y, y.mean, y.variance]
  }
}

@Test(arguments: precisions, Placement.allCases)
func responseNormalizationAgrees(_ dtype: DType, _ placement: Placement) {
  for p in [
    LRNParameters(), LRNParameters(size: 3, alpha: 2, beta: 0.5, k: 2),
    LRNParameters(size: 4, alpha: 1), LRNParameters(size: 15, alpha: 1),
  ] {
    expectAgreement(dtype, 1e-5) { b in
      let x = b.placed(placement, [2, 13, 4, 3], 1)
      let y = b.backend.responseNormalization(x, p)
      let g = b.numbers(x.shape, 2)
      return [
        y.y, b.backend.responseNormalizationGradient(g, x: x, y: y.y, workspace: y.workspace, p),
      ]
    }
  }
}
