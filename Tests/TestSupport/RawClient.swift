internal import Foundation

/// A client that sends any bytes to a server on this machine, as no well-kept one would.
public struct RawClient: Sendable {
  /// What came back.
  public struct Answer: Sendable {
    /// Everything that was sent before the connection ended.
    public let bytes: [UInt8]
    /// The status; 0 where the connection ended without an answer.
    public var status: Int {
      let line = text.prefix { $0 != "\r" && $0 != "\r\n" }.split(separator: " ")
      return line.count > 1 ? Int(line[1]) ?? 0 : 0
    }
    /// All of it as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
    /// What follows the header.
    public var body: String {
      text.range(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
    }
  }

  /// The server's port on 127.0.0.1.
  public let port: Int

  /// A client of the server at a port.
  public init(port: Int) { self.port = port }

  /// Sends a request that ends the connection, with the right Host and, for a post, Origin unless
  /// `fields` (lines with line ends) has others.
  public func ask(
    _ method: String = "GET", _ path: String, fields: String = "", host: String? = nil,
    origin: String? = nil, body: String = ""
  ) -> Answer {
    let name = host ?? "127.0.0.1:\(port)"
    let from = origin ?? "http://127.0.0.1:\(port)"
    let post = method == "GET" ? "" : "Origin: \(from)\r\nContent-Length: \(body.utf8.count)\r\n"
    return send(
      "\(method) \(path) HTTP/1.1\r\nHost: \(name)\r\nConnection: close\r\n"
        + "\(post)\(fields)\r\n\(body)"
    )
  }

  /// Sends bytes and reads until the server ends the connection, or for ten seconds.
  public func send(_ text: String) -> Answer {
    guard let socket = connect() else { return Answer(bytes: []) }
    defer { close(socket) }
    write(text, to: socket)
    return read(from: socket)
  }

  /// A connection; nil where the server takes none.
  public func connect() -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(
      descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let isThere = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    if isThere { return descriptor }
    close(descriptor)
    return nil
  }

  /// Sends bytes on a connection, as far as they are taken.
  public func write(_ text: String, to socket: Int32) {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return }
      sent += count
    }
  }

  /// Reads a connection to its end.
  public func read(from socket: Int32) -> Answer {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = recv(socket, &piece, piece.count, 0)
      if count <= 0 { return Answer(bytes: bytes) }
      bytes += piece[..<count]
    }
  }
}
