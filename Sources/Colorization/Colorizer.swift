public import ColorScience
internal import Foundation
public import Images
internal import Inputs
internal import Layers
public import Networks
public import Tensors

/// Gives pictures the colors that a network predicts for them.
///
/// The lightness of the result is the picture's own, at its own size and depth; the network sees a
/// smaller copy, and the predicted ab is enlarged bilinearly, as in the released demo.
public struct Colorizer {
  /// What the network's outputs are.
  public enum Output: Sendable {
    /// One score for each of these bins.
    case scores(ColorBins)
    /// a and b themselves, divided by this.
    case chroma(scale: Float)
  }

  /// The trained network.
  public let network: Network
  /// How a picture becomes its input.
  public let preprocessing: Preprocessing
  /// What its outputs are.
  public let output: Output
  /// The shorter side of what the network sees, in pixels.
  public let workingSize: Int
  /// Where the network's weights live.
  public let device: Device

  /// A colorizer around a network from lightness; `workingSize` is usually the size it was trained
  /// with.
  public init(
    network: Network, output: Output = .scores(.standard),
    preprocessing: Preprocessing? = nil, workingSize: Int, on device: Device = .cpu
  ) {
    self.network = network
    self.output = output
    self.preprocessing = preprocessing ?? Preprocessing(.lightness, size: workingSize)
    self.workingSize = workingSize
    self.device = device
  }

  /// What the network says about a picture of any size; colors it has are not looked at.
  ///
  /// Transparent parts of a picture are seen as laid over a medium gray. Both sides of what the
  /// network sees are rounded to multiples of 8, so that its output covers the picture exactly.
  public func predict(_ picture: Picture) -> ColorPrediction {
    let scale = Double(workingSize) / Double(min(picture.width, picture.height))
    func side(_ length: Int) -> Int { max(8, Int((Double(length) * scale / 8).rounded()) * 8) }
    let (width, height) = (side(picture.width), side(picture.height))
    let isSame = width == picture.width && height == picture.height
    return predict(seen: [isSame ? picture : picture.resized(width: width, height: height)])[0]
  }

  /// What the network says about pictures of one size that it sees as they are.
  public func predict(seen pictures: [Picture]) -> [ColorPrediction] {
    let input = preprocessing.input(of: pictures.map { $0.overGray() }, on: device)
    let outputs = network(input)
    let (channels, rows, columns) = (outputs.shape[1], outputs.shape[2], outputs.shape[3])
    let expected =
      switch output {
      case .scores(let bins): bins.count
      case .chroma: 2
      }
    precondition(
      channels == expected, "Colorizer: the network has \(channels) outputs, not \(expected)")
    let values = outputs.floats
    let each = channels * rows * columns
    return pictures.indices.map { picture in
      ColorPrediction(
        width: columns, height: rows, output: output,
        values: Array(values[picture * each..<(picture + 1) * each]))
    }
  }
}

/// What a network says about the colors of a picture, at the network's own resolution.
public struct ColorPrediction: Sendable {
  /// Columns and rows.
  public let width, height: Int
  /// What the values are.
  public let output: Colorizer.Output
  /// The network's outputs, [channels, rows, columns].
  public let values: [Float]

  /// Throws where the network gave something else than numbers for the picture called so.
  public func requireFinite(_ picture: String) throws(NonFiniteOutput) {
    guard values.allSatisfy(\.isFinite) else {
      throw NonFiniteOutput(layer: "head", picture: picture)
    }
  }

  /// The colors; a network that predicts ab itself leaves nothing to decode.
  public func chroma(_ decoding: ColorDecoding) -> ChromaMap {
    let pixels = width * height
    switch output {
    case .scores(let bins):
      let (a, b) = ColorDecoder(bins: bins, decoding: decoding)
        .decode(logits: values, pixels: pixels)
      return ChromaMap(width: width, height: height, a: a, b: b)
    case .chroma(let scale):
      return ChromaMap(
        width: width, height: height, a: values[..<pixels].map { $0 * scale },
        b: values[pixels...].map { $0 * scale })
    }
  }

  /// How undecided the network is at each position, in nats; nil where it predicts no distribution.
  public var entropy: [Float]? {
    guard case .scores(let bins) = output else { return nil }
    return ColorDecoder(bins: bins).entropy(logits: values, pixels: width * height)
  }

  /// The entropy as a gray picture of the map's size: black is certain, white the most that the
  /// bins allow, the same for every picture.
  public var entropyPicture: Picture? {
    guard let entropy, case .scores(let bins) = output else { return nil }
    let full = Float(ColorPrediction.mostEntropy(bins))
    return Picture(
      width: width, height: height, channels: 1,
      samples: entropy.map { UInt8(min(max($0 / full, 0), 1) * 255 + 0.5) })
  }

  /// The entropy of not knowing anything: ln of the number of bins, in nats.
  public static func mostEntropy(_ bins: ColorBins) -> Double { log(Double(bins.count)) }
}

extension Picture {
  /// The picture laid over a gray of lightness 50, where it is transparent.
  fileprivate func overGray() -> Picture {
    guard channels == 4 else { return self }
    var ground = Picture(width: width, height: height, channels: 3, filledWith: 119)
    ground.composite(self, x: 0, y: 0)
    return ground
  }
}
