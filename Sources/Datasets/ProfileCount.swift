internal import Images
internal import Processes

/// How many pictures have color profiles (ICC) that say something.
public struct ProfileCount: Sendable, Codable, Equatable, CustomStringConvertible {
  /// Pictures that were looked at.
  public internal(set) var pictures = 0
  /// Those with a profile that is not sRGB's.
  public internal(set) var others = 0
  /// Those with a profile that cannot be used: damaged, or of other colors than the picture stores.
  public internal(set) var unusable = 0
  /// The former by what their profiles call themselves, where that was asked.
  public internal(set) var names: [String: Int] = [:]

  init(pictures: Int = 0, others: Int = 0, unusable: Int = 0) {
    (self.pictures, self.others, self.unusable) = (pictures, others, unusable)
  }

  /// The counts of all of `files` files together; nil where some of them have none.
  init?(_ counts: [ProfileCount], of files: Int) {
    guard counts.count == files else { return nil }
    for count in counts {
      pictures += count.pictures
      others += count.others
      unusable += count.unusable
    }
  }

  /// Counts another picture.
  mutating func add(_ profile: ColorProfile) {
    pictures += 1
    switch profile {
    case .absent, .sRGB: break
    case .other(let name):
      others += 1
      names[name.isEmpty ? "without a name" : name, default: 0] += 1
    case .unusable: unusable += 1
    }
  }

  /// One line, which may follow the words 'color profiles'.
  public var description: String {
    let named = names.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    return "other than sRGB's in \(others) of \(pictures) pictures"
      + (named.isEmpty ? "" : " (\(named))")
      + (unusable > 0 ? ", unusable ones, passed over, in \(unusable)" : "")
  }

  /// What a person who built a dataset should know; nil where there is nothing.
  func note(_ colorProfiles: ColorProfiles) -> String? {
    guard others + unusable > 0 else { return nil }
    return switch colorProfiles {
    case .convert: "color profiles \(self): converted to sRGB (--color-profiles)"
    case .ignore: "color profiles \(self): ignored"
    }
  }
}

extension Dataset {
  /// Looks at the profiles of up to `limit` pictures, spread evenly: for files that were built
  /// before profiles were counted. Pictures that cannot be read are `verify`'s business.
  public func countProfiles(limit: Int = 2000) -> ProfileCount {
    let looked = min(limit, count)
    let found = inParallel(looked) { place in
      (try? ColorProfile(of: self.bytes(of: place * self.count / looked))) ?? .absent
    }
    return found.reduce(into: ProfileCount()) { $0.add($1) }
  }
}
