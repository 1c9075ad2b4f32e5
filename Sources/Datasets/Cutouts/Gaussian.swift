internal import Glibc

/// Weights of a Gaussian from -radius to radius, with sum 1.
func gaussian(_ sigma: Float, _ radius: Int) -> [Float] {
  let raw = (-radius...radius).map { exp(-Float($0 * $0) / (2 * sigma * sigma)) }
  let sum = raw.reduce(0, +)
  return raw.map { $0 / sum }
}
