internal import Configurations
public import Images
public import Randomness

/// What may change between two views of one picture, as in SimCLR's recipe for ImageNet.
///
/// The order is that of torchvision's references: window, mirror, color jitter, gray, blur. All
/// that a view is made of is drawn from one key before the first operation, always the same number
/// of draws, so that changing one setting leaves the others' draws alone.
/// - Source: Chen, Kornblith, Norouzi & Hinton, "A simple framework for contrastive learning of
///   visual representations", ICML 2020, appendix A.
public struct ViewSettings: Codable, Hashable, Sendable {
  /// The least area of a view as a share of the picture's; areas are drawn uniformly up to 1.
  public var minimumArea: Double = 0.08
  /// The window's width over height, whose logarithm is drawn uniformly, lies in [1 / this, this].
  public var maximumAspect: Double = 4 / 3
  /// The share of views that are mirrored.
  public var mirrored: Double = 0.5
  /// The share of views whose colors are changed by the next four.
  public var jittered: Double = 0.8
  /// Samples are multiplied by a factor that is drawn from 1 - x to 1 + x.
  public var brightness: Double = 0.8
  /// Distances from the mean gray are multiplied by such a factor.
  public var contrast: Double = 0.8
  /// Distances from the gray of each pixel are multiplied by such a factor.
  public var saturation: Double = 0.8
  /// Hues are turned by -x to x of a full turn.
  public var hue: Double = 0.2
  /// The share of views that are made gray.
  public var gray: Double = 0.2
  /// The share of views that are blurred; recipes for pictures of 32 pixels have 0.
  public var blurred: Double = 0.5
  /// The least and the largest standard deviation of the blur, in pixels, over a window of a tenth
  /// of the view's side.
  public var blur: [Double] = [0.1, 2]

  /// The recipe for ImageNet.
  public init() {}

  func check() throws {
    func require(_ condition: Bool, _ setting: String, _ problem: String) throws {
      try ConfigurationError.require(condition, "views.\(setting)", problem)
    }
    try require(
      minimumArea > 0 && minimumArea <= 1, "minimumArea",
      "must lie in 0...1 and not be 0, it is \(minimumArea)")
    try require(
      maximumAspect >= 1 && maximumAspect.isFinite, "maximumAspect",
      "must be at least 1, it is \(maximumAspect)")
    for (setting, value, most) in [
      ("mirrored", mirrored, 1), ("jittered", jittered, 1), ("brightness", brightness, 1),
      ("contrast", contrast, 1), ("saturation", saturation, 1), ("hue", hue, 0.5),
      ("gray", gray, 1), ("blurred", blurred, 1),
    ] {
      try require(
        (0...most).contains(value), setting, "must lie in 0...\(most), it is \(value)")
    }
    try require(
      blur.count == 2 && blur[0] > 0 && blur[0] <= blur[1] && blur[1].isFinite, "blur",
      "must be a positive number and one that is not less, it is \(blur)")
  }

  /// All that is done to a picture to make one view of it.
  public struct Recipe: Hashable, Sendable {
    /// Where the view is cut out.
    public var window: ViewWindow
    /// Whether left and right are exchanged.
    public var isMirrored: Bool
    /// What becomes of colors, in this order.
    public var changes: [ColorChange]
    /// The standard deviation of the blur; nil for none.
    public var blur: Double?

    /// The view of a picture, `size` x `size` in three channels.
    public func view(of picture: Picture, size: Int) -> Picture {
      var view = window.cut(out: picture, size: size, mirrored: isMirrored)
      for change in changes { change.apply(to: &view) }
      return blur.map { GaussianBlur(deviation: $0, side: size).applied(to: view) } ?? view
    }
  }

  /// A recipe for a picture of this size, drawn from `key`.
  public func recipe(width: Int, height: Int, key: RandomKey) -> Recipe {
    var stream = key.stream()
    let isMirrored = stream.chance(mirrored)
    let isJittered = stream.chance(jittered)
    let order = stream.permutation(4)
    func factor(_ range: Double) -> Double { 1 + range * stream.uniform(in: -1..<1) }
    let changes: [ColorChange] = [
      .brightness(factor(brightness)), .contrast(factor(contrast)), .saturation(factor(saturation)),
      .hue(hue * stream.uniform(in: -1..<1)),
    ]
    let isGray = stream.chance(gray)
    let isBlurred = stream.chance(blurred)
    let deviation = stream.uniform(in: blur[0]..<max(blur[1], blur[0].nextUp))
    // The window last: it alone draws a number of times that depends on what was drawn.
    let window = ViewWindow.drawn(
      width: width, height: height, areas: minimumArea, aspects: maximumAspect, from: &stream)
    return Recipe(
      window: window, isMirrored: isMirrored,
      changes: (isJittered ? order.map { changes[$0] }.filter { !$0.isNone } : [])
        + (isGray ? [.gray] : []),
      blur: isBlurred ? deviation : nil)
  }
}
