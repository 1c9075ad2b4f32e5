/// What a client gets.
public struct WebResponse: Sendable, Equatable {
  /// The outcomes that a site knows.
  public enum Status: Int, Sendable, CaseIterable {
    /// It was done.
    case ok = 200
    /// It makes no sense.
    case badRequest = 400
    /// The session is not known.
    case unauthorized = 401
    /// It comes from elsewhere, or is not allowed.
    case forbidden = 403
    /// There is no such thing.
    case notFound = 404
    /// The path knows another method.
    case wrongMethod = 405
    /// It took too long to come.
    case timeout = 408
    /// It does not fit what is there.
    case conflict = 409
    /// The body is too large.
    case tooLarge = 413
    /// The host is not this one.
    case misdirected = 421
    /// The request line or the header fields are too large.
    case headersTooLarge = 431
    /// It could not be done; what is stored did not change.
    case failed = 500
    /// There is too much to do at the moment.
    case busy = 503
  }

  /// What is sent.
  public enum Kind: String, Sendable {
    /// A page.
    case html = "text/html; charset=utf-8"
    /// A style.
    case css = "text/css; charset=utf-8"
    /// A script.
    case script = "text/javascript; charset=utf-8"
    /// A picture.
    case png = "image/png"
    /// A photograph.
    case jpeg = "image/jpeg"
    /// Numbers and words for the script.
    case json = "application/json"
    /// Words.
    case text = "text/plain; charset=utf-8"
  }

  /// The outcome.
  public let status: Status
  /// What the body is.
  public let kind: Kind
  /// The body.
  public let body: [UInt8]

  /// An answer.
  public init(_ status: Status = .ok, _ kind: Kind, _ body: [UInt8]) {
    (self.status, self.kind, self.body) = (status, kind, body)
  }

  /// An answer in words, which must not be the client's own.
  public init(_ status: Status, _ words: String) {
    self.init(status, .text, Array("\(words)\n".utf8))
  }

  /// Header fields that every answer has: nothing is kept, guessed, framed or fetched elsewhere.
  static let fields = [
    ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    // Together they give scripts a fine clock.
    ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Embedder-Policy", "require-corp"),
    (
      "Content-Security-Policy",
      """
      default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; \
      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
      """
    ),
  ]
}
