internal import CGPU

/// Compiles kernels for one kind of device by NVRTC; no device is needed for it.
struct KernelCompiler: Sendable {
  let library: Library<cgpu_compiler>
  /// Such as `sm_90`.
  let architecture: String

  /// The version, such as `13.0`.
  var version: String {
    var (major, minor): (Int32, Int32) = (0, 0)
    return library.calls.version(&major, &minor) == 0 ? "\(major).\(minor)" : "unknown"
  }

  /// The binary of a file whose elements have these types; throws the compiler's words.
  func compile(
    _ source: String, named name: String, _ element: DType, _ other: DType
  ) throws(KernelError) -> [UInt8] {
    let calls = library.calls
    func check(_ code: Int32, _ call: String) throws(KernelError) {
      if code != 0 { throw KernelError(file: name, words: "\(call) failed with \(code)") }
    }
    var program: OpaquePointer?
    try check(
      calls.create(&program, source, "\(name).cu", 0, nil, nil), "nvrtcCreateProgram")
    defer { _ = calls.destroy(&program) }
    let options = [
      "--gpu-architecture=\(architecture)", "-std=c++17", "-DELEMENT=\(element.kernelName)",
      "-DOTHER=\(other.kernelName)",
    ]
    let code = withCStrings(options) { calls.compile(program, Int32(options.count), $0) }
    if code != 0 {
      throw KernelError(file: name, words: "NVRTC \(version) fails (\(code)): \(log(of: program))")
    }
    var count = 0
    try check(calls.binarySize(program, &count), "nvrtcGetCUBINSize")
    var failure: Int32 = 0
    let binary = [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      failure = bytes.withMemoryRebound(to: CChar.self) { calls.binary(program, $0.baseAddress) }
      filled = count
    }
    try check(failure, "nvrtcGetCUBIN")
    return binary
  }

  private func log(of program: OpaquePointer?) -> String {
    var count = 0
    guard library.calls.logSize(program, &count) == 0, count > 1 else { return "it says nothing" }
    var words = [CChar](repeating: 0, count: count + 1)
    guard library.calls.log(program, &words) == 0 else { return "its words cannot be had" }
    return words.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
  ) -> Result {
    let bytes = strings.flatMap { Array($0.utf8CString) }
    return bytes.withUnsafeBufferPointer { buffer in
      var start = 0
      let pointers = strings.map { string in
        defer { start += string.utf8.count + 1 }
        return buffer.baseAddress.map { $0 + start }
      }
      return pointers.withUnsafeBufferPointer { body($0.baseAddress!) }
    }
  }
}

/// A file of kernels that does not compile.
public struct KernelError: Error, CustomStringConvertible {
  /// The file, without `.cu`.
  public let file: String
  /// What the compiler says.
  public let words: String
  /// Both in a line.
  public var description: String { "kernels \(file).cu: \(words)" }
}
