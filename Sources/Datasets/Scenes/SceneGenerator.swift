internal import Images
public import Randomness

/// Draws pictures of animals, plants, vehicles and houses in natural places, with exact labels.
///
/// Everything is chosen anew for every picture: place, time of day and light, what stands where,
/// how large, in which pose, color and texture. Colors go with contents, but several go with each
/// (grass is green or dry, skies blue, gray or orange), and textures tell which only in part. So a
/// gray version of a picture says something, but not everything, about its colors.
public struct SceneGenerator: SceneSource {
  /// Columns and rows of the pictures.
  public let size: (width: Int, height: Int)
  /// The key that all pictures follow from.
  public let key: RandomKey
  /// Objects with fewer visible pixels are not labeled, but void.
  public let fewestPixels: Int

  /// The names of the classes, by class index.
  public static let classNames = SceneClass.allCases.map { "\($0)" }

  /// A generator of pictures of this size; the same key gives the same pictures. Traps when a side
  /// is shorter than 32 pixels.
  public init(size: (width: Int, height: Int) = (128, 96), key: RandomKey) {
    precondition(
      size.width >= 32 && size.height >= 32,
      "SceneGenerator: \(size.width) x \(size.height) pixels are too few to show anything")
    self.size = size
    self.key = key
    fewestPixels = max(24, size.width * size.height / 400)
  }

  /// The names that the class indices of objects stand for.
  public var classNames: [String] { Self.classNames }

  /// The scene numbered `index`; scenes are independent of each other.
  public func scene(_ index: Int) -> Scene {
    var random = key.folding(index).stream()
    var canvas = Canvas(width: size.width, height: size.height)
    let (place, daytime) = Stage.random(&random)
    let stage = Stage(place, daytime, on: &canvas, &random)
    canvas.paintClutter(stage, &random)
    let cast = Cast(on: stage, aspect: canvas.aspect, &random)
    var things: [SceneLabels.Thing] = []
    for actor in cast.actors {
      actor.paintShadow(on: &canvas, stage)
      let covered = canvas.paint(
        actor.sketch, actor.placement, stage.light, number: UInt8(things.count + 1),
        seed: actor.seed)
      things.append(
        SceneLabels.Thing(
          classIndex: actor.kind.rawValue, fullCount: covered / 4,
          isCut: actor.reachesBeyond(aspect: canvas.aspect)))
    }
    let picture = canvas.developed(
      exposure: stage.exposure, grain: random.float(0.02, 0.1), &random)
    let labels = SceneLabels(
      seen: canvas.seenInPicture(), width: size.width, height: size.height, things: things,
      fewest: fewestPixels)
    return Scene(
      picture: picture, objects: labels.objects, mask: labels.mask, instances: labels.instances,
      setting: "\(place.rawValue), \(daytime.rawValue)")
  }
}
