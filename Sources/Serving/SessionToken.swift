internal import Files

/// A secret that names a session: 128 bits from the system, in 32 hexadecimal digits.
///
/// It is drawn from the system and not from a `RandomKey`, because nobody may foresee it. Only its
/// digest is stored, so that who reads the files cannot go on with somebody's session.
public struct SessionToken: Sendable {
  /// What the client keeps.
  public let secret: String

  /// A new one.
  public init() {
    var system = SystemRandomNumberGenerator()
    secret = (0..<2).map { _ in
      let word = String(system.next(), radix: 16)
      return String(repeating: "0", count: 16 - word.count) + word
    }.joined()
  }

  /// The digest of a secret, to look sessions up by: comparing digests tells nothing of secrets.
  public static func digest(_ secret: String) -> String { Digest.hexadecimal(secret) }
}
