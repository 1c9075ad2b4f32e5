/// How much a server takes from anybody.
public struct ServerLimits: Sendable {
  /// Bytes of the request line, and of one header field.
  public var line = 8 << 10
  /// Bytes of all header fields together.
  public var headers = 64 << 10
  /// Header fields.
  public var fields = 100
  /// Bytes of a request's body.
  public var body = 1 << 20
  /// Seconds in which a request must have come whole, and an answer must have been taken; also how
  /// long a connection may be idle.
  public var seconds: Int64 = 30
  /// Connections at once; who comes then is turned away.
  public var connections = 2000
  /// Answers that are made, or wait to be taken, at once; who asks then is told to come back.
  public var answers = 1500

  /// The limits of a laboratory.
  public init() {}
}
