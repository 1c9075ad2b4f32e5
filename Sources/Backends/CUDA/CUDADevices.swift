internal import CGPU

/// The devices that the driver has, or why there are none.
struct CUDADevices: Sendable {
  /// One device.
  struct Properties: Sendable {
    let handle: Int32
    let name: String
    let architecture: String
    let multiprocessors: Int
    let bytes: Int
  }
  /// Those of this process, asked for once.
  static let shared = CUDADevices(.shared)

  let found: [Properties]
  /// Why nothing can be computed on them.
  let problem: String?

  init(_ libraries: CUDALibraries) {
    let driver: cgpu_driver
    switch libraries.driver {
    case .failure(let error):
      (found, problem) = ([], error.description)
      return
    case .success(let library): driver = library.calls
    }
    let code = driver.initialize(0)
    var count: Int32 = 0
    guard code == 0, driver.deviceCount(&count) == 0, count > 0 else {
      let reason = code == 0 ? "it counts no device" : driver.words(code)
      (found, problem) = ([], "the NVIDIA driver is there, but no device: \(reason)")
      return
    }
    found = (0..<Int(count)).map { Self.properties(driver, $0) }
    let tools = libraries.tools
    problem =
      [tools.compiler.reason, tools.products.reason, tools.convolution.reason]
      .compactMap(\.self).first
  }

  /// Throws where the device of this number cannot be used.
  func require(_ ordinal: Int) throws(DeviceError) {
    let name = "cuda:\(ordinal)"
    if let problem { throw DeviceError(name, "\(problem); pigment doctor tells more") }
    if ordinal >= found.count {
      let names = found.indices.map { "cuda:\($0) (\(found[$0].name))" }
      throw DeviceError(name, "this machine has \(names.joined(separator: ", "))")
    }
  }

  static func properties(_ driver: cgpu_driver, _ ordinal: Int) -> Properties {
    var (handle, major, minor, processors, bytes): (Int32, Int32, Int32, Int32, Int) =
      (0, 0, 0, 0, 0)
    var name = [CChar](repeating: 0, count: 256)
    let codes = [
      driver.device(&handle, Int32(ordinal)),
      driver.deviceName(&name, Int32(name.count), handle),
      driver.deviceAttribute(&major, Int32(CGPU_COMPUTE_MAJOR), handle),
      driver.deviceAttribute(&minor, Int32(CGPU_COMPUTE_MINOR), handle),
      driver.deviceAttribute(&processors, Int32(CGPU_MULTIPROCESSORS), handle),
      driver.deviceMemory(&bytes, handle),
    ]
    for code in codes where code != 0 {
      fatalError("cuda:\(ordinal): it does not describe itself: \(driver.words(code))")
    }
    return Properties(
      handle: handle, name: name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) },
      architecture: "sm_\(major)\(minor)", multiprocessors: Int(processors), bytes: bytes)
  }
}

extension Result where Failure == LibraryError {
  /// Why it failed, if it did.
  var reason: String? {
    if case .failure(let error) = self { error.description } else { nil }
  }
}
