internal import Crypto
internal import Foundation
internal import Networks

/// How files that carry no seal of all their bytes keep a description: beside it stands its digest,
/// because a word of it that changed would change what users do with the weights.
extension FeatureDescription {
  /// The key of the digest among a file's words.
  static let digestKey = "pigment.features.sha256"

  /// The description and its digest, by the keys that files have for them.
  var words: [String: String] {
    get throws {
      let json = try json
      return [Self.key: json, Self.digestKey: Self.digest(json)]
    }
  }

  /// The description among a file's words; nil where there is none. Exports of version 0.1 had no
  /// digest and are read without.
  init?(words: [String: String], file: String) throws(ArchiveError) {
    guard let json = words[Self.key] else { return nil }
    if let digest = words[Self.digestKey], digest != Self.digest(json) {
      throw ArchiveError(
        file: file,
        problem: "is damaged: its description is not the one it was written with; export it again")
    }
    try self.init(json: json, file: file)
  }

  private static func digest(_ json: String) -> String {
    SHA256.hash(data: Data(json.utf8))
      .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
