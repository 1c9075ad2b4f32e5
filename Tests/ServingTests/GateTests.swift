import Files
import Foundation
import Serving
import Testing

@Suite struct GateTests {
  let gate = RequestGate(port: 8460, others: ["lab.local"])

  @Test(arguments: [
    ("127.0.0.1:8460", true), ("localhost:8460", true), ("LOCALHOST:8460", true),
    ("lab.local:8460", true), ("[::1]:8460", true), ("127.0.0.1", false),
    ("127.0.0.1:80", false), ("evil.example:8460", false), ("127.0.0.1:8460.evil.example", false),
    ("", false),
  ])
  func onlyItsOwnNamesAreServed(_ host: String, _ passes: Bool) {
    let found = gate.refusal(.get, hosts: [host], origins: [])
    #expect((found == nil) == passes)
    if !passes { #expect(found?.status == .misdirected) }
  }

  @Test func thereIsOneHost() {
    #expect(gate.refusal(.get, hosts: [], origins: [])?.status == .badRequest)
    let twice = gate.refusal(.get, hosts: ["127.0.0.1:8460", "127.0.0.1:8460"], origins: [])
    #expect(twice?.status == .badRequest)
  }

  @Test(arguments: [
    (["http://127.0.0.1:8460"], true), (["http://lab.local:8460"], true), ([], false),
    (["null"], false), (["http://evil.example"], false), (["https://127.0.0.1:8460"], false),
    (["http://127.0.0.1:8461"], false), (["http://127.0.0.1:8460", "http://evil.example"], false),
  ])
  func changesComeFromItsOwnPages(_ origins: [String], _ passes: Bool) {
    let found = gate.refusal(.post, hosts: ["127.0.0.1:8460"], origins: origins)
    #expect((found == nil) == passes)
    // A reading page says where it is, or nothing.
    let reading = gate.refusal(.get, hosts: ["127.0.0.1:8460"], origins: origins)
    #expect((reading == nil) == (passes || origins.isEmpty))
  }

  @Test func theUsualPortMayBeLeftOut() {
    let gate = RequestGate(port: 80)
    #expect(gate.refusal(.get, hosts: ["localhost"], origins: []) == nil)
    #expect(gate.refusal(.get, hosts: ["localhost:80"], origins: []) == nil)
  }

  @Test func secretsAreLongAndNeverTheSame() {
    let secrets = (0..<100).map { _ in SessionToken().secret }
    #expect(Set(secrets).count == 100)
    #expect(secrets.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
    #expect(SessionToken.digest(secrets[0]) != SessionToken.digest(secrets[1]))
    #expect(SessionToken.digest("") != "")
  }
}

@Suite struct FileRootTests {
  let folder = NSTemporaryDirectory() + "pigment-root-\(UUID())"
  let root: FileRoot

  init() throws {
    root = FileRoot("\(folder)/served")
    try FileManager.default.createDirectory(
      atPath: "\(folder)/served/inner", withIntermediateDirectories: true)
    for (name, text) in [("secret", "outside"), ("served/a", "one"), ("served/inner/b", "two")] {
      try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    }
    for (name, target) in [
      ("link", "../secret"), ("near", "a"), ("way", ".."), ("inner/up", "../../secret"),
    ] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/served/\(name)", withDestinationPath: target)
    }
    mkfifo("\(folder)/served/pipe", 0o600)
  }

  @Test(arguments: [("a", "one"), ("inner/b", "two")])
  func filesBelowItAreRead(_ name: String, _ text: String) throws {
    #expect(try root.bytes(of: name) == Array(text.utf8))
  }

  @Test(arguments: [
    "../secret", "inner/../../secret", "link", "near", "way/secret", "inner/up", "/a", "a/", "",
    ".", "./a", "inner", "inner//b", "nothing", "a/b", "a\0", "pipe",
    String(repeating: "x", count: 5000),
  ])
  func nothingElseIs(_ name: String) throws {
    #expect(try root.bytes(of: name) == nil)
  }

  @Test func aFileOverTheLimitIsNot() throws {
    #expect(try root.bytes(of: "a", limit: 2) == nil)
    #expect(throws: FileError.self) { try FileRoot("\(folder)/none").bytes(of: "a") }
  }
}
