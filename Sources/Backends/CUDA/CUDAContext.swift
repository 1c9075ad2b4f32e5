internal import CGPU

/// One device: its driver, its context, and the stream in whose order everything happens.
final class CUDAContext: @unchecked Sendable {
  let calls: cgpu_driver
  let ordinal: Int
  let stream: OpaquePointer
  /// Such as `NVIDIA H200`.
  let name: String
  /// Such as `sm_90`.
  let architecture: String
  let multiprocessors: Int
  /// Takes down in graphs what the stream is asked for, where that is wanted.
  let recorder: GraphRecorder
  /// Takes times where that is asked for.
  let clock: LaunchClock
  private let handle: OpaquePointer

  /// Opens the device; `ordinal` is below the number of devices.
  init(_ driver: Library<cgpu_driver>, ordinal: Int) {
    let properties = CUDADevices.properties(driver.calls, ordinal)
    calls = driver.calls
    self.ordinal = ordinal
    name = properties.name
    architecture = properties.architecture
    multiprocessors = properties.multiprocessors
    var (context, stream): (OpaquePointer?, OpaquePointer?)
    calls.require(calls.retainContext(&context, properties.handle), "cuDevicePrimaryCtxRetain")
    calls.require(calls.setContext(context), "cuCtxSetCurrent")
    calls.require(
      calls.createStream(&stream, UInt32(CGPU_NON_BLOCKING)), "cuStreamCreate")
    handle = context!
    self.stream = stream!
    recorder = GraphRecorder(calls, ordinal: ordinal, stream: stream!)
    clock = LaunchClock(calls, ordinal: ordinal, stream: stream!)
  }

  /// Makes the device that of the calling thread; every path to the driver begins with it. Steps
  /// that wait there are asked for before anything else is.
  func enter() {
    OptimizerQueue.gathering(for: self)?.flush()
    check(calls.setContext(handle), "cuCtxSetCurrent")
  }

  /// Waits for everything that was asked for.
  func wait() {
    recorder.requireOutside("waiting for the device")
    enter()
    check(calls.synchronize(stream), "cuStreamSynchronize")
  }

  /// Stops with the driver's words; a failure here is a bug, or the device is lost.
  func check(_ code: Int32, _ call: @autoclosure () -> String) {
    calls.check(code, call(), on: ordinal)
  }

  /// The same for a call that gave the stream something to do.
  func asked(_ code: Int32, _ call: @autoclosure () -> String) {
    check(code, call())
    clock.end()
    recorder.asked()
  }
}

extension cgpu_driver {
  /// The name and the words of an error code.
  func words(_ code: Int32) -> String {
    var (name, words): (UnsafePointer<CChar>?, UnsafePointer<CChar>?)
    guard errorName(code, &name) == 0, errorString(code, &words) == 0 else {
      return "error \(code)"
    }
    return "\(name.map { String(cString: $0) } ?? "error \(code)"), "
      + "\(words.map { String(cString: $0) } ?? "no words")"
  }

  /// Stops with the driver's words.
  func check(_ code: Int32, _ call: @autoclosure () -> String, on ordinal: Int) {
    guard code != 0 else { return }
    fatalError("cuda:\(ordinal): \(call()) failed: \(words(code))")
  }

  fileprivate func require(_ code: Int32, _ call: String) {
    if code != 0 { fatalError("cuda: \(call) failed: \(words(code))") }
  }
}
