import Foundation
import Serving
import Synchronization
import TestSupport
import Testing

/// A server whose site echoes lengths and can be slow, in this process.
@Suite(.serialized) struct ServerTests {
  struct Broken: Error, CustomStringConvertible { let description = "the secret disk" }

  static let site = Site([
    .init(.get, "/") { _ in .init(.ok, .html, Array("<p>page</p>".utf8)) },
    .init(.post, "/count") { .init(.ok, .text, Array("\($0.body.count)".utf8)) },
    .init(.get, "/parts/*/*") { .init(.ok, .text, Array($0.parts.joined(separator: "+").utf8)) },
    .init(.get, "/who") { .init(.ok, .text, Array($0.session.utf8)) },
    .init(.get, "/slow") { _ in
      usleep(300_000)
      return .init(.ok, .text, Array("done".utf8))
    },
    .init(.get, "/broken") { _ in throw Broken() },
  ])

  /// Lends a server with these limits to a test.
  func serving(
    _ limits: ServerLimits = .init(), _ body: (RawClient, LocalServer) throws -> Void
  ) throws {
    let server = try LocalServer(Self.site, port: 0, limits: limits)
    defer { server.stop() }
    try body(RawClient(port: server.port), server)
  }

  @Test func routesAnswer() throws {
    try serving { client, server in
      let page = client.ask("GET", "/")
      #expect(page.status == 200 && page.body == "<p>page</p>")
      for field in [
        "Content-Security-Policy: default-src 'none'", "X-Content-Type-Options: nosniff",
        "Cache-Control: no-store", "X-Frame-Options: DENY", "Referrer-Policy: no-referrer",
      ] { #expect(page.text.contains(field)) }
      #expect(client.ask("GET", "/?q=<script>").body == "<p>page</p>")
      #expect(
        client.ask("POST", "/count", body: String(repeating: "x", count: 70_000)).body == "70000")
      #expect(client.ask("GET", "/parts/one-1/two_2").body == "one-1+two_2")
      #expect(client.ask("GET", "/who", fields: "X-Session: abc\r\n").body == "abc")
      #expect(server.address == "http://127.0.0.1:\(server.port)")
    }
  }

  @Test(arguments: [
    ("GET", "/parts/../a", 404), ("GET", "/parts/%2e%2e/a", 404), ("GET", "/parts/a", 404),
    ("GET", "/parts//a", 404), ("GET", "/nowhere", 404), ("GET", "//", 404),
    ("GET", "/count", 405), ("POST", "/", 405), ("TRACE", "/", 405), ("DELETE", "/", 405),
    ("HEAD", "/", 405), ("GET", "/broken", 500), ("GET", "http://127.0.0.1/", 400),
    ("GET", "*", 400),
  ])
  func whatIsNoRouteIsRefused(_ method: String, _ path: String, _ status: Int) throws {
    try serving { client, _ in
      let found = client.ask(method, path)
      #expect(found.status == status)
      #expect(!found.text.contains("secret"))
      #expect(client.ask("GET", "/").status == 200)
    }
  }

  @Test func strangersAreRefused() throws {
    try serving { client, _ in
      #expect(client.ask("GET", "/", host: "evil.example").status == 421)
      #expect(client.ask("GET", "/", host: "127.0.0.1:1").status == 421)
      #expect(client.ask("POST", "/count", origin: "http://evil.example").status == 403)
      let mute =
        "POST /count HTTP/1.1\r\nHost: 127.0.0.1:\(client.port)\r\nContent-Length: 1\r\n\r\nx"
      #expect(client.send(mute).status == 403)
    }
  }

  @Test func requestsHaveLimits() throws {
    try serving { client, _ in
      let limits = ServerLimits()
      let many = (0..<limits.fields + 10).map { "X-\($0): y\r\n" }.joined()
      #expect(client.ask("GET", "/", fields: many).status == 431)
      let most = (0..<limits.fields - 10).map { "X-\($0): y\r\n" }.joined()
      #expect(client.ask("GET", "/", fields: most).status == 200)
      let long = String(repeating: "y", count: limits.line + 10)
      #expect(client.ask("GET", "/", fields: "X: \(long)\r\n").status == 431)
      #expect(client.ask("GET", "/\(long)").status == 431)
      let large = String(repeating: "y", count: limits.line - 100)
      let fields = (0..<9).map { "X-\($0): \(large)\r\n" }.joined()
      #expect(client.ask("GET", "/", fields: fields).status == 431)
      let body = String(repeating: "x", count: limits.body)
      #expect(client.ask("POST", "/count", body: body).body == "\(limits.body)")
      #expect([0, 413].contains(client.ask("POST", "/count", body: body + "x").status))
      #expect(client.ask("GET", "/").status == 200)
    }
  }

