internal import Files
internal import Foundation

/// The program that draws figures, run as a child process.
public struct Gnuplot: Sendable {
  /// Where it lies.
  public let path: String

  /// The first `gnuplot` in the folders of `searchPath` (separated by colons; nil: of `PATH`).
  ///
  /// Throws an error that names the package to install when there is none.
  public init(searchPath: String? = nil) throws(PlotError) {
    let folders = searchPath ?? ProcessInfo.processInfo.environment["PATH"] ?? ""
    let candidates = folders.split(separator: ":").map { "\($0)/gnuplot" }
    guard let found = candidates.first(where: FileManager.default.isExecutableFile) else {
      throw .gnuplotMissing(searched: folders)
    }
    path = found
  }

  /// Draws a figure into a file, whole or not at all; an existing file is replaced.
  public func draw(
    _ figure: Figure, to file: String, as format: FigureFormat
  ) throws(PlotError) {
    let unique = "pigment-\(UUID().uuidString)"
    let image = FileManager.default.temporaryDirectory.appending(path: unique)
    let script = image.appendingPathExtension("gnuplot")
    defer {
      try? FileManager.default.removeItem(at: script)
      try? FileManager.default.removeItem(at: image)
    }
    let text = try figure.script(format, output: image.path)
    do {
      try Data(text.utf8).write(to: script)
    } catch {
      throw .notWritable(path: script.path, reason: "\(error)")
    }
    // gnuplot would stop too, but with words about its own internals.
    guard FileManager.default.isWritableFile(atPath: folder(of: file)) else {
      throw .notWritable(path: file, reason: "its folder is missing or closed to writing")
    }
    try run(script.path)
    do { try AtomicFile.write(POSIXFiles.posix.read(image.path), to: file) } catch {
      throw .notWritable(path: file, reason: (error as? FileError)?.reason ?? "\(error)")
    }
  }

  /// Runs a script without the user's own settings, which would make figures differ.
  private func run(_ script: String) throws(PlotError) {
    let process = Process()
    let complaints = Pipe()
    process.executableURL = URL(filePath: path)
    process.arguments = ["--default-settings", script]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = complaints
    do { try process.run() } catch {
      throw .gnuplotFailed(code: -1, message: "it could not be started: \(error)")
    }
    let message = String(
      decoding: complaints.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw .gnuplotFailed(
        code: process.terminationStatus,
        message: message.trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }
}
