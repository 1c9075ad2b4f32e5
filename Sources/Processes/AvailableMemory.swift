internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Memory that this process can still have, and what sets the limit.
public struct AvailableMemory: Sendable, Equatable {
  /// Bytes.
  public let bytes: Int
  /// What sets the limit, in words, such as `the machine has no more free`.
  public let reason: String

  /// Memory of so many bytes.
  public init(bytes: Int, reason: String) { (self.bytes, self.reason) = (bytes, reason) }

  /// The least of what the machine has free, what the control groups of the process leave (either
  /// version) and what its address space may grow by (`ulimit -v`); nil where the system says
  /// nothing. `root` stands before the paths of the system's files, for tests.
  public static func ofProcess(root: String = "") -> AvailableMemory? {
    [ofMachine(root: root), ofAddressSpace()].compactMap { $0 }.min { $0.bytes < $1.bytes }
  }

  /// The same without the limit of this process alone, which its children need not have.
  public static func ofMachine(root: String = "") -> AvailableMemory? {
    var found: [AvailableMemory] = []
    if let free = free(root: root) {
      // What does not fit is swapped out, where there is room for that.
      let swap = kilobytes("SwapFree:", root: root) ?? 0
      found.append(.init(bytes: free + swap << 10, reason: "the machine has no more free"))
    }
    // Version 2 has one line, `0::/path`; of version 1 it is that of the controller `memory`.
    for line in lines("\(root)/proc/self/cgroup") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      if parts[0] == "0" {
        found += ofGroups(
          "\(root)/sys/fs/cgroup", String(parts[2]), limit: "memory.max", use: "memory.current",
          cache: "inactive_file ")
      } else if parts[1].split(separator: ",").contains("memory") {
        found += ofGroups(
          "\(root)/sys/fs/cgroup/memory", String(parts[2]), limit: "memory.limit_in_bytes",
          use: "memory.usage_in_bytes", cache: "total_inactive_file ")
      }
    }
    return found.min { $0.bytes < $1.bytes }
  }

  /// What the machine has free without swapping, in bytes, whatever any limit allows.
  public static func free(root: String = "") -> Int? {
    kilobytes("MemAvailable:", root: root).map { $0 << 10 }
  }

  private static func kilobytes(_ name: String, root: String) -> Int? {
    let line = lines("\(root)/proc/meminfo").first { $0.hasPrefix(name) }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
  }

  /// What a control group and those around it leave; the folders of other machines' groups, of
  /// which a container hears, are not there.
  private static func ofGroups(
    _ mount: String, _ path: String, limit: String, use: String, cache: String
  ) -> [AvailableMemory] {
    var found: [AvailableMemory] = []
    var parts = path.split(separator: "/")
    while true {
      let folder = ([mount] + parts.map(String.init)).joined(separator: "/")
      // A group without a limit says `max`, or has a number beyond any machine.
      if let most = number("\(folder)/\(limit)"), most < 1 << 60,
        let used = number("\(folder)/\(use)")
      {
        // Files that were read lately are given up before memory runs out.
        let files = lines("\(folder)/memory.stat").first { $0.hasPrefix(cache) }
          .flatMap { Int($0.dropFirst(cache.count)) }
        found.append(
          .init(
            bytes: max(0, most - used + (files ?? 0)), reason: "its control group allows no more"))
      }
      guard parts.popLast() != nil else { return found }
    }
  }

  private static func ofAddressSpace() -> AvailableMemory? {
    var limits = rlimit()
    #if canImport(Glibc)
      guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limits) == 0 else { return nil }
    #else
      guard getrlimit(RLIMIT_AS, &limits) == 0 else { return nil }
    #endif
    guard limits.rlim_cur < 1 << 60,
      let pages = lines("/proc/self/statm").first?.split(separator: " ").first.flatMap({ Int($0) })
    else { return nil }
    return .init(
      bytes: max(0, Int(limits.rlim_cur) - pages * Int(sysconf(Int32(_SC_PAGESIZE)))),
      reason: "ulimit -v allows no more")
  }

  private static func lines(_ path: String) -> [Substring] {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
    return text.split(separator: "\n")
  }

  private static func number(_ path: String) -> Int? { lines(path).first.flatMap { Int($0) } }
}
