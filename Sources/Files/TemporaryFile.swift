internal import Foundation
internal import Synchronization

/// The name of a file or folder that is not whole yet: `PATH.tmp.HOST.PROCESS.NUMBER-START`.
///
/// It lies beside its place, so that taking it is one step, and says who writes it: what a process
/// of this machine left that no longer runs may go; what others write stays. START tells a process
/// from a later one with its number.
public struct TemporaryFile: Sendable, Equatable {
  /// The name that it would have taken.
  public let target: String
  /// The machine; nil in names that earlier versions gave.
  public let host: String?
  /// The process.
  public let process: Int32
  /// When it began, in the system's ticks; nil in names of earlier versions.
  public let start: UInt64?

  /// What a name says; nil where it is that of no unfinished file.
  public init?(name: String) {
    guard let mark = name.range(of: ".tmp.", options: .backwards) else { return nil }
    let words = name[mark.upperBound...].split(separator: ".", omittingEmptySubsequences: false)
    // HOST may have dots of its own.
    let isOld = words.count == 1
    guard isOld || words.count > 2, let process = Int32(words[isOld ? 0 : words.count - 2]) else {
      return nil
    }
    target = String(name[..<mark.lowerBound])
    host = isOld ? nil : words.dropLast(2).joined(separator: ".")
    let number = words[words.count - 1].split(separator: "-", omittingEmptySubsequences: false)
    start = !isOld && number.count == 2 ? UInt64(number[1]) : nil
    self.process = process
  }

  /// A name beside `path` that no other process uses, always the same: what this process left
  /// there it writes over.
  public static func path(for path: String) -> String { Self.path(for: path, number: 0) }

  /// A name beside `path` that nobody else uses, nor this process a second time.
  public static func newPath(for path: String) -> String {
    Self.path(for: path, number: serial.add(1, ordering: .relaxed).newValue)
  }

  private static func path(for path: String, number: Int) -> String {
    "\(path).tmp.\(thisHost).\(getpid()).\(number)"
      + (thisStart.map { "-\($0)" } ?? "")
  }

  /// Whether this is the name of an unfinished file.
  public static func isOne(_ name: String) -> Bool { TemporaryFile(name: name) != nil }

  /// Whether it was left behind by a process of this machine.
  public func isAbandoned(isRunning: (Int32) -> Bool = isRunning) -> Bool {
    guard (host ?? Self.thisHost) == Self.thisHost else { return false }
    guard isRunning(process) else { return true }
    // The number may have gone to another process.
    guard let start, let now = RunningProcess(process)?.start else { return false }
    return start != now
  }

  /// Removes what processes of this machine that no longer run left of `path`, files and folders,
  /// as far as it can.
  public static func removeLeftovers(
    of path: String, isRunning: (Int32) -> Bool = isRunning
  ) {
    let folder = folder(of: path)
    let target = path.split(separator: "/").last.map(String.init)
    for name in (try? POSIXFiles.posix.list(folder)) ?? [] {
      guard let found = TemporaryFile(name: name), found.target == target,
        found.isAbandoned(isRunning: isRunning)
      else { continue }
      try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }

  /// The same for everything in a folder whose target `isOurs` accepts, at any depth where
  /// `deeply`. Names without a host stay: in a folder of the user's they may be another program's.
  public static func removeLeftovers(
    in folder: String, deeply: Bool = false,
    where isOurs: (_ target: String) -> Bool = { _ in true }
  ) {
    for name in (try? POSIXFiles.posix.list(folder)) ?? [] {
      let path = "\(folder)/\(name)"
      if let found = TemporaryFile(name: name) {
        guard found.host != nil, isOurs(found.target), found.isAbandoned() else { continue }
        try? FileManager.default.removeItem(atPath: path)
      } else if deeply, POSIXFiles.posix.isFolder(path) {
        removeLeftovers(in: path, deeply: true, where: isOurs)
      }
    }
  }

  /// Whether there is a process of this number that still does something: one that only waits for
  /// its parent to take notice (a zombie) does not.
  public static func isRunning(_ process: Int32) -> Bool {
    guard kill(process, 0) == 0 || errno == EPERM else { return false }
    return RunningProcess(process)?.isOver != true
  }

  private static var thisHost: String {
    var bytes = [CChar](repeating: 0, count: 256)
    guard gethostname(&bytes, bytes.count - 1) == 0 else { return "localhost" }
    return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

private let thisStart = RunningProcess(getpid())?.start

/// Tells apart what the threads of this process write.
private let serial = Atomic(0)
