/// A way for the processes of one run to send each other bytes.
///
/// Calls come from one thread at a time. What is asked for is done later: `isDone` says when, and
/// the memory must stay until then. Messages of one tag between two ranks arrive in their order.
public protocol Transport: AnyObject {
  /// Something that was asked for.
  typealias Ticket = Int32

  /// What it is, such as `Open MPI 4.1.4`.
  var name: String { get }
  /// The place of this process, from 0.
  var rank: Int { get }
  /// How many processes there are.
  var count: Int { get }

  /// Asks for bytes to be sent.
  func send(
    _ bytes: UnsafeRawBufferPointer, to rank: Int, tag: MessageTag
  ) throws(RankError) -> Ticket
  /// Asks for as many bytes as fit to be received.
  func receive(
    _ bytes: UnsafeMutableRawBufferPointer, from rank: Int, tag: MessageTag
  ) throws(RankError) -> Ticket
  /// Whether it is done, after which it is forgotten.
  func isDone(_ ticket: Ticket) throws(RankError) -> Bool
  /// Gives up bytes that were to be received.
  func cancel(_ ticket: Ticket) throws(RankError)
  /// The transport's own sum over all ranks, in whatever order it adds.
  func sum(_ numbers: UnsafeMutableBufferPointer<Float>) throws(RankError) -> Ticket
  /// Leaves the others; nothing can be sent any more.
  func finish() throws(RankError)
}

/// What a message is.
public enum MessageTag: Int32, Sendable {
  /// What the next message holds: `Heading`.
  case heading = 1
  /// Numbers or bytes.
  case content = 2
  /// That the sender is alive.
  case pulse = 3
}
