public import ColorScience
public import Images
internal import Layers
public import Networks
public import Tensors

/// Gives pictures the colors that a network predicts for them.
///
/// The lightness of the result is the picture's own, at its own size; the network sees a smaller
/// copy, and the predicted ab is enlarged bilinearly, as in the released demo.
public struct Colorizer {
  /// The trained network: lightness to logits over bins.
  public let network: Network
  /// How a distribution over bins becomes a color.
  public let decoder: ColorDecoder
  /// The shorter side of what the network sees, in pixels.
  public let workingSize: Int
  /// Where the network's weights live.
  public let device: Device

  /// A colorizer that works at the size the network was trained with.
  public init(
    network: Network, decoder: ColorDecoder = .init(), workingSize: Int, on device: Device = .cpu
  ) {
    self.network = network
    self.decoder = decoder
    self.workingSize = workingSize
    self.device = device
  }

  /// What the network says about a picture.
  public struct Prediction {
    /// The picture in predicted colors, at its own size.
    public let picture: Picture
    /// The picture without colors, at its own size.
    public let gray: Picture
    /// The predicted a and b at the picture's own size, row by row.
    public let a, b: [Float]
  }

  /// Colors a gray or RGB picture of any size; colors it has are not looked at.
  public func colorize(_ picture: Picture) -> Prediction {
    let rgb = picture.withThreeChannels()
    let planes = LabPlanes(rgb: rgb.samples)
    let logits = network(lightness(of: rgb))
    let (rows, columns) = (logits.shape[2], logits.shape[3])
    let small = decoder.decode(logits: logits.floats, pixels: rows * columns)
    let ab = Tensor(small.a + small.b, shape: [1, 2, rows, columns], on: device)
      .resized(.init(size: Pair(picture.height, picture.width))).floats
    let pixels = picture.width * picture.height
    let (a, b) = (Array(ab[..<pixels]), Array(ab[pixels...]))
    let zeros = [Float](repeating: 0, count: pixels)
    func rendered(_ a: [Float], _ b: [Float]) -> Picture {
      Picture(
        width: picture.width, height: picture.height, channels: 3,
        samples: LabPlanes(lightness: planes.lightness, a: a, b: b).rgb)
    }
    return Prediction(picture: rendered(a, b), gray: rendered(zeros, zeros), a: a, b: b)
  }

  /// The network's input [1, 1, h, w]: the picture with its shorter side at the working size, both
  /// sides rounded to multiples of 8 so that the network's output covers it exactly.
  private func lightness(of rgb: Picture) -> Tensor {
    let scale = Double(workingSize) / Double(min(rgb.width, rgb.height))
    func side(_ length: Int) -> Int { max(8, Int((Double(length) * scale / 8).rounded()) * 8) }
    let small = rgb.resized(width: side(rgb.width), height: side(rgb.height))
    let values = LabPlanes(rgb: small.samples).lightness.map { ($0 - 50) / 100 }
    return Tensor(values, shape: [1, 1, small.height, small.width], on: device)
  }
}
