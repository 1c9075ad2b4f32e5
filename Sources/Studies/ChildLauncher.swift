internal import Files
internal import Foundation
internal import Processes
internal import Runs
internal import Text

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Steps as child processes of the program itself.
///
/// A child that loses its parent saves and ends (`Signals.parentVariable`), and holds the lock of
/// its step until then: the lock is its standard input, of which it reads nothing.
public final class ChildLauncher: StepLauncher {
  private let program: String
  private let jobs: Int
  private let threads: Int
  private let gate: MemoryGate
  private var children: [(id: String, process: Process, lock: FileHandle)] = []

  /// Children of `program`, at most `jobs` at a time, each with so many threads.
  public init(program: String, jobs: Int, threads: Int) {
    self.program = program
    self.jobs = jobs
    self.threads = threads
    gate = MemoryGate()
  }

  /// Whether fewer run than may, and the memory that one needs is free.
  public var hasRoom: Bool {
    children.isEmpty
      || children.count < jobs
        && gate.allowsAnother(beside: children.map { $0.process.processIdentifier })
  }

  /// Starts a child; false where an orphan of an earlier call is still at its step.
  public func launch(
    _ step: StudyStep, arguments: [String], log: String, lock: String
  ) throws -> Bool {
    guard let held = try take(lock) else { return false }
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardInput = held
    let output = try append(to: log)
    process.standardOutput = output
    process.standardError = output
    process.environment = ProcessInfo.processInfo.environment.merging([
      Signals.parentVariable: "\(getpid())", "OMP_NUM_THREADS": "\(threads)",
    ]) { _, own in own }
    do { try process.run() } catch {
      throw RunError(path: program, problem: "cannot be started: \(error)")
    }
    try output.close()
    children.append((step.id, process, held))
    return true
  }

  /// Those that ended, after at most a tenth of a second.
  public func ended() -> [(id: String, status: Int32)] {
    if children.allSatisfy(\.process.isRunning) { usleep(100_000) }
    let over = children.filter { !$0.process.isRunning }
    children.removeAll { !$0.process.isRunning }
    return over.map { child in
      child.process.waitUntilExit()
      try? child.lock.close()
      let status = child.process.terminationStatus
      return (child.id, child.process.terminationReason == .exit ? status : 128 + status)
    }
  }

  /// Sends all of them the signal after which runs save and end.
  public func stop() {
    for child in children { kill(child.process.processIdentifier, SIGTERM) }
  }

  /// The lock at a path, where nobody has it.
  private func take(_ path: String) throws -> FileHandle? {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw RunError(path: path, problem: "cannot be opened: \(FileError.reason())")
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      guard code == EWOULDBLOCK else {
        throw RunError(
          path: path, problem: "cannot be locked: \(FileError.reason(code))")
      }
      return nil
    }
    return file
  }

  private func append(to path: String) throws -> FileHandle {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw RunError(path: path, problem: "cannot be opened: \(FileError.reason())")
    }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }
}
