/// What a client asks for.
public struct WebRequest: Sendable {
  /// The methods that a site can answer; all others are refused.
  public enum Method: String, Sendable {
    /// Reads.
    case get = "GET"
    /// Changes something.
    case post = "POST"
  }

  /// The method.
  public let method: Method
  /// The path, as it was sent: `/` first, nothing decoded, without a query.
  public let path: String
  /// The path's parts that a route's stars stand for, in order.
  public internal(set) var parts: [String] = []
  /// The secret in the field `X-Session`; empty where there is none.
  public let session: String
  /// What was sent with a `post`.
  public let body: [UInt8]

  /// A request.
  public init(_ method: Method, _ path: String, session: String = "", body: [UInt8] = []) {
    (self.method, self.path, self.session, self.body) = (method, path, session, body)
  }
}
