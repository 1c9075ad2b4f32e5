/// What the regions of a segmentation are compared by.
///
/// A histogram of 25 bins for each channel, and one of 10 bins for each of 8 directions of each
/// channel's gradient, both with sum 1.
/// - Source: Uijlings et al. 2013, section 3.2; the directions are the positive and negative parts
///   of Gaussian derivatives along four axes, as in their code.
struct RegionFeatures {
  typealias Vector = SIMD16<Float>

  /// Vectors of a region's color histogram, and of its whole histogram.
  let colorVectors, vectors: Int
  /// The pixels of the picture.
  let area: Float
  /// Pixels of each region.
  var sizes: [Float]
  /// The box around each region.
  var boxes: [ProposalBox]
  /// The histograms one after another.
  var histograms: [Vector]

  /// Regions.
  var count: Int { sizes.count }

  /// The bins that each pixel falls into: those of its color, then those of its texture.
  struct Bins {
    fileprivate let color, texture: [[UInt8]]
  }

  private static let colorBins = 25
  private static let textureBins = 10
  /// The gradient that fills the last bin: a step of half the range at the scale of the filter.
  private static let largestGradient: Float = 51

  /// The bins of the pixels of planes between 0 and 255.
  static func bins(of planes: [[Float]], width: Int, height: Int) -> Bins {
    var texture: [[UInt8]] = []
    for plane in planes {
      let (x, y) = derivatives(plane, width: width, height: height, deviation: 1)
      let diagonal = Float(0.5).squareRoot()
      for (along, across) in [(1, 0), (diagonal, diagonal), (0, 1), (-diagonal, diagonal)] {
        var (positive, negative) = (
          [UInt8](repeating: 0, count: plane.count), [UInt8](repeating: 0, count: plane.count)
        )
        for pixel in plane.indices {
          let response = along * x[pixel] + across * y[pixel]
          let bin = UInt8(
            min(Float(textureBins) * abs(response) / largestGradient, Float(textureBins - 1)))
          if response > 0 { positive[pixel] = bin } else { negative[pixel] = bin }
        }
        texture += [positive, negative]
      }
    }
    let color = planes.map { plane in
      plane.map { UInt8(min(max($0 * Float(colorBins) / 256, 0), Float(colorBins - 1))) }
    }
    return Bins(color: color, texture: texture)
  }

  /// The features of the regions of a segmentation.
  init(_ segments: Segments, _ bins: Bins, width: Int, height: Int) {
    let lanes = Vector.scalarCount
    colorVectors = (bins.color.count * Self.colorBins + lanes - 1) / lanes
    vectors = colorVectors + (bins.texture.count * Self.textureBins + lanes - 1) / lanes
    area = Float(width * height)
    sizes = [Float](repeating: 0, count: segments.count)
    boxes = [ProposalBox](
      repeating: ProposalBox(xMin: .max, yMin: .max, xMax: -1, yMax: -1), count: segments.count)
    for y in 0..<height {
      for x in 0..<width {
        let region = Int(segments.labels[y * width + x])
        sizes[region] += 1
        boxes[region] = boxes[region].joined(
          ProposalBox(xMin: Int32(x), yMin: Int32(y), xMax: Int32(x), yMax: Int32(y)))
      }
    }
    let row = vectors * lanes
    var counts = [Float](repeating: 0, count: segments.count * row)
    func count(_ planes: [[UInt8]], bins: Int, at start: Int) {
      for (number, plane) in planes.enumerated() {
        let offset = start + number * bins
        for (pixel, bin) in plane.enumerated() {
          counts[Int(segments.labels[pixel]) * row + offset + Int(bin)] += 1
        }
      }
    }
    count(bins.color, bins: Self.colorBins, at: 0)
    count(bins.texture, bins: Self.textureBins, at: colorVectors * lanes)
    let (colors, textures) = (Float(bins.color.count), Float(bins.texture.count))
    histograms = []
    histograms.reserveCapacity(segments.count * vectors)
    for region in 0..<segments.count {
      for vector in 0..<vectors {
        let start = region * row + vector * lanes
        let total = sizes[region] * (vector < colorVectors ? colors : textures)
        histograms.append(Vector(counts[start..<start + lanes]) / total)
      }
    }
  }

  /// Appends the union of two regions.
  mutating func join(_ a: Int, _ b: Int) {
    let size = sizes[a] + sizes[b]
    let (shareA, shareB) = (sizes[a] / size, sizes[b] / size)
    for vector in 0..<vectors {
      histograms.append(
        histograms[a * vectors + vector] * shareA + histograms[b * vectors + vector] * shareB)
    }
    sizes.append(size)
    boxes.append(boxes[a].joined(boxes[b]))
  }
}

extension ProposalBox {
  /// The smallest box around both.
  func joined(_ other: ProposalBox) -> ProposalBox {
    ProposalBox(
      xMin: min(xMin, other.xMin), yMin: min(yMin, other.yMin), xMax: max(xMax, other.xMax),
      yMax: max(yMax, other.yMax))
  }
}
