internal import Randomness

/// A square of fractal value noise that repeats without seams: the grain of everything painted.
struct NoiseTexture: @unchecked Sendable {
  // Written once, below, and never freed or changed, so that all threads may read it.
  private let values: UnsafeMutablePointer<Float>
  private static let size = 256

  /// Soft clouds: six octaves, each half as strong as the one before; mean 1/2, within 0...1.
  static let cloudy = NoiseTexture(octaves: 2...7, falloff: 0.55)
  /// Fine grain: only the three highest octaves.
  static let grainy = NoiseTexture(octaves: 5...7, falloff: 0.9)

  private init(octaves: ClosedRange<Int>, falloff: Float) {
    let size = Self.size
    values = .allocate(capacity: size * size)
    values.initialize(repeating: 0, count: size * size)
    var stream = RandomKey(seed: 256).folding("noise").folding(octaves.lowerBound).stream()
    var strength: Float = 1
    for octave in octaves {
      let cells = 1 << octave
      let lattice = (0..<(cells * cells)).map { _ in Float(stream.uniform()) - 0.5 }
      for y in 0..<size {
        for x in 0..<size {
          let (u, v) = (Float(x * cells) / Float(size), Float(y * cells) / Float(size))
          let (i, j) = (Int(u), Int(v))
          let (s, t) = (smooth(u - Float(i)), smooth(v - Float(j)))
          let (i1, j1) = ((i + 1) % cells, (j + 1) % cells)
          let top = lattice[j * cells + i] * (1 - s) + lattice[j * cells + i1] * s
          let bottom = lattice[j1 * cells + i] * (1 - s) + lattice[j1 * cells + i1] * s
          values[y * size + x] += strength * (top * (1 - t) + bottom * t)
        }
      }
      strength *= falloff
    }
    // Equalized, so that a threshold t is exceeded on the share 1 - t of the plane.
    let order = (0..<(size * size)).sorted { values[$0] < values[$1] }
    for (rank, index) in order.enumerated() {
      values[index] = (Float(rank) + 0.5) / Float(size * size)
    }
  }

  /// The noise at (x, y), between -4000 and 4000; its period is 256, its finest cell about 2.
  @inline(__always)
  func callAsFunction(_ x: Float, _ y: Float) -> Float {
    let (u, v) = (x + 4096, y + 4096)
    let (i, j) = (Int32(u), Int32(v))
    let (s, t) = (u - Float(i), v - Float(j))
    let mask: Int32 = 255
    let row0 = Int((j & mask) << 8)
    let row1 = Int(((j &+ 1) & mask) << 8)
    let column0 = Int(i & mask)
    let column1 = Int((i &+ 1) & mask)
    let top = values[row0 + column0] * (1 - s) + values[row0 + column1] * s
    let bottom = values[row1 + column0] * (1 - s) + values[row1 + column1] * s
    return top * (1 - t) + bottom * t
  }

  @inline(__always)
  func callAsFunction(_ p: SIMD2<Float>) -> Float { self(p.x, p.y) }
}

/// `x` in 0...1 with flat ends.
@inline(__always)
func smooth(_ x: Float) -> Float { x * x * (3 - 2 * x) }

/// 0 below `low`, 1 above `high`, smooth between.
@inline(__always)
func step(_ low: Float, _ high: Float, _ x: Float) -> Float {
  smooth(min(1, max(0, (x - low) / (high - low))))
}

/// `a` at 0, `b` at 1.
@inline(__always)
func mix(_ a: SIMD3<Float>, _ b: SIMD3<Float>, _ t: Float) -> SIMD3<Float> { a + (b - a) * t }
