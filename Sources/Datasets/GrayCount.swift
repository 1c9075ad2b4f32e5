internal import Images
internal import Processes

/// How many of some pictures store colors but show none.
public struct GrayCount: Sendable, Codable, Equatable, CustomStringConvertible {
  /// Pictures with three or four samples per pixel that were looked at.
  public let pictures: Int
  /// Those among them in which red, green and blue are alike everywhere.
  public let gray: Int

  /// One line.
  public var description: String { "of \(pictures) RGB pictures looked at, \(gray) are gray" }
}

extension Dataset {
  /// Looks at up to `limit` pictures that store colors, spread evenly, at reduced size. Pictures
  /// that cannot be read are `verify`'s business.
  public func grayPictures(limit: Int = 2000) -> GrayCount {
    let colored = (0..<count).filter { shapes[$0 * 3 + 2] >= 3 }
    let looked = min(limit, colored.count)
    let found = inParallel(looked) { place in
      let record = colored[place * colored.count / looked]
      return (try? self.picture(record, .reduced(toSide: 1)))?.isGray ?? false
    }
    return GrayCount(pictures: looked, gray: found.count { $0 })
  }
}

extension Picture {
  /// Whether no two samples of a pixel differ by more than what the encoding of a gray photograph
  /// leaves.
  fileprivate var isGray: Bool {
    stride(from: 0, to: samples.count, by: channels).allSatisfy { at in
      let pixel = samples[at..<at + 3]
      return pixel.max()! - pixel.min()! <= 8
    }
  }
}
