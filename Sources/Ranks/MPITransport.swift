internal import CRanks

/// An MPI library, by the shared object that was compiled for it.
public final class MPITransport: Transport {
  /// What the library calls itself, its first line.
  public let name: String
  /// The place of this process, from 0.
  public let rank: Int
  /// How many processes there are.
  public let count: Int
  private let library: cranks_library

  /// Opens the shared object and begins. Only a process that a launcher started may.
  public init(opening path: String) throws(RankError) {
    var problem = [CChar](repeating: 0, count: 500)
    guard let library = cranks_open(path, &problem, Int32(problem.count)) else {
      throw .noLibrary(problem: "\(path): cannot be opened: \(Self.text(problem))")
    }
    self.library = library.pointee
    let code = self.library.start()
    guard code == 0 else {
      throw .library(call: "start", problem: Self.words(code, self.library))
    }
    rank = Int(self.library.rank())
    count = Int(self.library.count())
    var words = [CChar](repeating: 0, count: 500)
    _ = self.library.name(&words, Int32(words.count))
    let line = Self.text(words).split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    // `Open MPI v4.1.4, package: …` and `MPICH Version:\t4.0.2`.
    name =
      line.split(separator: ",").first
      .map { $0.replacing("Version:", with: "").split(whereSeparator: \.isWhitespace) }
      .map { $0.joined(separator: " ") } ?? "MPI"
  }

  public func send(
    _ bytes: UnsafeRawBufferPointer, to rank: Int, tag: MessageTag
  ) throws(RankError) -> Ticket {
    try ticket("send to rank \(rank)") {
      library.send(bytes.baseAddress, Int64(bytes.count), Int32(rank), tag.rawValue, &$0)
    }
  }

  public func receive(
    _ bytes: UnsafeMutableRawBufferPointer, from rank: Int, tag: MessageTag
  ) throws(RankError) -> Ticket {
    try ticket("receive from rank \(rank)") {
      library.receive(bytes.baseAddress, Int64(bytes.count), Int32(rank), tag.rawValue, &$0)
    }
  }

  public func isDone(_ ticket: Ticket) throws(RankError) -> Bool {
    var isDone: Int32 = 0
    try check(library.test(ticket, &isDone), "wait")
    return isDone != 0
  }

  public func cancel(_ ticket: Ticket) throws(RankError) {
    try check(library.cancel(ticket), "cancel")
  }

  public func sum(_ numbers: UnsafeMutableBufferPointer<Float>) throws(RankError) -> Ticket {
    try ticket("sum") { library.sum(numbers.baseAddress, Int64(numbers.count), &$0) }
  }

  public func finish() throws(RankError) { try check(library.finish(), "finish") }

  /// What `ask` asked for.
  private func ticket(
    _ call: String, _ ask: (inout Ticket) -> Int32
  ) throws(RankError) -> Ticket {
    var ticket: Ticket = -1
    try check(ask(&ticket), call)
    return ticket
  }

  private func check(_ code: Int32, _ call: String) throws(RankError) {
    guard code == 0 else { throw .library(call: call, problem: Self.words(code, library)) }
  }

  private static func words(_ code: Int32, _ library: cranks_library) -> String {
    var words = [CChar](repeating: 0, count: 500)
    _ = library.explain(code, &words, Int32(words.count))
    return "\(text(words)) (\(code))"
  }

  private static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
