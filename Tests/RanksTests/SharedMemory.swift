import Ranks
import Synchronization

/// Ranks as threads of one process, which send each other bytes by way of a shared table.
final class SharedMemory: Transport {
  /// What was sent and not yet received.
  final class Mail: Sendable {
    struct Route: Hashable { let from, to: Int, tag: MessageTag }
    let boxes = Mutex<[Route: [[UInt8]]]>([:])
  }
  private enum Asked {
    case done
    case bytes(Mail.Route, UnsafeMutableRawBufferPointer)
  }

  let name = "threads"
  let rank, count: Int
  private let mail: Mail
  private var asked: [Ticket: Asked] = [:]
  private var next: Ticket = 0
  /// Messages of content that this rank sent.
  private(set) var messages = 0

  init(_ mail: Mail, rank: Int, count: Int) {
    (self.mail, self.rank, self.count) = (mail, rank, count)
  }

  func send(
    _ bytes: UnsafeRawBufferPointer, to other: Int, tag: MessageTag
  ) throws(RankError) -> Ticket {
    let (route, copy) = (Mail.Route(from: rank, to: other, tag: tag), Array(bytes))
    mail.boxes.withLock { $0[route, default: []].append(copy) }
    return ticket(.done)
  }

  func receive(
    _ bytes: UnsafeMutableRawBufferPointer, from other: Int, tag: MessageTag
  ) throws(RankError) -> Ticket {
    ticket(.bytes(.init(from: other, to: rank, tag: tag), bytes))
  }

  func isDone(_ ticket: Ticket) throws(RankError) -> Bool {
    if case .bytes(let route, let memory)? = asked[ticket] {
      let found = mail.boxes.withLock { boxes -> [UInt8]? in
        guard let first = boxes[route]?.first else { return nil }
        boxes[route]?.removeFirst()
        return first
      }
      guard let found else { return false }
      memory.copyBytes(from: found)
    }
    asked[ticket] = nil
    return true
  }

  func cancel(_ ticket: Ticket) throws(RankError) { asked[ticket] = nil }
  func sum(_ numbers: UnsafeMutableBufferPointer<Float>) throws(RankError) -> Ticket {
    throw .library(call: "sum", problem: "threads have none")
  }
  func finish() throws(RankError) {}

  private func ticket(_ what: Asked) -> Ticket {
    next += 1
    asked[next] = what
    return next
  }
}
