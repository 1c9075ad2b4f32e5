internal import CGPU
internal import Synchronization

/// Pinned memory into which numbers of a step are copied while the host goes on.
final class NumberReader: Sendable {
  private struct State: @unchecked Sendable {
    /// Memory that nobody waits for, by its size in words.
    var idle: [Int: [UnsafeMutableRawPointer]] = [:]
  }
  fileprivate let context: CUDAContext
  private let state = Mutex(State())

  init(_ context: CUDAContext) { self.context = context }

  /// Begins to copy words of the device to the host.
  func copy(_ count: Int, from packed: Storage) -> Copy {
    let size = (count + 63) / 64 * 64
    let idle = state.withLock { UInt(bitPattern: $0.idle[size]?.popLast()) }
    return Copy(
      self, packed, count, size, UnsafeMutableRawPointer(bitPattern: idle) ?? pinned(8 * size))
  }

  private func pinned(_ bytes: Int) -> UnsafeMutableRawPointer {
    var memory: UnsafeMutableRawPointer?
    context.check(
      context.calls.allocatePinned(&memory, bytes), "cuMemAllocHost of \(bytes) bytes")
    return memory!
  }

  fileprivate func takeBack(_ memory: UnsafeMutableRawPointer, _ size: Int) {
    let bits = UInt(bitPattern: memory)
    state.withLock {
      $0.idle[size, default: []].append(UnsafeMutableRawPointer(bitPattern: bits)!)
    }
  }

  /// Words that are on their way.
  final class Copy {
    private let reader: NumberReader
    private let packed: Storage
    private let (count, size): (Int, Int)
    private let memory: UnsafeMutableRawPointer
    private var arrived: OpaquePointer?
    private var values: [UInt64]?

    fileprivate init(
      _ reader: NumberReader, _ packed: Storage, _ count: Int, _ size: Int,
      _ memory: UnsafeMutableRawPointer
    ) {
      (self.reader, self.packed, self.memory) = (reader, packed, memory)
      (self.count, self.size) = (count, size)
      let context = reader.context
      context.check(
        context.calls.createEvent(&arrived, UInt32(CGPU_NO_TIMING)), "cuEventCreate")
      context.asked(
        context.calls.download(memory, packed.device, 8 * count, context.stream),
        "download of \(count) numbers")
      context.check(context.calls.recordEvent(arrived, context.stream), "cuEventRecord")
    }

    deinit { if values == nil { _ = words } }  // the device may still write there

    /// The words; waits until they are there.
    var words: [UInt64] {
      if let values { return values }
      let context = reader.context
      context.enter()
      context.check(context.calls.waitEvent(arrived), "cuEventSynchronize")
      context.check(context.calls.destroyEvent(arrived), "cuEventDestroy")
      let words = (0..<count).map { memory.load(fromByteOffset: 8 * $0, as: UInt64.self) }
      reader.takeBack(memory, size)
      values = words
      return words
    }
  }
}

extension CUDABackend {
  /// Begins to read the only elements of storages, packed by a kernel together with what kernels
  /// reported; what comes back waits for them, and stops the program where something was reported.
  public func reading(of xs: [Storage]) -> () -> [Double] {
    guard !xs.isEmpty else { return { [] } }
    context.recorder.requireOutside("\(xs.count) numbers are read")
    context.enter()
    let packed = storage([xs.count + 3], .f64)
    var done = 0
    // The words of faults come behind the numbers of each launch, so they end behind the last.
    for list in PartList.numbers(xs) {
      launch(
        Kernel(.sums, "pack_numbers"), LaunchShape(block: (64, 1)), list, fault.address,
        packed.device + UInt64(8 * done), Int32(list.tiles))
      done += list.tiles
    }
    let copy = numbers.copy(xs.count + 3, from: packed)
    return { [self] in
      let words = copy.words
      fault.stop(for: Array(words.suffix(3)))
      return words.dropLast(3).map { Double(bitPattern: $0) }
    }
  }
}
