internal import Images
internal import Randomness

/// Where and how large a sketch is painted, in units of the picture's height.
struct Placement {
  /// Where the sketch's origin, between its feet, comes to lie.
  var x, y: Float
  /// Height of one unit of the sketch.
  var scale: Float
  /// Whether left and right are exchanged.
  var flipped = false
  /// Turned clockwise by so many radians.
  var tilt: Float = 0
  /// How much the air hides of it, 0...1.
  var haze: Float = 0
}

/// A picture being painted, twice as fine as the result, in linear light.
struct Canvas {
  /// Columns and rows of the fine picture.
  let width, height: Int
  var color: [Color]
  /// Number of the thing that is seen at each fine pixel; 0 is the background.
  private(set) var seen: [UInt8]
  let cloudy = NoiseTexture.cloudy
  let grainy = NoiseTexture.grainy

  init(width: Int, height: Int) {
    self.width = 2 * width
    self.height = 2 * height
    color = [Color](repeating: Color(), count: 4 * width * height)
    seen = [UInt8](repeating: 0, count: 4 * width * height)
  }

  /// Width of the picture in units of its height.
  var aspect: Float { Float(width) / Float(height) }

  /// Changes every pixel between two heights; `change` is given x, y (units of the height) and the
  /// color so far.
  @inline(__always)
  mutating func wash(
    from top: Float = 0, to bottom: Float = 1, _ change: (Float, Float, Color) -> Color
  ) {
    let unit = 1 / Float(height)
    let first = max(0, Int(top * Float(height)))
    let last = min(height, Int((bottom * Float(height)).rounded(.up)))
    guard first < last else { return }
    color.withUnsafeMutableBufferPointer { color in
      for row in first..<last {
        let y = (Float(row) + 0.5) * unit
        for column in 0..<width {
          let at = row * width + column
          color[at] = change((Float(column) + 0.5) * unit, y, color[at])
        }
      }
    }
  }

  /// Darkens the ground around a foot: a soft ellipse.
  mutating func shade(_ x: Float, _ y: Float, _ rx: Float, _ ry: Float, by strength: Float) {
    let unit = 1 / Float(height)
    let rows = span((y - ry) / unit, (y + ry) / unit, height)
    let columns = span((x - rx) / unit, (x + rx) / unit, width)
    for row in rows {
      for column in columns {
        let u = ((Float(column) + 0.5) * unit - x) / rx
        let v = ((Float(row) + 0.5) * unit - y) / ry
        let inside = 1 - u * u - v * v
        if inside > 0 { color[row * width + column] *= 1 - strength * step(0, 0.8, inside) }
      }
    }
  }

  /// Paints a sketch as the thing numbered `number` (0: part of the background); the number of fine
  /// pixels that it covers.
  @discardableResult
  mutating func paint(
    _ sketch: Sketch, _ placement: Placement, _ light: Lighting, number: UInt8,
    seed: SIMD2<Float> = SIMD2()
  ) -> Int {
    var covered = 0
    sketch.points.withUnsafeBufferPointer { points in
      // Sketches without polygons have no points to look at.
      withUnsafeTemporaryAllocation(of: SIMD2<Float>.self, capacity: 1) { none in
        let corners = points.baseAddress ?? UnsafePointer(none.baseAddress!)
        for part in sketch.parts {
          covered += paint(
            part, of: sketch, corners, placement, light, number: number, seed: seed)
        }
      }
    }
    return covered
  }

