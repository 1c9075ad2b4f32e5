import Backends
import Synchronization
import Testing

/// One step of a small network, on memory of its own.
private func step(
  _ dtype: DType = .f32, batch: Int = 4, gap: Int = 1, groups: Int = 1
) -> [[Float]] {
  let b = Bench(backend: cpu, dtype: dtype)
  let p = ConvolutionParameters(
    padding: Pair(gap), dilation: Pair(gap), groups: groups, relu: true)
  let x = b.numbers([batch, 16, 40, 40], 1)
  let w = b.numbers([64, 16 / groups, 3, 3], 2)
  let y = cpu.convolution(x, w, b.numbers([64], 3), p)
  let z = cpu.batchNormalization(y, scale: nil, shift: nil, epsilon: 1e-5, relu: false)
  let g = cpu.batchNormalizationGradient(
    b.numbers(y.shape, 4), x: y, y: z.y, mean: z.mean, variance: z.variance, scale: nil,
    shift: nil,
    workspace: z.workspace, epsilon: 1e-5, relu: false, ofBatch: true, rectified: false)
  let dw = cpu.convolutionWeightGradient(
    cpu.combined(1, g.x, 1, b.numbers(y.shape, 5)), x, weightShape: w.shape, p, bias: true)
  let dx = cpu.convolutionInputGradient(g.x, w, inputShape: x.shape, p)
  let flat = cpu.reshaped(y, to: [64, y.shape.count / 64])
  let product = cpu.matrixProduct(flat, flat, transposeA: false, transposeB: true)
  return [z.y, dw.weight, dw.bias!, dx, product, cpu.sum(y), cpu.channelSums(y)].map {
    cpu.floats(of: $0)
  }
}

/// What only a process of its own may do: the number of threads and the library of products are the
/// process's, and other tests compare bits that depend on them.
private func settle(_ holds: Bool, _ what: String) {
  guard holds else { fatalError(what) }
}

/// These count memory that others would use too, or change what others compute with.
@Suite(.serialized) struct RunTests {
  @Test func twoRunsAreEqualToTheBit() {
    let first = step()
    for _ in 0..<3 { #expect(step() == first) }
  }

  @Test func ownSumsDoNotDependOnTheNumberOfThreads() async {
    await #expect(processExitsWith: .success) {
      let x = Bench(backend: cpu, dtype: .f32).numbers([3, 20, 200, 100], 1)
      let results = [1, 2, 3].map { threads in
        cpu.threads = threads
        settle(cpu.threads == threads, "threads")
        return cpu.floats(of: cpu.sum(x)) + cpu.floats(of: cpu.channelSums(x)) + [
          Float(cpu.squaredNorm(x))
        ]
      }
      settle(results[0] == results[1] && results[1] == results[2], "\(results)")
    }
  }

