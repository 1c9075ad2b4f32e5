internal import CGPU

/// What a kernel can be given: memory, numbers, and the structures of `arguments.h`.
protocol KernelArgument {
  func append(to arguments: inout KernelArguments)
}

extension KernelArgument where Self: BitwiseCopyable {
  func append(to arguments: inout KernelArguments) { arguments.append(self) }
}
extension Int: KernelArgument {}  // i64
extension Int32: KernelArgument {}
extension UInt64: KernelArgument {}
extension Float: KernelArgument {}
extension Double: KernelArgument {}
extension cgpu_block: KernelArgument {}
extension cgpu_window: KernelArgument {}
extension cgpu_resize: KernelArgument {}
extension cgpu_regions: KernelArgument {}
extension cgpu_color: KernelArgument {}
extension cgpu_code: KernelArgument {}
extension Storage: KernelArgument {
  func append(to arguments: inout KernelArguments) { arguments.append(device) }
  /// The address of the elements on the device.
  var device: UInt64 { UInt64(UInt(bitPattern: buffer.address)) }
}

/// Arguments side by side, each aligned to 8 bytes.
struct KernelArguments {
  private(set) var bytes: [UInt8] = []
  private(set) var starts: [Int] = []

  mutating func append(_ value: some BitwiseCopyable) {
    starts.append(bytes.count)
    withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
    pad()
  }

  /// Arrays of a structure, one behind the other; traps where they do not make up all of it.
  mutating func append<Whole: BitwiseCopyable>(
    _ memory: [UInt64], _ counts: [Int64], _ first: [Int32], as whole: Whole.Type
  ) {
    let start = bytes.count
    starts.append(start)
    memory.withUnsafeBytes { bytes.append(contentsOf: $0) }
    counts.withUnsafeBytes { bytes.append(contentsOf: $0) }
    first.withUnsafeBytes { bytes.append(contentsOf: $0) }
    require(bytes.count - start == MemoryLayout<Whole>.size, "kernel: \(whole) is of another size")
    pad()
  }

  private mutating func pad() {
    bytes.append(contentsOf: repeatElement(0, count: -bytes.count & 7))
  }
}

/// How many threads take part, and how they lie.
struct LaunchShape {
  var grid: (Int, Int) = (1, 1)
  var block: (Int, Int)

  /// As many threads as there are elements, until the device is full.
  static func flat(_ count: Int, on context: CUDAContext) -> LaunchShape {
    LaunchShape(
      grid: (min((count + 255) / 256, context.multiprocessors * 16), 1), block: (256, 1))
  }

  /// Threads along the channels of rows, then along rows.
  static func rows(_ rows: Int, _ pitch: Int, on context: CUDAContext) -> LaunchShape {
    var across = 1
    while across < 32 && across < pitch { across *= 2 }
    let lines = 256 / across
    return LaunchShape(
      grid: (min((rows + lines - 1) / lines, context.multiprocessors * 16), 1),
      block: (across, lines))
  }
}

extension CUDABackend {
  /// Starts a kernel; nothing waits for it.
  func launch(_ kernel: Kernel, _ shape: LaunchShape, _ arguments: any KernelArgument...) {
    launch(kernel, shape, list: arguments)
  }

  /// Starts a kernel; nothing waits for it.
  func launch(_ kernel: Kernel, _ shape: LaunchShape, list arguments: [any KernelArgument]) {
    guard shape.grid.0 > 0, shape.grid.1 > 0 else { return }
    var list = KernelArguments()
    for argument in arguments { argument.append(to: &list) }
    context.enter()
    let function = kernels.function(kernel)
    context.clock.begin(kernel.name)
    var bytes = list.bytes
    let code = bytes.withUnsafeMutableBytes { memory in
      var pointers = list.starts.map { start in memory.baseAddress.map { $0 + start } }
      return context.calls.launch(
        function, UInt32(shape.grid.0), UInt32(shape.grid.1), 1, UInt32(shape.block.0),
        UInt32(shape.block.1), 1, 0, context.stream, &pointers, nil)
    }
    context.asked(code, "launch of \(kernel.name)")
  }
}