  private mutating func paint(
    _ part: Part, of sketch: Sketch, _ points: UnsafePointer<SIMD2<Float>>,
    _ placement: Placement, _ light: Lighting, number: UInt8, seed: SIMD2<Float>
  ) -> Int {
    let turn = direction(placement.tilt)
    let mirror: Float = placement.flipped ? -1 : 1
    let fine = Float(height)
    // The bounds on the canvas, from the corners of the bounds in the sketch.
    let bounds = sketch.bounds(of: part.primitives)
    let slack = part.ruffle + 1.5 / (placement.scale * fine)
    var low = SIMD2<Float>(repeating: .infinity)
    var high = -low
    for (x, y) in [
      (bounds.x - slack, bounds.y - slack), (bounds.z + slack, bounds.y - slack),
      (bounds.x - slack, bounds.w + slack), (bounds.z + slack, bounds.w + slack),
    ] {
      let (u, v) = (x * mirror * placement.scale, y * placement.scale)
      let place = SIMD2(
        placement.x + u * turn.x - v * turn.y, placement.y + u * turn.y + v * turn.x)
      low = pointwiseMin(low, place)
      high = pointwiseMax(high, place)
    }
    let rows = span(low.y * fine, high.y * fine, height)
    let columns = span(low.x * fine, high.x * fine, width)
    guard !rows.isEmpty && !columns.isEmpty else { return 0 }

    let material = part.material
    let sharpness = placement.scale * fine
    let shrink = 1 / (placement.scale * fine)
    let half = SIMD3(light.direction.x, light.direction.y, light.direction.z + 1)
    let halfway = half / (half * half).sum().squareRoot()
    var covered = 0
    let (cloudy, grainy, width) = (cloudy, grainy, width)
    color.withUnsafeMutableBufferPointer { color in
      seen.withUnsafeMutableBufferPointer { seen in
        sketch.primitives.withUnsafeBufferPointer { primitives in
          for row in rows {
            for column in columns {
              let u = Float(column) + 0.5 - placement.x * fine
              let v = Float(row) + 0.5 - placement.y * fine
              let p =
                SIMD2<Float>((u * turn.x + v * turn.y) * mirror, v * turn.x - u * turn.y) * shrink
              var (distance, slant) = primitives[part.primitives.lowerBound].probe(p, points)
              for index in part.primitives.dropFirst() {
                let (other, otherSlant) = primitives[index].probe(p, points)
                let share =
                  part.melt > 0
                  ? min(1, max(0, 0.5 + 0.5 * (distance - other) / part.melt))
                  : (other < distance ? 1 : 0)
                distance += (other - distance) * share - part.melt * share * (1 - share)
                slant += (otherSlant - slant) * share
              }
              if part.ruffle > 0 {
                distance += (grainy(p * part.ruffleScale + seed) - 0.5) * part.ruffle
              }
              let cover = min(1, 0.5 - distance * sharpness)
              if cover <= 0 { continue }

              let sideways = slant * material.roundness
              let flat = min(1, (sideways * sideways).sum())
              let normal = SIMD3(sideways.x * mirror, sideways.y, (1 - flat).squareRoot())
              let local = SIMD3(sideways.x, sideways.y, normal.z)
              let second = material.pattern.share(at: p, facing: local, seed: seed, noise: cloudy)
              var albedo = mix(material.base, material.second, second)
              if material.grain > 0 {
                albedo *= 1 + material.grain * (2 * grainy(p * material.grainScale + seed) - 1)
              }
              var lit = light.on(albedo, facing: normal) + material.base * material.glow
              if material.gloss > 0 {
                let s = max(0, (normal * halfway).sum())
                let (s2, s4) = (s * s, s * s * s * s)
                lit += (light.key + light.sky * 0.3) * (material.gloss * s4 * s4 * s4 * s2)
              }
              lit = mix(lit, light.haze, placement.haze)
              let at = row * width + column
              color[at] = mix(color[at], lit, cover)
              if cover > 0.5 && number > 0 && seen[at] != number {
                seen[at] = number
                covered += 1
              }
            }
          }
        }
      }
    }
    return covered
  }
}

/// The pixels between two places that are among the first `count`.
private func span(_ low: Float, _ high: Float, _ count: Int) -> Range<Int> {
  let first = min(count, max(0, Int(low)))
  return first..<max(first, min(count, Int(high) + 1))
}