  @Test func aBodyInChunksHasTheSameLimit() throws {
    try serving { client, _ in
      let head =
        "POST /count HTTP/1.1\r\nHost: 127.0.0.1:\(client.port)\r\nConnection: close\r\n"
        + "Origin: http://127.0.0.1:\(client.port)\r\nTransfer-Encoding: chunked\r\n"
      let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
      let few = String(repeating: chunk, count: 16) + "0\r\n\r\n"
      #expect(client.send(head + "\r\n" + few).body == "\(16 * 65_536)")
      let many = String(repeating: chunk, count: 17) + "0\r\n\r\n"
      #expect([0, 413].contains(client.send(head + "\r\n" + many).status))
      // Two lengths are how requests are smuggled.
      #expect(client.send(head + "Content-Length: 4\r\n\r\n0\r\n\r\n").status == 400)
    }
  }

  @Test(arguments: [
    "\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\0\0\0\0\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost : x\r\n\r\n", "GET /\u{FF} HTTP/1.1\r\nHost: HERE\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: HERE\r\nContent-Length: -1\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: HERE\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: HERE\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "CONNECT a:1 HTTP/1.1\r\nHost: HERE\r\n\r\n",
  ])
  func whatIsNoRequestEndsTheConnection(_ text: String) throws {
    var limits = ServerLimits()
    limits.seconds = 1
    try serving(limits) { client, _ in
      let status = client.send(text.replacing("HERE", with: "127.0.0.1:\(client.port)")).status
      #expect(status == 0 || (400..<500).contains(status), "\(status)")
      #expect(client.ask("GET", "/").status == 200)
    }
  }

  @Test func severalRequestsShareAConnection() throws {
    try serving { client, _ in
      let one = "GET /who HTTP/1.1\r\nHost: 127.0.0.1:\(client.port)\r\nX-Session: "
      let last = "GET / HTTP/1.1\r\nHost: 127.0.0.1:\(client.port)\r\nConnection: close\r\n\r\n"
      let found = client.send("\(one)first\r\n\r\n\(one)second\r\n\r\n\(last)").text
      let places = ["first", "second", "<p>page</p>"].map { found.range(of: $0)?.lowerBound }
      let there = places.compactMap { $0 }
      #expect(there.count == 3 && there == there.sorted())
    }
  }

  @Test func whoIsSlowIsCutOffAndHoldsUpNobody() throws {
    var limits = ServerLimits()
    limits.seconds = 2
    try serving(limits) { client, _ in
      let slow = (0..<100).compactMap { _ in client.connect() }
      #expect(slow.count == 100)
      for socket in slow { client.write("GET / HTTP/1.1\r\nX-a: ", to: socket) }
      #expect(client.ask("GET", "/").status == 200)
      for socket in slow {
        #expect(client.read(from: socket).status == 408)
        close(socket)
      }
    }
  }

  @Test func thereAreNoMoreConnectionsThanAllowed() throws {
    var limits = ServerLimits()
    limits.connections = 3
    try serving(limits) { client, _ in
      let open = (0..<3).compactMap { _ in client.connect() }
      for socket in open { client.write("GET /", to: socket) }
      usleep(200_000)
      #expect(client.ask("GET", "/").status == 0)
      for socket in open { close(socket) }
      usleep(200_000)
      #expect(client.ask("GET", "/").status == 200)
    }
  }

  @Test func manyAtOnceAreAllAnswered() async throws {
    let server = try LocalServer(Self.site, port: 0)
    let client = RawClient(port: server.port)
    let statuses = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<300 { group.addTask { client.ask("GET", "/").status } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    server.stop()
    #expect(statuses.count == 300 && statuses.allSatisfy { $0 == 200 })
  }

  @Test func whatIsBeingAnsweredIsAnsweredAtTheEnd() async throws {
    let server = try LocalServer(Self.site, port: 0)
    let client = RawClient(port: server.port)
    async let slow = client.ask("GET", "/slow").body
    try await Task.sleep(for: .milliseconds(100))
    server.stop()
    #expect(await slow == "done")
    #expect(client.connect() == nil)
  }

  @Test func aTakenPortIsSaid() throws {
    try serving { client, _ in
      let problem = #expect(throws: LocalServer.Problem.self) {
        try LocalServer(Self.site, port: client.port)
      }
      #expect(
        "\(problem!)".hasPrefix("127.0.0.1:\(client.port) cannot be listened at: Address already"))
    }
  }
}
