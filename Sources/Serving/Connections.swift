internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import Processes
internal import Synchronization

/// What all connections of a server share: the site, the gate, the limits, and who is there.
final class Connections: Sendable {
  let site: Site
  let gate: RequestGate
  let limits: ServerLimits
  private let threads: NIOThreadPool
  private let state = Mutex(State())

  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var answers = 0
    var isEnding = false
    var failures: Set<String> = []
  }

  init(_ site: Site, _ gate: RequestGate, _ limits: ServerLimits, on threads: NIOThreadPool) {
    (self.site, self.gate, self.limits, self.threads) = (site, gate, limits, threads)
  }

  /// Whether the server is about to end, so that no connection is kept.
  var isEnding: Bool { state.withLock(\.isEnding) }

  /// Takes note of a connection; false where there are too many.
  func open(_ channel: any Channel) -> Bool {
    state.withLock {
      guard $0.channels.count < limits.connections, !$0.isEnding else { return false }
      $0.channels[ObjectIdentifier(channel)] = channel
      return true
    }
  }

  func closed(_ channel: any Channel) {
    state.withLock { _ = $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
  }

  /// What the site answers, from a thread that may wait. A failure is said once, on this side.
  func answer(_ request: WebRequest, on loop: any EventLoop) -> EventLoopFuture<WebResponse> {
    let isFree = state.withLock {
      guard $0.answers < limits.answers else { return false }
      $0.answers += 1
      return true
    }
    guard isFree else {
      return loop.makeSucceededFuture(.init(.busy, "too much to do; try again"))
    }
    return threads.runIfActive(eventLoop: loop) { [self] in
      defer { state.withLock { $0.answers -= 1 } }
      do { return try site.answer(request) } catch {
        let words = "\(error)"
        if state.withLock({ $0.failures.insert(words).inserted }) { Output.warn(words) }
        return WebResponse(.failed, "it could not be done; nothing was stored")
      }
    }
  }

  /// Lets answers that are being made be sent, for some seconds, then closes everything.
  func end(within seconds: Double) {
    state.withLock { $0.isEnding = true }
    let last = Date(timeIntervalSinceNow: seconds)
    while state.withLock({ $0.answers > 0 }) && Date() < last { usleep(10_000) }
    // What was just made is handed to the loops before the closing that follows it.
    usleep(20_000)
    for channel in state.withLock({ Array($0.channels.values) }) {
      channel.eventLoop.execute { channel.close(promise: nil) }
    }
  }
}
