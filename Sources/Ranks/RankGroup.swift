internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The processes that share one run.
///
/// Sums are the upper levels of the binary tree along which each process sums its own share: rank 0
/// and 1, 2 and 3, then both pairs. So any number of ranks that is a power of two gives the same
/// bits, and every rank has all of them. All ranks ask for collective operations in the same order,
/// each from one thread.
public final class RankGroup: @unchecked Sendable {
  /// The place of this process, from 0.
  public let rank: Int
  /// How many processes there are: a power of two.
  public let count: Int
  /// What they are joined by.
  public let name: String
  /// Steps so far, for messages about what is out of step.
  public var step: Int {
    get { position.withLock { $0.step } }
    set { position.withLock { $0.step = newValue } }
  }
  /// Bytes that were sent, without headings.
  public private(set) var bytesSent = 0

  /// The most ranks: a batch has eight pieces.
  public static let most = 8

  // A library takes calls from one thread at a time; the pulse has a thread of its own.
  private let transport: Mutex<Joined>
  private let position = Mutex((place: 0, step: 0))
  private struct Joined: @unchecked Sendable { let transport: any Transport }

  /// A group of those that `transport` joins.
  public init(_ transport: sending any Transport) throws(RankError) {
    (rank, count, name) = (transport.rank, transport.count, transport.name)
    self.transport = Mutex(Joined(transport: transport))
    guard count <= Self.most, count & (count - 1) == 0 else {
      throw .count(count, allowed: [1, 2, 4, 8])
    }
  }

  /// Whether this is the rank that writes.
  public var isFirst: Bool { rank == 0 }

  /// Which of so many things in a row are this rank's: shares are equal to within one.
  public func share(of total: Int) -> Range<Int> {
    total * rank / count..<total * (rank + 1) / count
  }

  /// Leaves the others.
  public func finish() throws(RankError) {
    try call { transport throws(RankError) in try transport.finish() }
  }

  func call<Result: Sendable>(
    _ body: (any Transport) throws(RankError) -> Result
  ) throws(RankError) -> Result {
    try transport.withLock { joined throws(RankError) in try body(joined.transport) }
  }

  /// The heading of the next operation.
  func next(_ operation: Heading.Operation, count: Int) -> Heading {
    position.withLock { position in
      defer { position.place += 1 }
      return Heading(operation, count: count, place: position.place, step: position.step)
    }
  }

  /// Sends bytes to a rank and receives others from one. Headings go first, and must be equal.
  func exchange(
    _ heading: Heading, send: UnsafeRawBufferPointer, to: Int,
    receive: UnsafeMutableRawBufferPointer, from: Int
  ) throws(RankError) {
    let mine = heading.bytes
    var theirs = [UInt8](repeating: 0, count: Heading.byteCount)
    // Nothing may leave before all that was asked for is done: the memory is read and written.
    try mine.withUnsafeBufferPointer { mine throws(RankError) in
      try theirs.withUnsafeMutableBufferPointer { theirs throws(RankError) in
        let first = try call { transport throws(RankError) in
          [
            try transport.receive(.init(theirs), from: from, tag: .heading),
            try transport.send(.init(mine), to: to, tag: .heading),
          ]
        }
        try wait(for: first)
      }
    }
    let found = Heading(bytes: theirs)
    guard found == heading else {
      throw .outOfStep(
        mine: "\(heading)", rank: rank, theirs: found.map { "\($0)" } ?? "something unknown",
        otherRank: from)
    }
    let most = 1 << 30
    for start in stride(from: 0, to: max(send.count, receive.count), by: most) {
      let out = UnsafeRawBufferPointer(rebasing: send.dropFirst(start).prefix(most))
      let into = UnsafeMutableRawBufferPointer(rebasing: receive.dropFirst(start).prefix(most))
      let content = try call { transport throws(RankError) in
        var asked: [Transport.Ticket] = []
        if !into.isEmpty {
          asked.append(try transport.receive(into, from: from, tag: .content))
        }
        if !out.isEmpty { asked.append(try transport.send(out, to: to, tag: .content)) }
        return asked
      }
      try wait(for: content)
    }
    bytesSent += send.count
  }

  /// Waits until all of it is done: a moment busily, then asleep between looks, since other ranks
  /// may need this core.
  func wait(for tickets: [Transport.Ticket]) throws(RankError) {
    var open = tickets
    var looks = 0
    while true {
      open = try call { transport throws(RankError) in
        var left: [Transport.Ticket] = []
        for ticket in open where try !transport.isDone(ticket) { left.append(ticket) }
        return left
      }
      if open.isEmpty { return }
      looks += 1
      if looks > 2000 { usleep(100) } else if looks > 100 { sched_yield() }
    }
  }
}
