internal import Randomness

/// The places that scenes show.
enum Place: String, CaseIterable {
  case meadow, savanna, snow, lake, beach, street, garden, room
}

/// A painted place where objects can be put.
struct Stage {
  let place: Place
  var light: Lighting
  /// Height at which the ground begins; 0 is the top of the picture, 1 its bottom.
  var horizon: Float
  /// Heights between which things stand on land, and between which they swim.
  var land: ClosedRange<Float>?
  var water: ClosedRange<Float>?
  /// Color of the air far away; how strongly it shows.
  var hazeAmount: Float = 0.3
  /// Brightness at which the picture is developed.
  var exposure: Float = 1

  /// A place under a light that occurs there.
  static func random(_ random: inout RandomStream) -> (Place, Daytime) {
    let place = random.pick(Place.allCases)
    if place == .room { return (place, .indoors) }
    let times: [Daytime] = [.day, .overcast, .sunset, .night]
    return (place, times[random.weighted([0.45, 0.25, 0.2, 0.1])])
  }

  /// Paints the place on an empty canvas.
  init(_ place: Place, _ daytime: Daytime, on canvas: inout Canvas, _ random: inout RandomStream) {
    self.place = place
    light = Lighting(daytime, &random)
    horizon = random.float(0.3, 0.55)
    exposure = random.float(0.9, 1.15) * (daytime == .night ? 1.7 : 1)
    let sky = Sky(light, &random)
    switch place {
    case .meadow, .savanna, .snow:
      canvas.paint(sky, to: horizon + 0.02, light)
      canvas.paintHills(place, horizon, light, &random)
      canvas.paintField(place, horizon, light, &random)
      land = (horizon + 0.08)...1.02
    case .lake:
      canvas.paint(sky, to: horizon + 0.02, light)
      canvas.paintHills(place, horizon, light, &random)
      let shore: Float = random.chance(0.6) ? random.float(0.8, 0.92) : 1.2
      canvas.paintWater(sky, from: horizon, to: shore, light, &random)
      canvas.paintField(.meadow, shore, light, &random, ragged: 0.03)
      water = (horizon + 0.06)...min(0.95, shore - 0.03)
      land = shore < 1 ? (shore + 0.06)...1.03 : nil
    case .beach:
      canvas.paint(sky, to: horizon + 0.02, light)
      let shore = horizon + random.float(0.15, 0.3)
      canvas.paintWater(sky, from: horizon, to: shore + 0.02, light, &random)
      canvas.paintField(.beach, shore, light, &random, ragged: 0.02)
      water = (horizon + 0.04)...(shore - 0.01)
      land = (shore + 0.1)...1.02
    case .street:
      horizon = random.float(0.42, 0.6)
      canvas.paint(sky, to: horizon, light)
      canvas.paintFacades(horizon, light, &random)
      canvas.paintRoad(horizon, light, &random)
      land = (horizon + 0.1)...1.02
    case .garden:
      horizon = random.float(0.45, 0.6)
      canvas.paint(sky, to: 0.4, light)
      canvas.paintWall(horizon, light, &random)
      canvas.paintField(.meadow, horizon, light, &random, ragged: 0.02, air: 0)
      land = (horizon + 0.08)...1.02
      hazeAmount = 0
    case .room:
      horizon = random.float(0.55, 0.72)
      canvas.paintRoom(horizon, light, &random)
      land = (horizon + 0.06)...1.02
      hazeAmount = 0
    }
  }
}
