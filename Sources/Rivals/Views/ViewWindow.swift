internal import Foundation
public import Images
public import Randomness

/// The part of a picture that a view shows, in whole pixels.
///
/// - Source: torchvision's `RandomResizedCrop`.
public struct ViewWindow: Hashable, Sendable {
  /// The top left pixel.
  public let x, y: Int
  /// Columns and rows.
  public let width, height: Int

  /// A window at a place.
  public init(x: Int, y: Int, width: Int, height: Int) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  /// A window of random area and aspect at a random place. Where ten draws give none that fits, it
  /// is the largest centered one whose aspect is allowed.
  public static func drawn(
    width: Int, height: Int, areas least: Double, aspects most: Double,
    from stream: inout RandomStream
  ) -> ViewWindow {
    let reach = log(most)
    for _ in 0..<10 {
      let area = Double(width * height) * stream.uniform(in: least..<max(1, least.nextUp))
      let aspect = exp(reach * stream.uniform(in: -1..<1))
      // As Python rounds.
      let w = Int((area * aspect).squareRoot().rounded(.toNearestOrEven))
      let h = Int((area / aspect).squareRoot().rounded(.toNearestOrEven))
      guard w > 0, w <= width, h > 0, h <= height else { continue }
      let y = stream.index(below: height - h + 1)
      return ViewWindow(x: stream.index(below: width - w + 1), y: y, width: w, height: h)
    }
    return centered(width: width, height: height, aspects: most)
  }

  private static func centered(width: Int, height: Int, aspects most: Double) -> ViewWindow {
    var (w, h) = (width, height)
    let aspect = Double(width) / Double(height)
    if aspect < 1 / most {
      h = Int((Double(w) * most).rounded(.toNearestOrEven))
    } else if aspect > most {
      w = Int((Double(h) * most).rounded(.toNearestOrEven))
    }
    return ViewWindow(x: (width - w) / 2, y: (height - h) / 2, width: w, height: h)
  }

  /// What a picture shows there, at `size` x `size` in three channels: cut out first and then
  /// resized, so that nothing around the window takes part.
  public func cut(out picture: Picture, size: Int, mirrored: Bool) -> Picture {
    picture.cropped(x: x, y: y, width: width, height: height).withThreeChannels()
      .croppedAndResized(
        x: 0, y: 0, width: Double(width), height: Double(height), toWidth: size, toHeight: size,
        mirrored: mirrored)
  }
}
