/// What a server serves: routes, the first of which that fits answers.
public struct Site: Sendable {
  /// A method and a path that is answered.
  public struct Route: Sendable {
    let method: WebRequest.Method
    let pattern: [Substring]
    let answer: @Sendable (WebRequest) throws -> WebResponse

    /// A route, such as `/picture/*/*`; a star stands for one part, which has only letters,
    /// digits, `-` and `_`.
    ///
    /// `answer` runs on any of several threads, at once with others. What it throws is answered as
    /// a failure and said to the operator, not to the client.
    public init(
      _ method: WebRequest.Method, _ path: String,
      _ answer: @escaping @Sendable (WebRequest) throws -> WebResponse
    ) {
      self.method = method
      pattern = path.split(separator: "/", omittingEmptySubsequences: false)
      self.answer = answer
    }

    /// What the stars stand for; nil where the path is another.
    func parts(of path: String) -> [String]? {
      let words = path.split(separator: "/", omittingEmptySubsequences: false)
      guard words.count == pattern.count else { return nil }
      var parts: [String] = []
      for (word, wanted) in zip(words, pattern) {
        if wanted == "*" {
          guard !word.isEmpty, word.utf8.allSatisfy(Self.isPlain) else { return nil }
          parts.append(String(word))
        } else if word != wanted {
          return nil
        }
      }
      return parts
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      case _: false
      }
    }
  }

  /// The routes.
  public let routes: [Route]

  /// A site of these routes.
  public init(_ routes: [Route]) { self.routes = routes }

  /// The answer to a request; throws what a route throws.
  public func answer(_ request: WebRequest) throws -> WebResponse {
    var isKnown = false
    for route in routes {
      guard let parts = route.parts(of: request.path) else { continue }
      isKnown = true
      guard route.method == request.method else { continue }
      var request = request
      request.parts = parts
      return try route.answer(request)
    }
    return isKnown
      ? WebResponse(.wrongMethod, "this is not how it is asked for")
      : WebResponse(.notFound, "there is nothing here")
  }
}
