internal import ColorScience
public import Images
internal import Layers
public import Networks
internal import Tensors

/// The filters of a trunk's first convolution as pictures of what they answer to: each tap becomes
/// the color that, as an input, is proportional to its weight.
///
/// A filter over lightness is gray, one over a and b shows hues at one lightness, one over L, a and
/// b or over RGB is in color; each is stretched by its own largest weight, so 0 is mid-gray.
public enum FilterSheet {
  /// The sheet; an error where the trunk begins with no convolution.
  public static func sheet(
    of archive: FeatureArchive, file: String, columns: Int = 16
  ) throws -> Picture {
    guard let stage = archive.trunk.stages.first, let layer = stage.layer.kind.convolution else {
      throw ArchiveError(file: file, problem: "does not begin with a convolution")
    }
    let shape = layer.weight.shape
    let (filters, inputs, taps) = (shape[0], shape[1], shape[2] * shape[3])
    let channels = archive.description.preprocessing.channels
    let weights = layer.weight.floats
    var cells: [Sheet.Cell] = []
    for filter in 0..<filters {
      let mine = Array(weights[filter * inputs * taps..<(filter + 1) * inputs * taps])
      let largest = max(mine.map(abs).max() ?? 0, 1e-30)
      let planes = (0..<inputs).map { input in
        mine[input * taps..<(input + 1) * taps].map { $0 / largest }
      }
      let samples = rgb(planes, channels)
      let picture = Picture(width: shape[3], height: shape[2], channels: 3, samples: samples)
      let scale = max(1, 48 / max(shape[2], shape[3]))
      cells.append(
        .init(
          picture.resized(
            width: shape[3] * scale, height: shape[2] * scale, filter: .nearest),
          label: "\(filter)"))
    }
    return Sheet(
      cells, columns: min(columns, filters),
      title: "\(stage.name), \(filters) filters of \(shape[3])x\(shape[2]) on \(channels.rawValue)"
    ).rendered()
  }

  /// Weights, -1 to 1 in each channel, as sRGB samples.
  private static func rgb(_ planes: [[Float]], _ channels: Preprocessing.Channels) -> [UInt8] {
    func gray(_ plane: [Float]) -> [UInt8] {
      plane.flatMap { value in
        let sample = UInt8((127.5 + 127.5 * value).rounded())
        return [sample, sample, sample]
      }
    }
    switch channels {
    case .gray: return gray(planes[0])
    case .rgb:
      return planes[0].indices.flatMap { tap in
        planes.map { UInt8((127.5 + 127.5 * $0[tap]).rounded()) }
      }
    case .lightness:
      let zero = [Float](repeating: 0, count: planes[0].count)
      return LabPlanes(lightness: planes[0].map { 50 + 50 * $0 }, a: zero, b: zero).rgb
    case .ab:
      let level = [Float](repeating: 60, count: planes[0].count)
      return LabPlanes(
        lightness: level, a: planes[0].map { 80 * $0 }, b: planes[1].map { 80 * $0 }
      ).rgb
    case .lab:
      return LabPlanes(
        lightness: planes[0].map { 50 + 50 * $0 }, a: planes[1].map { 80 * $0 },
        b: planes[2].map { 80 * $0 }
      ).rgb
    }
  }
}
