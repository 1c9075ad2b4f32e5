internal import Glibc
internal import Randomness

/// An object that has found its place in a scene.
struct Actor {
  let kind: SceneClass
  let spot: SceneClass.Spot
  let sketch: Sketch
  var placement: Placement
  let seed: SIMD2<Float>
  /// Left, top, right and bottom on the picture, in units of its height.
  let bounds: SIMD4<Float>

  /// Whether a part lies outside the picture.
  func reachesBeyond(aspect: Float) -> Bool {
    let margin = 0.02 * (bounds.w - bounds.y)
    return bounds.x < -margin || bounds.y < -margin || bounds.z > aspect + margin
      || bounds.w > 1 + margin
  }

  /// Darkens the ground, or the water, where light is kept from it.
  func paintShadow(on canvas: inout Canvas, _ stage: Stage) {
    guard spot != .air else { return }
    let wide = (bounds.z - bounds.x) / 2
    let middle = (bounds.z + bounds.x) / 2
    let tall = bounds.w - bounds.y
    let foot = placement.y
    let strength = stage.light.shadow * (spot == .water ? 0.6 : 1)
    // One cast away from the light, one right where things touch the ground.
    let away = -stage.light.direction.x * tall * (spot == .water ? 0.1 : 0.35)
    canvas.shade(
      middle + away, foot - 0.01, wide * 1.05 + abs(away) * 0.6, 0.04 + 0.1 * tall,
      by: strength * 0.75)
    canvas.shade(middle, foot, wide * 0.9, 0.02 + 0.04 * tall, by: strength)
  }
}

/// The objects of a scene, those behind first.
struct Cast {
  private(set) var actors: [Actor] = []

  init(on stage: Stage, aspect: Float, _ random: inout RandomStream) {
    let count = 1 + random.weighted([0.3, 0.34, 0.24, 0.12])
    var attempts = 0
    while actors.count < count && attempts < 12 {
      attempts += 1
      let actor = Cast.actor(on: stage, aspect: aspect, &random)
      if actors.allSatisfy({ Cast.leaveRoom($0.bounds, actor.bounds) }) { actors.append(actor) }
    }
    actors.sort { $0.placement.y < $1.placement.y }
  }

  /// Chooses a class, draws it, and stands it somewhere.
  private static func actor(
    on stage: Stage, aspect: Float, _ random: inout RandomStream
  ) -> Actor {
    let (kind, spot) = choice(on: stage, &random)
    let sketch = kind.sketch(at: spot, stage.light.daytime, stage.place, &random)
    let heights = kind.heights
    let size = random.float(0, 1)
    var height =
      heights.lowerBound * exp(size * log(heights.upperBound / heights.lowerBound))
    if spot == .air { height *= 0.8 }
    let own = sketch.bounds
    let scale = height / max(own.w - own.y, (own.z - own.x) * 0.75)
    let flipped = random.chance(0.5)
    let y: Float
    switch spot {
    case .air: y = random.float(height * 0.7, max(height * 0.8, stage.horizon + 0.05))
    case .water, .land:
      let range = (spot == .water ? stage.water : stage.land) ?? 0.8...1
      // What is near is large and stands low on the picture.
      let near = min(1, max(0, 0.15 + 0.75 * size + random.float(-0.2, 0.2)))
      y = range.lowerBound + (range.upperBound - range.lowerBound) * near
    }
    let x = random.float(0.04, 0.96) * aspect
    let haze =
      spot == .air
      ? 0.1 : max(0, stage.hazeAmount * (1 - (y - stage.horizon) / (1 - stage.horizon)) - 0.1)
    let tilt =
      spot == .air || spot == .water ? random.float(-0.12, 0.12) : random.float(-0.03, 0.03)
    let (left, right) = flipped ? (-own.z, -own.x) : (own.x, own.z)
    return Actor(
      kind: kind, spot: spot, sketch: sketch,
      placement: Placement(
        x: x, y: y, scale: scale, flipped: flipped, tilt: tilt, haze: haze * 0.8),
      seed: [random.float(0, 256), random.float(0, 256)],
      bounds: [x + left * scale, y + own.y * scale, x + right * scale, y + own.w * scale])
  }

  private static func choice(
    on stage: Stage, _ random: inout RandomStream
  ) -> (SceneClass, SceneClass.Spot) {
    if stage.place != .room && random.chance(0.045) { return (.bird, .air) }
    if stage.water != nil && (stage.land == nil || random.chance(0.4)) {
      return random.chance(0.85) ? (.boat, .water) : (.bird, .water)
    }
    let classes = SceneClass.allCases
    return (classes[random.weighted(classes.map { $0.frequency(on: stage.place) })], .land)
  }

  /// Whether two objects overlap by less than 30 % of the smaller, judged by their bounds.
  static func leaveRoom(_ a: SIMD4<Float>, _ b: SIMD4<Float>) -> Bool {
    let width = min(a.z, b.z) - max(a.x, b.x)
    let height = min(a.w, b.w) - max(a.y, b.y)
    if width <= 0 || height <= 0 { return true }
    let smaller = min((a.z - a.x) * (a.w - a.y), (b.z - b.x) * (b.w - b.y))
    return width * height < 0.3 * smaller
  }
}
