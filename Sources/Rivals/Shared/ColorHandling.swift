internal import Images
internal import Inputs
internal import Networks
internal import Randomness

/// What keeps a network from reading a patch's place in the picture off its colors: lenses bend
/// green otherwise than red and blue, and the more so the farther from the middle.
public enum ColorHandling: String, Codable, Sendable, CaseIterable {
  /// One color plane, drawn for each patch, is kept. RGB networks see noise in place of the other
  /// two, others the gray picture that it is.
  case dropped
  /// What distinguishes green from magenta is taken out.
  case projected
  /// Colors stay as they are.
  case kept
}

extension ColorHandling {
  /// A square patch as the network sees it.
  ///
  /// - Shapes: [channels, side, side].
  func planes(
    of patch: Picture, _ preprocessing: Preprocessing, _ stream: inout RandomStream
  ) -> [Float] {
    switch self {
    case .kept: return preprocessing.planes(of: patch)
    case .projected: return preprocessing.planes(of: patch.withoutGreenAgainstMagenta())
    case .dropped:
      let kept = stream.index(below: 3)
      var planes = preprocessing.planes(of: patch.keeping(channel: kept))
      guard preprocessing.channels == .rgb else { return planes }
      for place in planes.indices where place / (patch.width * patch.height) != kept {
        planes[place] = Float(stream.uniform(in: -0.5..<0.5))
      }
      return planes
    }
  }
}

extension Picture {
  /// The gray picture, in three equal channels, of one of red, green and blue.
  func keeping(channel: Int) -> Picture {
    var copy = withThreeChannels()
    for pixel in stride(from: 0, to: copy.samples.count, by: 3) {
      let sample = copy.samples[pixel + channel]
      for c in 0..<3 { copy.samples[pixel + c] = sample }
    }
    return copy
  }

  /// Every color less its part along (-1, 2, -1), from magenta to green; what leaves the range of a
  /// sample is cut off.
  func withoutGreenAgainstMagenta() -> Picture {
    var copy = withThreeChannels()
    let axis: [Float] = [-1, 2, -1]
    for pixel in stride(from: 0, to: copy.samples.count, by: 3) {
      let part = (0..<3).reduce(Float(0)) { $0 + axis[$1] * Float(copy.samples[pixel + $1]) } / 6
      for c in 0..<3 {
        let value = Float(copy.samples[pixel + c]) - part * axis[c]
        copy.samples[pixel + c] = UInt8(max(0, min(255, value.rounded())))
      }
    }
    return copy
  }
}
