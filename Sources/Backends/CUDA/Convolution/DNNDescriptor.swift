internal import CGPU

/// A failure of cuDNN: the call, its code, and cuDNN's words.
struct DNNError: Error, CustomStringConvertible {
  let call: String
  let code: Int32
  let words: String
  var description: String { "\(call) failed with \(code): \(words)" }
}

/// A descriptor of cuDNN's backend API: attributes are set, then it is made final.
final class DNNDescriptor {
  let handle: OpaquePointer
  private let calls: cgpu_convolution

  /// A descriptor of a kind (`CGPU_DNN_…`), whose attributes `set` sets before it is made final.
  init(
    _ calls: cgpu_convolution, _ kind: Int, _ what: String,
    _ set: (DNNDescriptor) throws(DNNError) -> Void
  ) throws(DNNError) {
    self.calls = calls
    var made: OpaquePointer?
    let code = calls.create(Int32(kind), &made)
    guard code == 0, let made else { throw calls.error(code, "creation of the \(what)") }
    handle = made
    try set(self)
    let status = calls.finalize(handle)
    if status != 0 { throw calls.error(status, "making the \(what) final") }
  }

  /// A descriptor that a query will fill; it stays as it is made.
  init(_ calls: cgpu_convolution, empty kind: Int, _ what: String) throws(DNNError) {
    self.calls = calls
    var made: OpaquePointer?
    let code = calls.create(Int32(kind), &made)
    guard code == 0, let made else { throw calls.error(code, "creation of the \(what)") }
    handle = made
  }

  deinit { _ = calls.destroy(handle) }

  /// Sets an attribute to values of a type (`CGPU_DNN_TYPE_…`).
  func set<Value: BitwiseCopyable>(
    _ attribute: Int, _ type: Int, _ values: [Value]
  ) throws(DNNError) {
    let code = values.withUnsafeBytes {
      calls.set(handle, Int32(attribute), Int32(type), Int64(values.count), $0.baseAddress)
    }
    if code != 0 { throw calls.error(code, "setting attribute \(attribute)") }
  }

  func set(_ attribute: Int, numbers: [Int]) throws(DNNError) {
    try set(attribute, CGPU_DNN_TYPE_INT64, numbers.map(Int64.init))
  }

  func set(_ attribute: Int, _ parts: [DNNDescriptor]) throws(DNNError) {
    try set(attribute, CGPU_DNN_TYPE_DESCRIPTOR, parts.map { Optional($0.handle) })
  }

  /// The values of an attribute, at most `capacity`.
  func get<Value: BitwiseCopyable>(
    _ attribute: Int, _ type: Int, _ capacity: Int, like zero: Value
  ) throws(DNNError) -> [Value] {
    var values = [Value](repeating: zero, count: capacity)
    var count: Int64 = 0
    let code = values.withUnsafeMutableBytes {
      calls.get(
        handle, Int32(attribute), Int32(type), Int64(capacity), &count, $0.baseAddress)
    }
    if code != 0 { throw calls.error(code, "asking for attribute \(attribute)") }
    return Array(values.prefix(Int(count)))
  }

  /// How many descriptors an attribute holds.
  func count(_ attribute: Int) throws(DNNError) -> Int {
    var count: Int64 = 0
    let code = calls.get(
      handle, Int32(attribute), Int32(CGPU_DNN_TYPE_DESCRIPTOR), 0, &count, nil)
    if code != 0 { throw calls.error(code, "counting attribute \(attribute)") }
    return Int(count)
  }

  /// Fills `into` with what an attribute holds.
  func get(_ attribute: Int, into parts: [DNNDescriptor]) throws(DNNError) -> Int {
    var handles = parts.map { Optional($0.handle) }
    var count: Int64 = 0
    let code = calls.get(
      handle, Int32(attribute), Int32(CGPU_DNN_TYPE_DESCRIPTOR), Int64(parts.count), &count,
      &handles)
    if code != 0 { throw calls.error(code, "asking for attribute \(attribute)") }
    return Int(count)
  }
}

extension cgpu_convolution {
  /// The error of a code, with the words that cuDNN has for it.
  func error(_ code: Int32, _ call: String) -> DNNError {
    var words = [CChar](repeating: 0, count: 1024)
    lastError(&words, words.count)
    let last = words.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    let name = errorString(code).map { String(cString: $0) } ?? "unknown"
    return DNNError(call: call, code: code, words: last.isEmpty ? name : "\(name): \(last)")
  }
}
