internal import Foundation
internal import Processes

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Whether memory allows one more child: as much must be free as the largest child so far took, for
/// the new one and for what those that run have yet to take.
public struct MemoryGate {
  /// What a child is taken to need before one has ended, in bytes.
  public static let guess = 1 << 30

  /// Bytes that are available; nil where the system does not say.
  public var available: () -> Int? = { AvailableMemory.free() }
  /// The most that a child took that has ended, in bytes; 0 before.
  public var largest: () -> Int = { PeakMemory.largestChild }
  /// What a process takes now, in bytes.
  public var taken: (_ process: Int32) -> Int = Self.resident

  /// A gate that asks the system.
  public init() {}

  /// Whether there is room for one more beside these processes.
  public func allowsAnother(beside processes: [Int32]) -> Bool {
    guard let available = available() else { return true }
    let one = max(Self.guess, largest())
    return available >= one + processes.reduce(0) { $0 + max(0, one - taken($1)) }
  }

  private static func resident(_ process: Int32) -> Int {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8),
      let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return 0 }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}
