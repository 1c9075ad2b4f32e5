import Files
import Foundation
import Testing

@Suite struct TemporaryFileTests {
  @Test func namesAreReadBack() throws {
    let path = TemporaryFile.path(for: "runs/a.tmp.b")
    #expect(path.hasPrefix("runs/a.tmp.b.tmp.") && path == TemporaryFile.path(for: "runs/a.tmp.b"))
    let new = TemporaryFile.newPath(for: "runs/a.tmp.b")
    #expect(![path, TemporaryFile.newPath(for: "runs/a.tmp.b")].contains(new))
    let found = try #require(TemporaryFile(name: String(path.dropFirst("runs/".count))))
    #expect(found.target == "a.tmp.b" && found.process == getpid())
    #expect(!found.isAbandoned() && found.isAbandoned(isRunning: { _ in false }))
  }

  @Test func hostsMayHaveDotsAndEarlierNamesHaveNone() throws {
    let other = try #require(TemporaryFile(name: "x.h5.tmp.node-1.cluster.org.111.7"))
    #expect(other.host == "node-1.cluster.org" && other.process == 111)
    #expect(!other.isAbandoned(isRunning: { _ in false }), "it may run on its own machine")
    let old = try #require(TemporaryFile(name: "step-5.ckpt.tmp.111"))
    #expect(old.host == nil && old.process == 111 && old.isAbandoned(isRunning: { _ in false }))
    for name in ["a.tmp", "a.tmp.b", "a.tmp.host.1", "a.tmp.host.x.1", "a.ckpt"] {
      #expect(!TemporaryFile.isOne(name), "\(name)")
    }
  }

  /// The number of a process that ended may be that of another one today.
  @Test func aNumberThatWasGivenAgainIsNoExcuse() throws {
    let name = TemporaryFile.path(for: "a")
    let mine = try #require(TemporaryFile(name: name))
    let start = try #require(mine.start)
    #expect(!mine.isAbandoned())
    let other = try #require(
      TemporaryFile(name: name.replacing("-\(start)", with: "-\(start - 1)")))
    #expect(other.process == getpid() && other.isAbandoned())
    let host = try #require(mine.host)
    let parent = try #require(TemporaryFile(name: "a.tmp.\(host).\(getppid()).0"))
    #expect(!parent.isAbandoned(), "nothing is known of its beginning")
  }

  @Test func aProcessThatOnlyWaitsForItsParentIsOver() throws {
    var child = pid_t()
    var arguments = [strdup("true"), nil]
    defer { free(arguments[0]) }
    #expect(posix_spawnp(&child, "true", nil, nil, &arguments, nil) == 0)
    for _ in 0..<1000 where TemporaryFile.isRunning(child) { usleep(10_000) }
    #expect(kill(child, 0) == 0 && !TemporaryFile.isRunning(child))
    waitpid(child, nil, 0)
    #expect(TemporaryFile.isRunning(getpid()) && !TemporaryFile.isRunning(child))
  }

  @Test func leftoversInAFolderGo() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try POSIXFiles.posix.makeDirectory("\(folder)/strips")
    func dead(_ name: String) -> String {
      TemporaryFile.path(for: name).replacing(".\(getpid()).", with: ".999999999.")
    }
    for name in ["a.png", "strips/b.jpg", "c.txt"].map(dead) + ["a", "foreign.tmp.999999999"] {
      try AtomicFile.write("x", to: "\(folder)/\(name)")
    }
    TemporaryFile.removeLeftovers(in: folder, deeply: true) { !$0.hasSuffix(".txt") }
    #expect(
      try POSIXFiles.posix.list(folder) == ["a", dead("c.txt"), "foreign.tmp.999999999", "strips"])
    #expect(try POSIXFiles.posix.list("\(folder)/strips") == [])
  }

  @Test func leftoversGoAndOthersStay() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try POSIXFiles.posix.makeDirectory("\(folder)/a.onnx.tmp.111/inside")
    for name in ["a.onnx.tmp.222", "b.onnx.tmp.111", "a.onnx", "a.onnx.tmp.else.111.0"] {
      try AtomicFile.write("x", to: "\(folder)/\(name)")
    }
    TemporaryFile.removeLeftovers(of: "\(folder)/a.onnx", isRunning: { $0 == 222 })
    #expect(
      try POSIXFiles.posix.list(folder)
        == ["a.onnx", "a.onnx.tmp.222", "a.onnx.tmp.else.111.0", "b.onnx.tmp.111"])
  }
}
