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
          workspace: y.workspace, epsilon: 1e-3, relu: relu, ofBatch: true, rectified: false)
        let mean = k.filled(with: 0.1, shape: [13], dtype: .f32)
        let variance = k.filled(with: 0.5, shape: [13], dtype: .f32)
        let z = k.batchNormalization(
          x, mean: mean, variance: variance, scale: scale, shift: shift, epsilon: 1e-3, relu: relu)
        let dz = k.batchNormalizationGradient(
          g, x: x, y: z, mean: mean, variance: variance, scale: scale, shift: shift,
          workspace: nil, epsilon: 1e-3, relu: relu, ofBatch: false, rectified: false)
        return [
          y.y, y.mean, y.variance, dx.x, dx.scale, dx.shift, z, dz.x, dz.scale, dz.shift,
        ]
      }
    }
  }
}

/// Numbers far from zero, in the layouts that convolutions leave behind: the statistics keep their
/// digits, and what is normalized its mean of zero.
@Test(arguments: [127, 1e4], Placement.allCases)
func batchNormalizationKeepsTheDigitsOfALargeMean(_ mean: Double, _ placement: Placement) {
  let b = Bench(backend: cpu, dtype: .f32)
  let numbers = cpu.scaled(b.numbers([9, 24, 40, 40], 1), by: 1, plus: mean)
  let x = cpu.arranged(numbers, like: b.placed(placement, [9, 24, 40, 40], 1))
  let y = cpu.batchNormalization(x, scale: nil, shift: nil, epsilon: 1e-5, relu: false)
  let exact = reference.store(cpu.doubles(of: x), shape: x.shape, dtype: .f64)
  let truth = reference.batchNormalization(
    exact, scale: nil, shift: nil, epsilon: 1e-5, relu: false)
  for (a, b) in zip(cpu.doubles(of: y.mean), reference.doubles(of: truth.mean)) {
    #expect(abs(a - b) <= 1e-6 * abs(b))
  }
  for (a, b) in zip(cpu.doubles(of: y.variance), reference.doubles(of: truth.variance)) {
    #expect(abs(a - b) <= 1e-5 * b)
  }
  let off = zip(cpu.doubles(of: y.y), reference.doubles(of: truth.y)).map { abs($0 - $1) }
  #expect(off.max()! < 2e-6)
}

/// A network that is broken says so: ReLU after normalization keeps what is not a number.
@Test(arguments: precisions, Placement.allCases)
func batchNormalizationKeepsNaN(_ dtype: DType, _ placement: Placement) {
  let b = Bench(backend: cpu, dtype: dtype)
  var values = cpu.floats(of: b.numbers([3, 13, 6, 5], 1))
  values[13 * 30 + 4 * 30 + 7] = .nan  // image 1, channel 4
  let x = cpu.arranged(
    cpu.store(values, shape: [3, 13, 6, 5], dtype: dtype),
    like: b.placed(placement, [3, 13, 6, 5], 1))
  let y = cpu.batchNormalization(x, scale: nil, shift: nil, epsilon: 1e-5, relu: true)
  for (index, value) in cpu.floats(of: y.y).enumerated() where index / 30 % 13 == 4 {
    #expect(value.isNaN)
  }
  #expect(cpu.floats(of: y.mean)[4].isNaN && cpu.floats(of: y.variance)[4].isNaN)
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
