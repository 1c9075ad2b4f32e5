internal import Glibc
internal import Images
public import Randomness

/// Pastes photographic cut-outs on photographs of places, with exact labels.
///
/// - Source: Dwibedi, Misra and Hebert, "Cut, paste and learn: surprisingly easy synthesis for
///   instance detection", ICCV 2017: random scale, flip, rotation, place, occlusion, truncation,
///   and edges blended in several ways so that none of them gives an object away.
public struct CutoutComposer: SceneSource {
  /// What is pasted and on what.
  public let library: CutoutLibrary
  /// Columns and rows of the pictures.
  public let size: (width: Int, height: Int)
  /// The key that all pictures follow from.
  public let key: RandomKey
  /// Objects with fewer visible pixels are not labeled, but void.
  public let fewestPixels: Int
  /// Whether most objects are made lighter or darker to go with what is behind them.
  public let matchesBrightness: Bool

  /// A composer of pictures of this size; traps when a side is shorter than 32 pixels.
  public init(
    library: CutoutLibrary, size: (width: Int, height: Int) = (128, 96),
    matchesBrightness: Bool = true, key: RandomKey
  ) {
    precondition(
      size.width >= 32 && size.height >= 32,
      "CutoutComposer: \(size.width) x \(size.height) pixels are too few to show anything")
    self.library = library
    self.size = size
    self.key = key
    self.matchesBrightness = matchesBrightness
    fewestPixels = max(24, size.width * size.height / 400)
  }

  /// The names that the class indices of objects stand for.
  public var classNames: [String] { library.classNames }

  /// The scene numbered `index`; scenes are independent of each other.
  public func scene(_ index: Int) -> Scene {
    var random = key.folding(index).stream()
    let background = random.pick(library.backgrounds)
    var picture = window(of: background.picture, &random)
    var seen = [UInt8](repeating: 0, count: size.width * size.height)
    var things: [SceneLabels.Thing] = []
    var taken: [SIMD4<Float>] = []
    let count = 1 + random.weighted([0.35, 0.33, 0.2, 0.12])
    var attempts = 0
    while things.count < count && attempts < 12 {
      attempts += 1
      var (cutout, x, y) = object(&random)
      let bounds = SIMD4<Float>(
        Float(x), Float(y), Float(x + cutout.picture.width), Float(y + cutout.picture.height))
      guard taken.allSatisfy({ Cast.leaveRoom($0, bounds) }) else { continue }
      taken.append(bounds)
      let number = UInt8(things.count + 1)
      var full = 0
      for row in 0..<cutout.picture.height {
        for column in 0..<cutout.picture.width
        where cutout.picture.samples[(row * cutout.picture.width + column) * 4 + 3] > 127 {
          full += 1
          let place = (x: x + column, y: y + row)
          if (0..<size.width).contains(place.x) && (0..<size.height).contains(place.y) {
            seen[place.y * size.width + place.x] = number
          }
        }
      }
      things.append(
        SceneLabels.Thing(
          classIndex: cutout.classIndex, fullCount: full,
          isCut: x < 0 || y < 0 || x + cutout.picture.width > size.width
            || y + cutout.picture.height > size.height))
      if matchesBrightness && random.chance(0.7) {
        cutout.picture.match(picture, x: x, y: y, by: random.float(0.2, 0.6))
      }
      let softness = random.pick([0, 0.5, 0.8]) as Float
      picture.composite(cutout.picture.feathered(by: softness), x: x, y: y)
    }
    let labels = SceneLabels(
      seen: seen, width: size.width, height: size.height, things: things, fewest: fewestPixels)
    return Scene(
      picture: picture, objects: labels.objects, mask: labels.mask, instances: labels.instances,
      setting: background.name)
  }

  /// A part of a photograph, from a close view to nearly all of it, sometimes mirrored.
  private func window(of photograph: Picture, _ random: inout RandomStream) -> Picture {
    let fit = min(
      Double(photograph.width) / Double(size.width),
      Double(photograph.height) / Double(size.height))
    let scale = fit * random.uniform(in: 0.4..<1)
    let (width, height) = (scale * Double(size.width), scale * Double(size.height))
    return photograph.croppedAndResized(
      x: random.uniform() * (Double(photograph.width) - width),
      y: random.uniform() * (Double(photograph.height) - height), width: width, height: height,
      toWidth: size.width, toHeight: size.height, mirrored: random.chance(0.5))
  }

  /// A cut-out of a random class, as it will be pasted, and where its top left corner comes to lie.
  private func object(
    _ random: inout RandomStream
  ) -> (cutout: (picture: Picture, classIndex: Int), x: Int, y: Int) {
    // Classes are as likely as each other, however many cut-outs they have.
    let classIndex = random.index(below: library.classNames.count)
    let cutout = random.pick(library.cutouts.filter { $0.classIndex == classIndex })
    let source = cutout.picture
    // The side of a square of the same area, as a share of the picture's height.
    let share = 0.22 * exp(random.uniform() * log(0.85 / 0.22))
    let area = Double(source.width * source.height)
    let wanted = share * Double(size.height) / area.squareRoot()
    let scale = min(wanted, 1.6, 1.1 * Double(size.width) / Double(source.width))
    var picture = source.resized(
      width: max(4, Int((Double(source.width) * scale).rounded())),
      height: max(4, Int((Double(source.height) * scale).rounded())), filter: .bilinear)
    if random.chance(0.5) { picture = picture.mirrored() }
    if random.chance(0.6) { picture = picture.turned(by: Float(random.normal()) * 0.14) }
    let x = Int(random.uniform(in: 0.03..<0.97) * Double(size.width)) - picture.width / 2
    let y = Int(random.uniform(in: 0.15..<0.95) * Double(size.height)) - picture.height / 2
    return ((picture, classIndex), x, y)
  }
}

extension Picture {
  /// Makes an RGBA picture lighter or darker, toward what it will cover; 1 goes all the way.
  fileprivate mutating func match(_ below: Picture, x: Int, y: Int, by share: Float) {
    var (own, other, count): (Float, Float, Float) = (0, 0, 0)
    for row in 0..<height where (0..<below.height).contains(y + row) {
      for column in 0..<width where (0..<below.width).contains(x + column) {
        let at = (row * width + column) * 4
        guard samples[at + 3] > 127 else { continue }
        let under = ((y + row) * below.width + x + column) * 3
        own += Float(samples[at + 1])
        other += Float(below.samples[under + 1])
        count += 1
      }
    }
    guard count > 0 else { return }
    let ratio = (other + 10 * count) / (own + 10 * count)
    let gain = min(1.4, max(0.65, exp(share * log(ratio))))
    for at in stride(from: 0, to: samples.count, by: 4) {
      for c in 0..<3 { samples[at + c] = UInt8(min(255, Float(samples[at + c]) * gain + 0.5)) }
    }
  }
}
