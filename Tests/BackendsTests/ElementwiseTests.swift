import Backends
import Randomness
import Testing

/// Row-major, or in blocks with padding (13 channels).
enum Placement: String, CaseIterable { case rowMajor, blocked }

extension Bench {
  func placed(_ placement: Placement, _ shape: Shape, _ seed: UInt64) -> Storage {
    placement == .blocked ? blocked(shape, seed) : numbers(shape, seed)
  }
}

@Test(arguments: precisions, Placement.allCases)
func elementwiseKernelsAgree(_ dtype: DType, _ placement: Placement) {
  for shape: Shape in [[2, 13, 7, 5], [3, 48, 41, 23]] {  // inline, and on several threads
    expectAgreement(dtype) { b in
      let k = b.backend
      let x = b.placed(placement, shape, 1)
      let (y, plain) = (b.placed(placement, shape, 2), b.numbers(shape, 3))
      return [
        x, k.combined(2, x, -0.5, y), k.combined(1, x, 3, plain), k.combined(1, plain, 3, x),
        k.scaled(x, by: 0.3, plus: 0), k.scaled(x, by: 0.3, plus: 1.5), k.multiplied(x, plain),
        k.relu(x, slope: 0), k.relu(x, slope: 0.2), k.reluGradient(x, output: y, slope: 0),
        k.reluGradient(plain, output: y, slope: 0.2), k.copied(x), k.reshaped(x, to: [shape.count]),
        k.addingChannels(x, b.numbers([shape[1]], 4), relu: false), k.channelSums(x), k.sum(x),
        k.converted(x, to: .bf16), k.converted(x, to: .f32),
        k.store([k.squaredNorm(x)], shape: [1], dtype: .f32),
        // Padding must still be zero after all of this.
        k.sum(k.combined(2, k.relu(x, slope: 0), 1, k.scaled(y, by: 3, plus: 0))),
      ]
    }
  }
}

@Test(arguments: precisions) func channelKernelsAgreeOnMatrices(_ dtype: DType) {
  for shape: Shape in [[5, 300], [400, 7], [1, 1]] {
    expectAgreement(dtype) { b in
      let x = b.numbers(shape, 1)
      return [
        b.backend.addingChannels(x, b.numbers([shape[1]], 2), relu: true), b.backend.channelSums(x),
      ]
    }
  }
}

/// In private layouts, too, whose padding is zero.
@Test(arguments: precisions) func zerosLieLikeTheirModel(_ dtype: DType) {
  expectAgreement(dtype) { b in
    let x = b.blocked([2, 13, 5, 3], 1)
    return [b.backend.zeros(like: x), b.backend.combined(1, x, 1, b.backend.zeros(like: x))]
  }
  // What the memory held before does not show.
  let pool = CPUBackend()
  let used = Bench(backend: pool, dtype: dtype)
  for shape in [[2, 13, 5, 3], [7], [1]] as [Shape] {
    var held = (1...3).map { used.numbers(shape, $0) }
    let model = used.numbers(shape, 4)
    held = []
    #expect(held.isEmpty && pool.floats(of: pool.zeros(like: model)).allSatisfy { $0 == 0 })
  }
}

@Test(arguments: precisions) func dropoutMasksAreEqual(_ dtype: DType) {
  for (count, keep) in [(1, 0.5), (7, 0.3), (5000, 0.9), (100_003, 0.5), (64, 1)] {
    let ours = cpu.dropoutMask(shape: [count], dtype: dtype, keep: keep, key: RandomKey(seed: 3))
    let truth = reference.dropoutMask(
      shape: [count], dtype: dtype, keep: keep, key: RandomKey(seed: 3))
    #expect(cpu.floats(of: ours) == reference.floats(of: truth))
  }
}

@Test func notANumberPassesReLU() {
  for slope in [0, 0.2] {
    let x = cpu.store([Float.nan, -1, 2, -.infinity], shape: [4], dtype: .f32)
    let y = cpu.floats(of: cpu.relu(x, slope: slope))
    #expect(y[0].isNaN && y[2] == 2 && y[3] == (slope == 0 ? 0 : -.infinity))
  }
}

@Test(arguments: precisions, Placement.allCases)
func movesAgree(_ dtype: DType, _ placement: Placement) {
  expectAgreement(dtype, 0) { b in
    let (x, y) = (b.placed(placement, [2, 13, 7, 5], 1), b.numbers([2, 4, 7, 5], 2))
    return [
      b.backend.concatenated([x, y, x], axis: 1), b.backend.concatenated([x, x], axis: 0),
      b.backend.concatenated([x, x], axis: 3),
      b.backend.sliced(x, start: [1, 2, 0, 1], shape: [1, 9, 7, 3]),
      b.backend.sliced(x, start: [0, 0, 0, 0], shape: [2, 13, 7, 5]),
      b.backend.padded(x, start: [0, 1, 2, 0], shape: [2, 15, 9, 6]),
      b.backend.padded(b.numbers([3, 2], 3), start: [1, 0], shape: [5, 2]),
    ]
  }
}

@Test(arguments: precisions, Placement.allCases)
func lossesAgree(_ dtype: DType, _ placement: Placement) {
  expectAgreement(dtype) { b in
    let k = b.backend
    let shape: Shape = [2, 35, 9, 8]
    let (x, t) = (b.placed(placement, shape, 1), b.numbers(shape, 2))
    let logits = k.scaled(x, by: 20, plus: 0)
    let pairs: Shape = [2, 3, 9, 8]
    // Every third pair is empty, and then its class may be anything.
    let numbers: [Int32] = (0..<pairs.count).map { i in i % 3 == 0 ? -1 : Int32(i % 35) }
    let classes = k.store(numbers, shape: pairs)
    let shares: [Double] = (0..<pairs.count).map { i in i % 3 == 0 ? 0 : Double(i % 5) / 5 }
    let weights = k.store(shares, shape: pairs, dtype: .f32)
    let loss = k.softmaxCrossEntropy(logits, classes: classes, weights: weights)
    let g = k.scaled(loss.losses, by: 0.1, plus: 1)
    return [
      loss.losses, loss.logSum,
      k.softmaxCrossEntropyGradient(
        g, logits, logSum: loss.logSum, classes: classes, weights: weights),
      k.sigmoidCrossEntropy(logits, targets: t),
      k.sigmoidCrossEntropyGradient(t, logits, targets: x), k.smoothL1(x, targets: t, beta: 0.7),
      k.smoothL1Gradient(t, x, targets: t, beta: 0.7),
    ]
  }
}
