public import Files

/// A folder of a study that cannot be used.
public struct RealismError: Error, CustomStringConvertible {
  /// The file or folder.
  public let path: String
  /// What is wrong, and what helps.
  public let problem: String

  /// What is wrong with a file.
  public init(_ path: String, _ problem: String) { (self.path, self.problem) = (path, problem) }

  /// The path and the problem.
  public var description: String { "\(path): \(problem)" }
}

/// Where a study lies: `study.json`, `pictures/KIND/NUMBER.png` and, once somebody came,
/// `votes.jsonl`.
public struct StudyFolder: Sendable {
  /// Which pictures.
  public enum Kind: Sendable, Equatable {
    /// The photographs.
    case truth
    /// Those in another picture's colors, for vigilance.
    case random
    /// Those of a method, by its place.
    case method(Int)
  }

  /// The folder.
  public let path: String

  /// A study's folder.
  public init(_ path: String) { self.path = path }

  /// The study file.
  public var file: String { "\(path)/study.json" }
  /// What people did.
  public var journal: String { "\(path)/votes.jsonl" }

  /// Where the report lies unless it is put elsewhere, and the files in it that speak of people.
  public var report: String { "\(path)/report" }
  private static let reported = [
    "report.html", "report.md", "methods.csv", "differences.csv", "people.csv", "pictures.csv",
    "votes.csv", "votes.h5", "sheet.png",
  ]

  /// Removes the report's files from the study's folder, as after somebody was forgotten, whom they
  /// still show; says whether there were any.
  @discardableResult public func removeReport() throws(FileError) -> Bool {
    var found = false
    for name in Self.reported where try POSIXFiles.posix.exists("\(report)/\(name)") {
      try POSIXFiles.posix.remove("\(report)/\(name)")
      found = true
    }
    return found
  }

  /// The path of a picture in the folder.
  public func name(of picture: Int, _ kind: Kind) -> String {
    let folder =
      switch kind {
      case .truth: "truth"
      case .random: "random"
      case .method(let number): "method-\(number)"
      }
    let digits = String(picture)
    let zeros = String(repeating: "0", count: max(0, 4 - digits.count))
    return "pictures/\(folder)/\(zeros)\(digits).png"
  }

  private struct Stored: Codable {
    let hash: String
    let study: RealismStudy
  }

  private struct StoredVersion: Decodable {
    struct Study: Decodable { let version: Int }
    let study: Study
  }

  /// Writes the study file, whole or not at all.
  public func write(_ study: RealismStudy) throws {
    try AtomicFile.write(
      json: Stored(hash: study.hash, study: study), .page, .relaxed, to: file)
  }

  /// The study; throws where the file is damaged, was changed by hand, or asks the impossible.
  public func study() throws -> RealismStudy {
    let bytes: [UInt8]
    do { bytes = try POSIXFiles.posix.read(file) } catch {
      throw RealismError(
        path, error.isMissing ? "holds no study; pigment realism plan makes one" : error.problem)
    }
    let stored: Stored
    // Before anything else, as other versions have other settings.
    if let found = try? JSON.value(StoredVersion.self, from: bytes, .relaxed).study.version,
      found != RealismStudy.currentVersion
    {
      throw RealismError(
        file,
        "is a study of version \(found), this pigment has version "
          + "\(RealismStudy.currentVersion); finish it with the pigment that planned it")
    }
    do { stored = try JSON.value(from: bytes, .relaxed) } catch {
      throw RealismError(file, "is no study file: \(jsonProblem(error))")
    }
    if let problem = stored.study.problem { throw RealismError(file, problem) }
    guard stored.hash == stored.study.hash else {
      throw RealismError(
        file,
        "was changed after it was written: what was decided before the first trial stays; "
          + "plan another study")
    }
    return stored.study
  }

  /// The digest of all pictures of a study, in order; throws where one is missing.
  public func digest(of study: RealismStudy) throws(FileError) -> String {
    var digest = Digest()
    for kind in [.truth, .random] + study.methods.indices.map(Kind.method) {
      for picture in study.pictures.indices {
        digest.add(try POSIXFiles.posix.read("\(path)/\(name(of: picture, kind))"))
      }
    }
    return digest.hexadecimal
  }
}

/// What is wrong with a JSON text, in a few words.
func jsonProblem(_ error: any Error) -> String {
  guard let error = error as? DecodingError else { return "it cannot be read" }
  func words(_ problem: String, _ context: DecodingError.Context) -> String {
    let place = context.codingPath.map(\.stringValue).joined(separator: ".")
    return place.isEmpty ? problem : "\(place): \(problem)"
  }
  switch error {
  case .keyNotFound(let key, let context): return words("\(key.stringValue) is missing", context)
  case .valueNotFound(_, let context): return words("a value is missing", context)
  case .typeMismatch(_, let context): return words("a value is of another kind", context)
  case .dataCorrupted(let context): return words("it is no JSON of this form", context)
  @unknown default: return "it cannot be read"
  }
}
