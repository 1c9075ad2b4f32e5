/// How the file of a picture becomes the square that preprocessing begins with, in words for those
/// who do it elsewhere: part of what archives and checkpoints say of their preprocessing.
public struct PictureReading: Codable, Sendable, Hashable {
  /// From bytes to samples.
  public var decoder = """
    whole, 8-bit sRGB: JPEG by libjpeg-turbo's accurate DCT (islow) with smooth chroma upsampling, \
    turned upright as EXIF says; alpha dropped, gray repeated; color profiles as the data set says \
    (color_profiles: convert or ignore)
    """
  /// What differs while a network learns.
  public var training = """
    JPEG files may be decoded at 1/2, 1/4 or 1/8 where the smallest crop still has full resolution
    """
  /// From one size to another.
  public var filter = """
    bilinear, widened where pictures shrink: the codes of resize(size, BILINEAR, box=crop) of \
    Pillow 13
    """
  /// What is taken of a picture.
  public var crop = """
    the largest centered square, from ((width - side) / 2, (height - side) / 2), also between pixels
    """
  /// When numbers are made whole.
  public var rounding = """
    to 8 bits after rows and again after columns, halves up; channels are computed from these codes
    """

  /// The one way that there is.
  public init() {}

  /// The parts that concern features, as lines.
  public static var words: String {
    let reading = Self()
    return """
      decoder: \(reading.decoder)
      filter: \(reading.filter)
      crop: \(reading.crop)
      rounding: \(reading.rounding)
      """
  }
}

extension Preprocessing {
  private enum CodingKeys: String, CodingKey { case channels, mean, scale, size, pictures }

  /// Reads channels, shifts, scales and size; what is said of pictures is for people.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    channels = try values.decode(Channels.self, forKey: .channels)
    mean = try values.decode([Double].self, forKey: .mean)
    scale = try values.decode([Double].self, forKey: .scale)
    size = try values.decode(Int.self, forKey: .size)
  }

  /// Writes all of it, and how pictures are read.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(channels, forKey: .channels)
    try values.encode(mean, forKey: .mean)
    try values.encode(scale, forKey: .scale)
    try values.encode(size, forKey: .size)
    try values.encode(PictureReading(), forKey: .pictures)
  }
}
