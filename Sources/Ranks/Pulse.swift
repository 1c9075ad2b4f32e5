internal import Processes
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Ranks tell each other that they are alive, also while they compute: one that was stopped or cut
/// off is found by its silence.
public final class Pulse: Sendable {
  /// Seconds of silence after which a rank is lost.
  public static let patience = 6.0
  private static let interval = 0.5

  private let group: RankGroup
  private let isOver = Atomic<Bool>(false)
  private let worker = Mutex<Worker?>(nil)

  /// Begins; `lose` is called once, on a thread of its own, with a rank that was silent for so many
  /// seconds.
  public init(
    _ group: RankGroup, patience: Double = Pulse.patience,
    lose: @escaping @Sendable (_ rank: Int, _ seconds: Double) -> Void
  ) throws {
    self.group = group
    let started = try Worker { [self] in beat(patience, lose) }
    worker.withLock { $0 = started }
  }

  /// Ends, before the group does.
  public func stop() {
    isOver.store(true, ordering: .relaxed)
    worker.withLock { worker in
      worker?.join()
      worker = nil
    }
  }

  private func beat(_ patience: Double, _ lose: (Int, Double) -> Void) {
    let others = (0..<group.count).filter { $0 != group.rank }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: others.count + 1, alignment: 1)
    defer { memory.deallocate() }
    let own = UnsafeRawBufferPointer(rebasing: memory[others.count...])
    var (sent, asked) = ([Int: Transport.Ticket](), [Int: Transport.Ticket]())
    var heard = Dictionary(uniqueKeysWithValues: others.map { ($0, Self.now) })
    var last = Self.now
    while !isOver.load(ordering: .relaxed) {
      let now = Self.now
      // Who was stopped itself cannot tell who else was.
      if now - last > patience / 2 { for rank in others { heard[rank] = now } }
      last = now
      for (place, rank) in others.enumerated() {
        // A rank whose library failed says nothing more; its silence is what is found.
        let isDone = try? group.call { transport throws(RankError) in
          if let ticket = sent[rank], try transport.isDone(ticket) { sent[rank] = nil }
          if sent[rank] == nil { sent[rank] = try transport.send(own, to: rank, tag: .pulse) }
          guard let ticket = asked[rank] else {
            asked[rank] = try transport.receive(
              .init(rebasing: memory[place...place]), from: rank, tag: .pulse)
            return false
          }
          return try transport.isDone(ticket)
        }
        if isDone == true {
          asked[rank] = nil
          heard[rank] = now
        }
        if now - heard[rank]! > patience { return lose(rank, now - heard[rank]!) }
      }
      usleep(UInt32(Self.interval * 1e6))
    }
    for ticket in asked.values {
      try? group.call { transport throws(RankError) in try transport.cancel(ticket) }
    }
  }

  private static var now: Double { (ContinuousClock.now - start).seconds }
  private static let start = ContinuousClock.now
}
