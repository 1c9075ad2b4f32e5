internal import CGPU
internal import Synchronization

/// What a device spent on kernels of one name.
public struct LaunchTime: Hashable, Sendable {
  /// The kernel, or what a library was asked for.
  public let name: String
  /// How often it was started.
  public let launches: Int
  /// All that together, between events before and after each.
  public let milliseconds: Double
}

/// Takes the times of kernels and library calls by events around each, while it runs.
final class LaunchClock: @unchecked Sendable {
  private struct Entry {
    let name: String
    let start: OpaquePointer?
    var end: OpaquePointer?
  }
  private struct State: @unchecked Sendable {
    var isRunning = false
    var entries: [Entry] = []
  }
  private let calls: cgpu_driver
  private let stream: OpaquePointer
  private let ordinal: Int
  private let state = Mutex(State())

  init(_ calls: cgpu_driver, ordinal: Int, stream: OpaquePointer) {
    (self.calls, self.ordinal, self.stream) = (calls, ordinal, stream)
  }

  /// Before something is started.
  func begin(_ name: @autoclosure () -> String) {
    state.withLock { state in
      guard state.isRunning else { return }
      state.entries.append(Entry(name: name(), start: event()))
    }
  }

  /// After it was.
  func end() {
    state.withLock { state in
      guard state.isRunning, let last = state.entries.indices.last,
        state.entries[last].end == nil
      else { return }
      state.entries[last].end = event()
    }
  }

  func start() { state.withLock { $0.isRunning = true } }

  /// The times by name, the longest first; the device must have been waited for.
  func stop() -> [LaunchTime] {
    let entries = state.withLock { state in
      defer { (state.isRunning, state.entries) = (false, []) }
      return Taken(entries: state.entries)
    }.entries
    var times: [String: (count: Int, sum: Double)] = [:]
    for entry in entries {
      var time: Float = 0
      if let end = entry.end {
        calls.check(calls.elapsed(&time, entry.start, end), "cuEventElapsedTime", on: ordinal)
        _ = calls.destroyEvent(end)
      }
      _ = calls.destroyEvent(entry.start)
      let known = times[entry.name] ?? (0, 0)
      times[entry.name] = (known.count + 1, known.sum + Double(time))
    }
    return times.map { LaunchTime(name: $0, launches: $1.count, milliseconds: $1.sum) }
      .sorted { ($1.milliseconds, $0.name) < ($0.milliseconds, $1.name) }
  }

  private struct Taken: @unchecked Sendable { let entries: [Entry] }

  private func event() -> OpaquePointer? {
    var event: OpaquePointer?
    calls.check(calls.createEvent(&event, 0), "cuEventCreate", on: ordinal)
    calls.check(calls.recordEvent(event, stream), "cuEventRecord", on: ordinal)
    return event
  }
}

extension CUDABackend {
  /// Runs `body`, waits for the device, and says what it spent on which kernels. Events between
  /// kernels cost a little; outside of CUDA graphs only.
  public func timingLaunches(_ body: () throws -> Void) rethrows -> [LaunchTime] {
    wait()
    context.clock.start()
    do { try body() } catch {
      context.wait()
      _ = context.clock.stop()
      throw error
    }
    context.wait()
    return context.clock.stop()
  }

  /// Waits until everything that was asked for is done, and reads nothing.
  public func finish() { context.wait() }
}
