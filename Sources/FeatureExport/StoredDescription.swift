internal import Files
internal import Layers
internal import Networks
internal import Tensors

/// How files that carry no seal of all their bytes keep a description: beside it stand its digest,
/// because a word of it that changed would change what users do with the weights, and that of the
/// weights, because golden values do not feel every one of them.
extension FeatureDescription {
  /// The key of the digest among a file's words.
  static let digestKey = "pigment.features.sha256"

  /// The key of the digest of the weights.
  static let weightsKey = "pigment.weights.sha256"
  /// All keys among a file's words.
  static let wordKeys = [key, digestKey, weightsKey]

  /// The description, its digest and that of the trunk's tensors, by the keys that files have for
  /// them.
  func words(for trunk: Stack) throws -> [String: String] {
    let json = try json
    return [
      Self.key: json, Self.digestKey: Digest.hexadecimal(json), Self.weightsKey: trunk.digest,
    ]
  }

  /// The description among a file's words; nil where there is none. Exports of version 0.1 had no
  /// digest and are read without.
  init?(words: [String: String], file: String) throws(ArchiveError) {
    guard let json = words[Self.key] else { return nil }
    if let digest = words[Self.digestKey], digest != Digest.hexadecimal(json) {
      throw ArchiveError(
        file: file,
        problem: "is damaged: its description is not the one it was written with; export it again")
    }
    try self.init(json: json, file: file)
  }

  /// Throws where a file names other weights than those that were read from it. Exports of version
  /// 0.1 named none.
  static func require(
    _ trunk: Stack, asIn words: [String: String], file: String
  ) throws(ArchiveError) {
    guard let digest = words[weightsKey], digest != trunk.digest else { return }
    throw ArchiveError(
      file: file,
      problem: "is damaged: its weights are not those it was written with; export it again")
  }
}

extension Stack {
  /// The SHA-256 of every tensor's name, shape and numbers, in the order of the visit.
  fileprivate var digest: String {
    var digest = Digest()
    for named in tensors {
      digest.add("\(named.name) \(named.tensor.shape)\n")
      digest.add(named.tensor.floats)
    }
    return digest.hexadecimal
  }
}
