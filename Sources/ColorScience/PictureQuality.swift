#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Figures of merit of whole pictures.
public enum PictureQuality {
  /// The peak signal-to-noise ratio of two pictures of 8-bit samples, in decibels; infinite when
  /// they are equal.
  public static func peakSignalToNoiseRatio(_ x: [UInt8], _ y: [UInt8]) -> Double {
    require(
      x.count == y.count && !x.isEmpty, "PSNR: pictures of \(x.count) and \(y.count) samples")
    var squares = 0
    for (p, q) in zip(x, y) {
      let difference = Int(p) - Int(q)
      squares += difference * difference
    }
    return 10 * log10(255 * 255 * Double(x.count) / Double(squares))
  }

  /// How colorful people find a picture of interleaved 8-bit RGB: about 0 (gray) to above 100.
  ///
  /// - Source: Hasler & Suesstrunk, "Measuring colourfulness in natural images", 2003, metric M3.
  public static func colorfulness(rgb: [UInt8]) -> Double {
    require(
      rgb.count % 3 == 0 && !rgb.isEmpty, "colorfulness: \(rgb.count) samples are no RGB picture")
    // In halves of a code, so that the sums are exact integers.
    var sums = (redGreen: 0, yellowBlue: 0)
    var squares = (redGreen: 0, yellowBlue: 0)
    for at in stride(from: 0, to: rgb.count, by: 3) {
      let (red, green, blue) = (Int(rgb[at]), Int(rgb[at + 1]), Int(rgb[at + 2]))
      let redGreen = 2 * (red - green)
      let yellowBlue = red + green - 2 * blue
      sums.redGreen += redGreen
      sums.yellowBlue += yellowBlue
      squares.redGreen += redGreen * redGreen
      squares.yellowBlue += yellowBlue * yellowBlue
    }
    let count = Double(rgb.count / 3)
    func moments(_ sum: Int, _ squares: Int) -> (mean: Double, variance: Double) {
      let mean = Double(sum) / count
      return (mean / 2, max(Double(squares) / count - mean * mean, 0) / 4)
    }
    let rg = moments(sums.redGreen, squares.redGreen)
    let yb = moments(sums.yellowBlue, squares.yellowBlue)
    return (rg.variance + yb.variance).squareRoot()
      + 0.3 * (rg.mean * rg.mean + yb.mean * yb.mean).squareRoot()
  }
}
