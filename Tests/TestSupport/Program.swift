public import Foundation

/// Programs that tests run as their users would.
public enum Program {
  /// The built `pigment`, which lies beside the tests.
  public static let pigment = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appending(path: "pigment").path

  /// What a program that has ended leaves.
  public struct Outcome: Sendable {
    /// The exit status; of a signal its number.
    public let status: Int32
    /// What it wrote, standard error after standard output.
    public let output: String
    /// What it wrote to standard error.
    public let errors: String
  }

  /// Starts a program, in a folder or in this one; its words go to `output`, or nowhere.
  public static func launch(
    _ program: String, _ arguments: [String], in folder: String? = nil,
    output: FileHandle = .nullDevice, errors: FileHandle = .nullDevice
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = URL(filePath: folder) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    // The threads that tests run on block signals, and a child would inherit that.
    var (all, before) = (sigset_t(), sigset_t())
    sigfillset(&all)
    pthread_sigmask(SIG_UNBLOCK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try process.run()
    return process
  }

  /// Runs a program to its end, in a folder or in this one.
  public static func run(
    _ program: String, _ arguments: [String], in folder: String? = nil
  ) throws -> Outcome {
    let files = (0..<2).map { _ in
      FileManager.default.temporaryDirectory.appending(path: "pigment-words-\(UUID())").path
    }
    defer { for file in files { try? FileManager.default.removeItem(atPath: file) } }
    let handles = try files.map { file in
      _ = FileManager.default.createFile(atPath: file, contents: nil)
      return try FileHandle(forWritingTo: URL(filePath: file))
    }
    let process = try launch(
      program, arguments, in: folder, output: handles[0], errors: handles[1])
    process.waitUntilExit()
    let words = try files.map { try String(contentsOfFile: $0, encoding: .utf8) }
    return Outcome(
      status: process.terminationStatus, output: words.joined(), errors: words[1])
  }

  /// The program of this name that a shell would find; nil where there is none.
  public static func find(_ name: String) -> String? {
    if name.contains("/") { return FileManager.default.isExecutableFile(atPath: name) ? name : nil }
    return (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// A Python with these packages: the one that `PIGMENT_PYTHON` names, that of `make bench-peer`,
  /// or `python3`; nil where none has them.
  public static func python(with packages: [String]) -> String? {
    let named = ProcessInfo.processInfo.environment["PIGMENT_PYTHON"]
    let candidates = [named, SharedData.packagePath("build/peer/bin/python"), "python3"]
    return candidates.lazy.compactMap { $0 }.compactMap(find).first { python in
      (try? run(python, ["-c", "import \(packages.joined(separator: ", "))"]))?.status == 0
    }
  }
}
