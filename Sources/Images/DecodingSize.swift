/// At which size a JPEG is decoded. Who reads a picture says it.
public enum DecodingSize: Sendable, Hashable {
  /// Every pixel, as Pillow decodes: what features, evaluations and tests are made of.
  case whole
  /// At 1/2, 1/4 or 1/8 of its size, the smallest of these that still has at least this width and
  /// height; whole where none has. PNG files are always whole.
  ///
  /// It costs a fraction of the time, and the pictures differ: the decoder's means over 2 x 2
  /// pixels and more change features by 15 to 19 % of their largest value, and begin where a
  /// picture is twice as large as wanted. So it is for training, previews and counting.
  case reduced(width: Int, height: Int)

  /// Reduced while both sides have at least `side` pixels.
  public static func reduced(toSide side: Int) -> DecodingSize {
    .reduced(width: side, height: side)
  }

  /// By how much the sides of a stored JPEG are divided: 8, 4, 2 or 1.
  ///
  /// The steps between (7/8, 3/8, ...) exist too, but libjpeg-turbo has no vector code for them.
  func divisor(of stored: (width: Int, height: Int)) -> Int {
    switch self {
    case .whole: 1
    case .reduced(let width, let height):
      [8, 4, 2].first {
        (stored.width + $0 - 1) / $0 >= width && (stored.height + $0 - 1) / $0 >= height
      } ?? 1
    }
  }
}
