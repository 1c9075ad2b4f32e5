internal import Files
internal import Foundation
internal import Processes
internal import Synchronization

/// Files of forms that this program does not write: newer ones, and such with parts that the
/// bounded reader does not know.
///
/// The HDF5 library reads them, which is not made for damaged files, in a process of its own that
/// may crash, hang or ask for too much: it copies what it can read into a file of our form.
public enum ForeignFile {
  /// How a program calls itself to read such a file: followed by the file and the copy.
  public static let verb = "read-foreign-hdf5"
  /// The attribute of a copy's root with what could not be copied: `PATH`, a line feed, the reason.
  static let unread = "pigment_unread"

  private static let helper = Mutex<String?>(nil)

  /// Names the program that is started to read such files; without one they are refused.
  public static func setHelper(_ program: String?) { helper.withLock { $0 = program } }

  /// Seconds that a file of this size may take.
  private static func limit(_ size: Int) -> Double { 20 + Double(size) / 1e7 }

  /// A copy of a file, which has lost its name already.
  static func copy(
    of path: String, because words: String
  ) throws(HDF5Error) -> (ByteFile, StoredNode) {
    let place = Place(path: path)
    let form = "it has \(words), as a newer HDF5 than this program's writes"
    let advice =
      "write it again with libver=('earliest', 'v110') in h5py, or with h5repack -l CONTI"
    guard let program = helper.withLock({ $0 }) else {
      throw place.error(
        "open", "\(form); only the program pigment reads such files, by a process of its own",
        remedy: advice)
    }
    let output = NSTemporaryDirectory() + "/pigment-\(UUID().uuidString).h5"
    defer { unlink(output) }
    let size = (try? POSIXFiles.posix.size(path)) ?? 0
    let failure: String?
    do {
      failure = try run(program, [verb, path, output], seconds: limit(size))
    } catch {
      throw place.error("open", "\(form), and no process to read it starts: \(error)")
    }
    if let failure {
      throw place.error("open", "\(form), and reading it \(failure)", remedy: advice)
    }
    let file = try ByteFile(output)
    do throws(Fault) { return (file, try TreeReader.root(of: file)) } catch {
      throw place.error("open", error)
    }
  }

  /// What became of a process; nil where it ended well.
  private static func run(
    _ program: String, _ arguments: [String], seconds: Double
  ) throws -> String? {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    // Words are few; a file takes any number, a pipe could fill up.
    let words = NSTemporaryDirectory() + "/pigment-\(UUID().uuidString).txt"
    try POSIXFiles.posix.close(try POSIXFiles.posix.open(words, .create))
    defer { unlink(words) }
    process.standardError = FileHandle(forWritingAtPath: words) ?? .nullDevice
    try process.run()
    let end = Date.now + seconds
    while process.isRunning, Date.now < end { usleep(2000) }
    guard !process.isRunning else {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      return "took more than \(Int(seconds)) seconds"
    }
    if process.terminationReason == .uncaughtSignal {
      return "ended by signal \(process.terminationStatus): it is damaged, or too large"
    }
    if process.terminationStatus == 0 { return nil }
    let said = (try? POSIXFiles.posix.read(words, at: 0, count: 2000)) ?? []
    return "failed: "
      + String(decoding: said, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// What the process does: copies `path` to `output`, within limits of memory and time, and ends.
  public static func serve(_ path: String, to output: String) -> Never {
    let size = UInt(max(0, (try? POSIXFiles.posix.size(path)) ?? 0))
    for (resource, amount) in [
      (RLIMIT_AS, 4 * size + 4 << 30), (RLIMIT_CPU, UInt(limit(Int(size)))),
      (RLIMIT_FSIZE, 16 * size + 1 << 30), (RLIMIT_CORE, 0),
    ] {
      var limits = rlimit(rlim_cur: amount, rlim_max: amount)
      setrlimit(__rlimit_resource_t(resource.rawValue), &limits)
    }
    do throws(HDF5Error) {
      let reader = try ForeignReader(path)
      let writer = try HDF5Writer(creating: output)
      try reader.copy(to: writer)
      try writer.commit()
    } catch {
      Output.say("\(error.call): \(error.detail)")
      _exit(1)
    }
    // The library's own end would close what may be broken.
    _exit(0)
  }

  /// Why something is not in a copy; nil where it was not in the file either.
  static func reason(for name: String, in root: StoredNode, _ file: ByteFile) -> String? {
    guard let list = root.attributes.first(where: { $0.name == unread }),
      let lines = try? list.elements(String.self, file, Place(path: file.path))
    else { return nil }
    let path = HDF5Contents.absolute(name)
    for line in lines {
      let parts = line.split(separator: "\n", maxSplits: 1)
      if parts.count == 2, parts[0] == path { return String(parts[1]) }
    }
    return nil
  }
}
