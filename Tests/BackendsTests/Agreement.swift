import Backends
import Randomness
import Testing

/// The host's cores against the definition of every kernel.
let cpu = CPUBackend.shared
let reference = ReferenceBackend.shared

/// What a comparison runs on: it makes the same numbers on either backend.
struct Bench {
  let backend: any Backend
  let dtype: DType

  /// Numbers in [-1, 1) that differ from call to call by `seed`.
  func numbers(_ shape: Shape, _ seed: UInt64) -> Storage {
    var stream = RandomKey(seed: seed).stream()
    return backend.store(
      (0..<shape.count).map { _ in stream.uniform(in: -1..<1) }, shape: shape, dtype: dtype)
  }

  /// The same kind of numbers in whatever layout convolutions leave behind: a 1x1 convolution by
  /// the identity changes none of them.
  func blocked(_ shape: Shape, _ seed: UInt64) -> Storage {
    let identity = (0..<shape[1] * shape[1]).map { $0 % (shape[1] + 1) == 0 ? 1.0 : 0 }
    let weight = backend.store(identity, shape: [shape[1], shape[1], 1, 1], dtype: dtype)
    return backend.convolution(numbers(shape, seed), weight, nil, ConvolutionParameters())
  }
}

/// Expects the storages that `body` makes to agree: shapes exactly, values relative to the largest.
func expectAgreement(
  _ dtype: DType, _ tolerance: Double = 2e-6, on cpu: CPUBackend = cpu,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ body: (Bench) -> [Storage?]
) {
  let ours = body(Bench(backend: cpu, dtype: dtype))
  let truth = body(Bench(backend: reference, dtype: dtype))
  #expect(ours.count == truth.count, sourceLocation: sourceLocation)
  for (index, (a, b)) in zip(ours, truth).enumerated() {
    #expect((a == nil) == (b == nil), "result \(index)", sourceLocation: sourceLocation)
    guard let a, let b else { continue }
    #expect(a.shape == b.shape, "result \(index)", sourceLocation: sourceLocation)
    #expect(a.dtype == b.dtype, "result \(index)", sourceLocation: sourceLocation)
    let (x, y) = (cpu.doubles(of: a), reference.doubles(of: b))
    let size = y.reduce(1e-30) { max($0, abs($1)) }
    let worst = zip(x, y).reduce(0.0) { $1.0.isNaN ? .infinity : max($0, abs($1.0 - $1.1)) }
    guard a.dtype == .bf16 || dtype == .bf16 else {
      #expect(
        x.count == y.count && worst <= tolerance * size,
        "result \(index) \(a.shape): off by \(worst / size)", sourceLocation: sourceLocation)
      continue
    }
    // bfloat16 has 8 bits: a number between two of them may be rounded to either, but seldom is.
    let squares = zip(x, y).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let typical = (squares / Double(max(y.count, 1))).squareRoot()
    #expect(
      x.count == y.count && worst <= 0.0079 * size && typical <= max(0.0005, tolerance) * size,
      "result \(index) \(a.shape): off by \(worst / size), typically \(typical / size)",
      sourceLocation: sourceLocation)
  }
}

let precisions: [DType] = [.f32, .bf16]
