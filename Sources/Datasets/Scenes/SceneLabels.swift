internal import Images

/// Turns a map of which thing is seen at each pixel into boxes and masks.
struct SceneLabels {
  /// What is known of a thing before it is known how much of it can be seen.
  struct Thing {
    let classIndex: Int
    /// Pixels that it would cover if nothing stood before it.
    let fullCount: Int
    /// Whether it reaches beyond the frame.
    let isCut: Bool
  }

  private(set) var objects: [SceneObject] = []
  private(set) var mask: Picture
  private(set) var instances: Picture

  /// Labels from `seen`, which holds at each pixel 0 or the number of a thing, counted from 1 and
  /// from the back to the front. Things with fewer than `fewest` visible pixels, or less than
  /// `smallestShare` of their own visible, are not labeled and become void (255).
  init(
    seen: [UInt8], width: Int, height: Int, things: [Thing], fewest: Int,
    smallestShare: Double = 0.25
  ) {
    precondition(things.count < 255 && seen.count == width * height, "SceneLabels: \(seen.count)")
    var counts = [Int](repeating: 0, count: things.count + 1)
    var lows = [SIMD2<Int>](repeating: [.max, .max], count: things.count + 1)
    var highs = [SIMD2<Int>](repeating: [-1, -1], count: things.count + 1)
    for y in 0..<height {
      for x in 0..<width {
        let thing = Int(seen[y * width + x])
        counts[thing] += 1
        let place = SIMD2(x, y)
        lows[thing] = pointwiseMin(lows[thing], place)
        highs[thing] = pointwiseMax(highs[thing], place)
      }
    }
    // The number of each thing in `instances`, and in `mask`.
    var instanceOf = [UInt8](repeating: 0, count: things.count + 1)
    var labelOf = [UInt8](repeating: 0, count: things.count + 1)
    for (index, thing) in things.enumerated() where counts[index + 1] > 0 {
      let number = index + 1
      let share = Double(counts[number]) / Double(max(thing.fullCount, counts[number]))
      guard counts[number] >= fewest && share >= smallestShare else {
        (instanceOf[number], labelOf[number]) = (255, 255)
        continue
      }
      let (low, high) = (lows[number], highs[number])
      let touches = low.x == 0 || low.y == 0 || high.x == width - 1 || high.y == height - 1
      objects.append(
        SceneObject(
          classIndex: thing.classIndex,
          box: Box(
            xMin: Float(low.x), yMin: Float(low.y), xMax: Float(high.x), yMax: Float(high.y)),
          truncated: touches && thing.isCut))
      instanceOf[number] = UInt8(objects.count)
      labelOf[number] = UInt8(thing.classIndex + 1)
    }
    var labels = [UInt8](repeating: 0, count: seen.count)
    for y in 0..<height {
      for x in 0..<width {
        let at = y * width + x
        let here = seen[at]
        // A neighbor that stands before this pixel makes it part of the rim.
        let isRim =
          (x > 0 && seen[at - 1] > here) || (x + 1 < width && seen[at + 1] > here)
          || (y > 0 && seen[at - width] > here) || (y + 1 < height && seen[at + width] > here)
        labels[at] = isRim ? 255 : labelOf[Int(here)]
      }
    }
    mask = Picture(width: width, height: height, channels: 1, samples: labels)
    instances = Picture(
      width: width, height: height, channels: 1, samples: seen.map { instanceOf[Int($0)] })
  }
}
