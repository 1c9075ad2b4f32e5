internal import Files
internal import Foundation
public import Networks
internal import Processes
internal import Text

/// What a run was made with: enough to tell why two runs differ. Kept as `environment.json`.
public struct EnvironmentRecord: Codable, Sendable, Equatable {
  /// The SHA-256 of the program's file: runs of one program have one; nil in records of earlier
  /// versions.
  public var program: String?
  /// The commit of the checkout that the program lies in; nil where it lies in none.
  public var gitCommit: String?
  /// Whether files differed from that commit.
  public var gitDirty: Bool?
  /// The version of Pigment.
  public var pigment: String
  /// The version of the Swift compiler.
  public var swift: String
  /// The operating system.
  public var system: String
  /// The machine's name.
  public var host: String
  /// The processor's model.
  public var processor: String
  /// Its instructions that kernels are chosen by, such as `avx2 fma`; nil where that is not known,
  /// and in records of earlier versions.
  public var instructions: String?
  /// Cores that are available.
  public var cores: Int
  /// Threads that compute.
  public var threads: Int
  /// The versions of the libraries that compute, such as `oneDNN`.
  public var libraries: [String: String]
  /// The device.
  public var device: String
  /// The digest of the data set.
  public var dataHash: String
  /// The seed of all randomness.
  public var seed: UInt64
  /// The transfer task, such as `classify`; nil where the configuration names what is learned, and
  /// in records of earlier versions.
  public var task: String?
  /// What the trunk of a transfer task started from, as `--init` takes it; nil as above.
  public var start: String?
  /// What names of layers mean in the settings and results of the run; nil in records of versions
  /// whose names had their first meaning.
  public var layerNames: LayerNaming?
  /// The command and its arguments.
  public var command: [String]
  /// When the run started, as ISO 8601 in UTC.
  public var started: String

  /// What names of layers mean in the run.
  public var naming: LayerNaming { layerNames ?? .first }

  /// The environment of this process, with what only the caller knows.
  public static func current(
    pigment: String, device: String, threads: Int, dataHash: String, seed: UInt64,
    libraries: () -> [String: String] = { [:] }
  ) -> EnvironmentRecord {
    let place = programFile?.deletingLastPathComponent()
    let status = place.flatMap { git(in: $0, "status", "--porcelain", "--untracked-files=no") }
    return EnvironmentRecord(
      program: programDigest,
      gitCommit: place.flatMap { git(in: $0, "rev-parse", "HEAD") }?
        .trimmingCharacters(in: .whitespacesAndNewlines),
      gitDirty: status.map { !$0.isEmpty }, pigment: pigment, swift: swiftVersion,
      system: system, host: ProcessInfo.processInfo.hostName, processor: processor,
      instructions: instructions,
      cores: ProcessInfo.processInfo.activeProcessorCount, threads: threads,
      libraries: libraries(), device: device, dataHash: dataHash, seed: seed,
      layerNames: LayerNaming.inForce == .first ? nil : LayerNaming.inForce,
      command: CommandLine.arguments,
      started: Date().formatted(.iso8601))
  }

  /// The commit of the checkout that this program was built in, with `+changes` where files differ
  /// from it; nil where the program lies in no checkout.
  public static var programCommit: String? {
    guard let program = programFile,
      let commit = git(in: program.deletingLastPathComponent(), "rev-parse", "HEAD"),
      let status = git(
        in: program.deletingLastPathComponent(), "status", "--porcelain", "--untracked-files=no")
    else { return nil }
    return commit.trimmingCharacters(in: .whitespacesAndNewlines)
      + (status.isEmpty ? "" : "+changes")
  }

  /// The folder of this program's file, whatever links lead to it.
  package static var programFolder: String? { programFile?.deletingLastPathComponent().path }

  private static var programFile: URL? {
    Bundle.main.executableURL?.resolvingSymlinksInPath()
  }

  /// Read once; the program does not change while it runs.
  /// The SHA-256 of this program's file; nil where it cannot be read.
  public static let programDigest: String? = programFile.flatMap {
    try? Digest.hexadecimal(POSIXFiles.posix.read($0.path))
  }

  /// The first value of a key in a text of `key=value` or `key : value` lines.
  private static func value(of key: String, in path: String, separator: Character) -> String? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: separator, maxSplits: 1)
      if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == key {
        return parts[1].trimmingCharacters(in: CharacterSet(charactersIn: " \""))
      }
    }
    return nil
  }

  private static var system: String {
    value(of: "PRETTY_NAME", in: "/etc/os-release", separator: "=")
      ?? ProcessInfo.processInfo.operatingSystemVersionString
  }

  private static var processor: String {
    value(of: "model name", in: "/proc/cpuinfo", separator: ":") ?? "unknown"
  }

  /// Those that the libraries look for, of what the kernel lists.
  private static var instructions: String? {
    let listed = ["flags", "Features"].lazy.compactMap {
      value(of: $0, in: "/proc/cpuinfo", separator: ":")
    }.first
    let kinds = ["sse4_1", "avx", "fma", "f16c", "amx", "asimd", "sve", "bf16"]
    return listed.map { text in
      text.split(separator: " ").filter { flag in kinds.contains { flag.hasPrefix($0) } }
        .sorted().joined(separator: " ")
    }
  }

  private static var swiftVersion: String {
    #if compiler(>=6.4)
      "6.4 or later"
    #elseif compiler(>=6.3)
      "6.3"
    #elseif compiler(>=6.2)
      "6.2"
    #else
      "6.1"
    #endif
  }

  /// What git says; nil where there is no git or no repository.
  private static func git(in folder: URL, _ arguments: String...) -> String? {
    Subprocess.output(of: ["git", "-C", folder.path] + arguments)
  }
}
