public import Images

/// The ten windows whose scores are averaged in evaluation: four corners and the center, and their
/// mirror images.
///
/// - Source: Krizhevsky et al. 2012, section 4.1. (philkr/voc-classification draws ten random
///   windows instead; these are fixed, so that a score does not depend on a draw.)
public enum TenCrop {
  /// Ten pictures of `size` x `size`, from the picture scaled so that its shorter side is `margin`
  /// times that.
  public static func crops(of picture: Picture, size: Int, margin: Double = 8 / 7) -> [Picture] {
    let side = Double(min(picture.width, picture.height)) / margin
    let (right, bottom) = (Double(picture.width) - side, Double(picture.height) - side)
    let corners = [(0, 0), (right, 0), (0, bottom), (right, bottom), (right / 2, bottom / 2)]
    return corners.flatMap { x, y in
      [false, true].map { mirrored in
        picture.croppedAndResized(
          x: x, y: y, width: side, height: side, toWidth: size, toHeight: size, mirrored: mirrored)
      }
    }
  }
}
