public import Images

/// One labeled object of a scene.
public struct SceneObject: Sendable, Equatable {
  /// Which of the source's `classNames`, from 0.
  public let classIndex: Int
  /// The exact bounds of the object's visible pixels.
  public let box: Box
  /// Whether a part of the object lies outside the picture.
  public let truncated: Bool

  /// An object of this class in this box.
  public init(classIndex: Int, box: Box, truncated: Bool) {
    self.classIndex = classIndex
    self.box = box
    self.truncated = truncated
  }
}

/// A picture with all that PASCAL VOC annotates: objects, class by pixel, object by pixel.
public struct Scene: Sendable, Equatable {
  /// The picture, sRGB.
  public let picture: Picture
  /// The labeled objects, those farther behind first.
  public let objects: [SceneObject]
  /// Class by pixel: 0 background, class index + 1, 255 the one-pixel rim of an object.
  ///
  /// The rim lies behind the object's edge, so an object's own pixels are lost only where another
  /// one stands before it.
  public let mask: Picture
  /// Object by pixel: 0 background, index in `objects` + 1, 255 things too small to be labeled.
  /// It has no rim: the bounds of an object's pixels are its box.
  public let instances: Picture
  /// What kind of place is shown, such as "meadow, sunset".
  public let setting: String

  /// A scene of these parts; traps when the masks have not the size of the picture.
  public init(
    picture: Picture, objects: [SceneObject], mask: Picture, instances: Picture, setting: String
  ) {
    for labels in [mask, instances] {
      precondition(
        labels.width == picture.width && labels.height == picture.height && labels.channels == 1,
        "Scene: labels of \(labels.width) x \(labels.height) x \(labels.channels) for a picture "
          + "of \(picture.width) x \(picture.height)")
    }
    self.picture = picture
    self.objects = objects
    self.mask = mask
    self.instances = instances
    self.setting = setting
  }
}

/// Something that makes annotated pictures, any number of them, each found by its index.
public protocol SceneSource: Sendable {
  /// The names that the class indices of objects stand for.
  var classNames: [String] { get }
  /// The scene numbered `index` (not negative): the same one whenever it is asked for.
  func scene(_ index: Int) throws -> Scene
}
