/// Who is let in: only requests to this server's own name, and changes only from its own pages.
///
/// A page elsewhere whose name is made to point to this machine (DNS rebinding) sends its own name
/// as Host; a page elsewhere that posts to this server sends its own Origin.
public struct RequestGate: Sendable {
  /// What clients may call this server: host and port as in a browser's address.
  public let names: Set<String>

  /// The gate of a server at a port. The machine itself may say `localhost`; `others` are names or
  /// addresses of this machine by which other machines may call it.
  public init(port: Int, others: [String] = []) {
    names = Set(
      (["127.0.0.1", "localhost", "[::1]"] + others).flatMap { host in
        let host = host.lowercased()
        // Browsers leave the usual port out.
        return port == 80 ? [host, "\(host):80"] : ["\(host):\(port)"]
      })
  }

  /// Why a request is refused; nil where it may pass. There must be exactly one Host, and at most
  /// one Origin.
  public func refusal(
    _ method: WebRequest.Method, hosts: [String], origins: [String]
  ) -> WebResponse? {
    guard hosts.count == 1 else { return WebResponse(.badRequest, "there must be one Host") }
    guard names.contains(hosts[0].lowercased()) else {
      return WebResponse(.misdirected, "this server has another name")
    }
    if origins.isEmpty {
      // Browsers send it with every post.
      return method == .get ? nil : WebResponse(.forbidden, "the page of this server asks for this")
    }
    let isOwn = origins.count == 1 && names.contains { origins[0].lowercased() == "http://\($0)" }
    return isOwn ? nil : WebResponse(.forbidden, "this comes from a page of another server")
  }
}
