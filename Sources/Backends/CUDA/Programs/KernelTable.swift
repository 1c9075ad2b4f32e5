internal import CGPU
internal import Synchronization

/// One kernel for elements of some types.
struct Kernel: Hashable, Sendable {
  let file: KernelFile
  let name: String
  var element = DType.f32
  var other = DType.f32

  init(_ file: KernelFile, _ name: String, _ element: DType = .f32, _ other: DType? = nil) {
    self.file = file
    self.name = name
    self.element = element
    self.other = other ?? element
  }
}

/// The kernels that were compiled and loaded so far. A file is compiled when one of its kernels is
/// first asked for; the next process finds the binary on disk.
final class KernelTable: Sendable {
  private struct Module: Hashable {
    let file: KernelFile
    let element, other: DType
  }
  private struct State: @unchecked Sendable {
    var modules: [Module: OpaquePointer] = [:]
    var functions: [Kernel: OpaquePointer] = [:]
  }
  private let context: CUDAContext
  private let compiler: KernelCompiler
  private let cache: KernelCache?
  private let state = Mutex(State())

  init(_ context: CUDAContext, _ compiler: Library<cgpu_compiler>) {
    self.context = context
    self.compiler = KernelCompiler(library: compiler, architecture: context.architecture)
    cache = KernelCache(compiler: self.compiler)
  }

  /// The kernel, loaded on the device; the context must have been entered.
  func function(_ kernel: Kernel) -> OpaquePointer {
    let address = state.withLock { state -> UInt in
      if let function = state.functions[kernel] { return UInt(bitPattern: function) }
      context.recorder.leave()
      let key = Module(file: kernel.file, element: kernel.element, other: kernel.other)
      let module = state.modules[key] ?? load(key)
      state.modules[key] = module
      var function: OpaquePointer?
      context.check(
        context.calls.function(&function, module, kernel.name),
        "cuModuleGetFunction of \(kernel.name)")
      state.functions[kernel] = function
      return UInt(bitPattern: function!)
    }
    return OpaquePointer(bitPattern: address)!
  }

  private func load(_ key: Module) -> OpaquePointer {
    let (source, name) = (key.file.source, key.file.rawValue)
    let entry = cache?.entry(source, name, key.element, key.other)
    let binary: [UInt8]
    if let found = entry.flatMap({ cache?.read($0) }) {
      binary = found
    } else {
      do {
        binary = try compiler.compile(source, named: name, key.element, key.other)
      } catch { fatalError("cuda:\(context.ordinal): \(error)") }
      if let entry { cache?.write(binary, to: entry) }
    }
    var module: OpaquePointer?
    context.check(context.calls.loadModule(&module, binary), "cuModuleLoadData of \(name).cu")
    return module!
  }
}