  @Test func maxPoolingDoesNotDependOnTheNumberOfThreads() async {
    await #expect(processExitsWith: .success) {
      let b = Bench(backend: cpu, dtype: .f32)
      let (shape, p): (Shape, _) = ([3, 40, 61, 61], PoolingParameters(window: 3, stride: 2))
      let results = [1, 2, 3].map { threads in
        cpu.threads = threads
        return [b.numbers(shape, 1), b.blocked(shape, 1)].flatMap { x in
          let most = cpu.maxPool(x, p)
          let dx = cpu.maxPoolGradient(
            b.numbers(most.y.shape, 2), workspace: most.workspace, inputShape: shape, p)
          return cpu.floats(of: most.y) + cpu.floats(of: dx)
        }
      }
      settle(results[0] == results[1] && results[1] == results[2], "max pooling differs")
    }
  }

  @Test func anyNumberOfThreadsGivesTheSameBits() async {
    await #expect(processExitsWith: .success) {
      for dtype in precisions {
        let results = [1, 2, 3, 4].map { threads in
          cpu.threads = threads
          // More pictures than pieces, fewer, one, and no multiple; with gaps and groups.
          return [(16, 1, 1), (5, 1, 1), (1, 1, 1), (11, 2, 1), (9, 1, 2)].map {
            batch, gap, groups in
            step(dtype, batch: batch, gap: gap, groups: groups)
          }
        }
        settle(results.allSatisfy { $0 == results[0] }, "results of \(dtype) differ")
      }
    }
  }

  @Test func bothWaysToShareTheWorkAgree() async {
    await #expect(processExitsWith: .success) {
      cpu.threads = 2
      let inPieces = step(batch: 11)
      cpu.isThreadInvariant = false
      for (a, b) in zip(step(batch: 11), inPieces) {
        let size = b.reduce(0) { max($0, abs($1)) }
        settle(zip(a, b).allSatisfy { abs($0 - $1) <= 1e-4 * size }, "results differ")
      }
    }
  }

  @Test func manyThreadsMayCallAtOnce() async {
    let alone = step()
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 { group.addTask { step() == alone } }
      for await same in group { #expect(same) }
    }
  }

  @Test func memoryOfKernelsComesBack() {
    let own = CPUBackend()
    do {
      let b = Bench(backend: own, dtype: .f32)
      let x = b.blocked([2, 13, 20, 20], 1)
      let w = b.numbers([32, 13, 3, 3], 2)
      let y = own.convolution(x, w, nil, ConvolutionParameters())
      let p = PoolingParameters(window: 2)
      let most = own.maxPool(y, p)
      let g = own.maxPoolGradient(
        most.y, workspace: most.workspace, inputShape: y.shape, p)
      let view = own.reshaped(g, to: [g.shape.count])
      #expect(own.liveBytes >= 4 * (x.shape.count + y.shape.count + g.shape.count))
      withExtendedLifetime((x, w, y, most.y, most.workspace, view)) {}
    }
    #expect(own.liveBytes == 0 && own.peakBytes > 0)
  }

  @Test func pooledMemoryComesBack() {
    let pool = MemoryPool()
    do {
      let (a, b) = (pool.buffer(byteCount: 5 << 20), pool.buffer(byteCount: 100))
      #expect(pool.liveBytes >= 5 << 20 && UInt(bitPattern: a.address) % 64 == 0)
      withExtendedLifetime((a, b)) {}
    }
    #expect(pool.liveBytes == 0 && pool.pooledBytes >= 5 << 20 && pool.peakBytes >= 5 << 20)
    pool.trim()
    #expect(pool.pooledBytes == 0)
  }

  /// Large blocks wait for what is kept for reuse; where there still is no memory the process ends
  /// by itself, with the number, before the system kills it.
  @Test func largeBlocksAreAskedForOnlyWhereThereIsMemory() async {
    let free = Mutex(100 << 20)
    let pool = Self.pool { free.withLock { $0 } }
    do { withExtendedLifetime(pool.buffer(byteCount: 64 << 20)) {} }
    #expect(pool.pooledBytes == 64 << 20)
    free.withLock { $0 = 40 << 20 }
    do { withExtendedLifetime(pool.buffer(byteCount: 32 << 20)) {} }
    #expect(pool.pooledBytes == 96 << 20)
    // Small ones are not asked about.
    free.withLock { $0 = 0 }
    do { withExtendedLifetime(pool.buffer(byteCount: 1 << 20)) {} }
    #expect(pool.pooledBytes == 97 << 20)
    let asked = Mutex(0)
    let giving = Self.pool {
      asked.withLock {
        $0 += 1; return $0 == 2 ? 0 : 1 << 30
      }
    }
    do { withExtendedLifetime(giving.buffer(byteCount: 64 << 20)) {} }
    do { withExtendedLifetime(giving.buffer(byteCount: 32 << 20)) {} }
    #expect(giving.pooledBytes == 32 << 20, "what was kept was not given back")
    await #expect(processExitsWith: .exitCode(5)) {
      _ = RunTests.pool { 31 << 20 }.buffer(byteCount: 32 << 20)
    }
  }

  private static func pool(_ available: @escaping @Sendable () -> Int?) -> MemoryPool {
    MemoryPool(
      allocate: { UnsafeMutableRawPointer.allocate(byteCount: $0, alignment: 64) },
      available: available, release: { $0.deallocate() })
  }

  @Test func theLibrariesAreNamed() {
    #expect(cpu.libraries["oneDNN"]?.isEmpty == false)
    #expect(cpu.libraries["OpenBLAS"]?.contains("OpenBLAS") == true)
  }
}
