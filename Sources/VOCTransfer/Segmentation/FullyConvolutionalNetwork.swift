public import Configurations
internal import Foundation
public import Layers
internal import Networks
internal import Randomness
public import Tensors
internal import Training

/// A trunk whose every position gives a score to every class, brought back to the size of the
/// picture: FCN-32s, 16s and 8s of Long, Shelhamer & Darrell (CVPR 2015), for any trunk.
///
/// What the paper calls 32s is the trunk's own stride: 32 for VGG-16 and for AlexNet in transfer
/// form, 16 for AlexNet in pretraining form, 8 for ECCV16, 32 to 8 for a ResNet by dilation. Each
/// skip adds the scores of a shallower layer at that layer's stride. The geometry of trunk and
/// filters says where maps are cut; what they become lies over the picture to within half a pixel.
public struct FullyConvolutionalNetwork: Layer {
  /// A part of the trunk and the scores of its last layer.
  struct Level {
    /// The trunk's layers after the level before and up to `name`.
    var features: Stack
    /// The layer that is scored.
    let name: String
    /// One score per class from each position.
    var score: Convolution
    /// Where its positions lie over the picture.
    let grid: PixelGrid
    /// What brings sums of scores to the next shallower level, or to the picture from the first;
    /// nil where the strides are the same.
    var upsampling: TransposedConvolution?
  }

  /// Settings of the part that is new.
  public struct Options: Sendable {
    /// The layer whose output is scored; empty takes the trunk's last.
    public var features = ""
    /// Shallower layers whose scores are added.
    public var skips: [String] = []
    /// Whether upsampling filters learn; they start as bilinear interpolation.
    public var learnsUpsampling = false
    /// The share of the scored features that is dropped in training (not those of skips).
    public var dropout = 0.5
    /// Layers of the trunk whose outputs are dropped likewise, such as fc6 of AlexNet.
    public var dropoutAfter: [String] = []
    /// Zeros on each side of the picture; there are more where the trunk needs them.
    public var margin = 0

    /// FCN with the stride of the trunk.
    public init() {}
  }

  /// From the shallowest to the deepest.
  var levels: [Level]
  /// Zeros before the first row and column.
  let margin: Int
  /// The least number of zeros after the last row and column.
  private let leastClosingMargin: Int
  private let geometry: Geometry
  private let options: Options
  /// The names of the trunk's layers that behave as in evaluation.
  var frozen: [String] = []
  /// Whether all batch normalization of the trunk does.
  var freezesStatistics = false

  /// A network with the trunk's weights, scores of zero and filters that interpolate.
  ///
  /// - Source: scores and skips start at zero (Long et al. 2015, section 4.2, and
  ///   richzhang/colorization, feature_learning_tests/segmentation/train_val.prototxt).
  public init(
    trunk: Stack, classes: Int, options: Options = .init(), on device: Device
  ) throws(ConfigurationError) {
    var options = options
    let last =
      options.features.isEmpty
      ? trunk.names[trunk.names.count - 1]
      : try trunk.layer(called: options.features, setting: "features")
    let used = trunk.through(last)
    options.skips = try used.layers(called: options.skips, setting: "skips")
    options.dropoutAfter = try used.layers(called: options.dropoutAfter, setting: "dropoutAfter")
    let trunk = used.dropping(options.dropout, after: options.dropoutAfter)
    let names = trunk.names.filter { Set(options.skips + [last]).contains($0) }
    guard names.count == Set(options.skips).count + 1 else {
      throw ConfigurationError(
        place: "skips",
        problem: "must name layers before '\(last)', not \(options.skips)")
    }
    let geometries = trunk.geometries
    geometry = geometries[last]!
    margin = max(options.margin, Int(geometry.offset.rounded(.up)), 0)
    leastClosingMargin = options.margin
    self.options = options
    let channels = Self.channels(of: names, in: trunk, geometry)
    levels = []
    var finer = PixelGrid.picture
    for (place, name) in names.enumerated() {
      let before = place == 0 ? trunk : trunk.after(names[place - 1])
      let grid = PixelGrid(geometries[name]!, margin: margin)
      guard grid.stride % finer.stride == 0 else {
        throw ConfigurationError(
          place: "skips",
          problem: "the stride \(grid.stride) of '\(name)' is no multiple of \(finer.stride)")
      }
      levels.append(
        Level(
          features: before.through(name), name: name,
          score: Convolution(
            channels[name]!, classes, kernel: 1, initializer: .constant(0),
            key: RandomKey(seed: 0), on: device),
          grid: grid, upsampling: Self.upsampling(grid, onto: finer, classes, on: device)))
      finer = grid
    }
  }

  private static func channels(
    of names: [String], in trunk: Stack, _ geometry: Geometry
  ) -> [String: Int] {
    let first = trunk.tensors.first { $0.role == .weight }?.tensor
    let side = max(32, Int((1 + 2 * geometry.offset).rounded(.up)))
    let input = Tensor(
      filledWith: 0, shape: [1, first?.shape[1] ?? 1, side, side], on: first?.device ?? .cpu)
    return trunk.outputs(input, of: Set(names)).mapValues { $0.shape[1] }
  }

  /// One bilinear filter per class, as Caffe's `bilinear` filler makes them.
  private static func upsampling(
    _ grid: PixelGrid, onto finer: PixelGrid, _ classes: Int, on device: Device
  ) -> TransposedConvolution? {
    let factor = grid.stride / finer.stride
    guard factor > 1 else { return nil }
    return TransposedConvolution(
      classes, classes, kernel: Pair(grid.kernel(onto: finer)), stride: Pair(factor),
      groups: classes, bias: false, initializer: .bilinear, key: RandomKey(seed: 0), on: device)
  }
}

extension Stack {
  /// The stack with dropout after each of these layers.
  fileprivate func dropping(_ rate: Double, after names: [String]) -> Stack {
    guard rate > 0 else { return self }
    func dropping(_ stage: Stage) -> [Stage] {
      names.contains(stage.output)
        ? [stage, Stage("drop after \(stage.output)", Dropout(rate: rate))] : [stage]
    }
    return Stack(
      stages.flatMap { stage in
        guard let parts = stage.parts, names.contains(stage.name) else { return dropping(stage) }
        return dropping(parts.layer) + dropping(parts.rectifier)
      })
  }
}

extension FullyConvolutionalNetwork {
  /// The part of the trunk that is used.
  var trunk: Stack { levels.dropFirst().reduce(levels[0].features) { $0.appending($1.features) } }

  /// How the scores of one level are brought to the next finer one, as FCN's prototxt files state
  /// it.
  public struct Upscaling: Equatable, Sendable {
    /// The layer that is scored.
    public let layer: String
    /// The side of the bilinear filter, and its step; both 1 where the strides are the same.
    public let kernel, factor: Int
    /// How many rows and columns are cut from the start of its outputs; where it is negative, so
    /// many are cut from the finer scores instead.
    public let cut: Int
  }

  /// What happens to the scores, from the deepest level to the picture.
  public var upscalings: [Upscaling] {
    var grid = levels[levels.count - 1].grid
    return levels.indices.reversed().map { place in
      let kernel = levels[place].upsampling?.weight.shape[2] ?? 1
      let factor = levels[place].upsampling?.stride.height ?? 1
      let finer = place == 0 ? PixelGrid.picture : levels[place - 1].grid
      let cut = grid.upsampled(by: factor, kernel: kernel).steps(to: finer)
      grid = finer.dropping(max(0, -cut))
      return Upscaling(layer: levels[place].name, kernel: kernel, factor: factor, cut: cut)
    }
  }

  /// Shapes: pictures [n, c, h, w] to scores [n, classes, h, w], which are of single precision at
  /// least.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    let (height, width) = (x.shape[2], x.shape[3])
    var (features, scores) = (bordered(x), [Tensor]())
    for place in levels.indices {
      features = levels[place].features.forward(
        features, &pass, frozen: frozen, freezingStatistics: freezesStatistics)
      let isDeepest = place == levels.count - 1
      let kept =
        isDeepest && pass.isTraining && options.dropout > 0
        ? features.dropout(rate: options.dropout, key: pass.nextKey()) : features
      scores.append(levels[place].score.forward(kept, &pass).inFullPrecision)
    }
    var (map, grid) = (scores.removeLast(), levels[levels.count - 1].grid)
    for place in levels.indices.reversed() {
      if var filter = levels[place].upsampling {
        map = filter.forward(map, &pass)
        grid = grid.upsampled(by: filter.stride.height, kernel: filter.weight.shape[2])
      }
      if place > 0 { (map, grid) = Self.sum(map, grid, scores[place - 1], levels[place - 1].grid) }
    }
    let start = grid.steps(to: .picture)
    return map.cropped(top: start, left: start, height: height, width: width)
  }

  /// The sum of two maps of the same stride where both are, and its grid.
  static func sum(
    _ coarse: Tensor, _ grid: PixelGrid, _ fine: Tensor, _ finer: PixelGrid
  ) -> (Tensor, PixelGrid) {
    let steps = grid.steps(to: finer)
    let (a, b) = (max(0, steps), max(0, -steps))
    let height = min(coarse.shape[2] - a, fine.shape[2] - b)
    let width = min(coarse.shape[3] - a, fine.shape[3] - b)
    return (
      coarse.cropped(top: a, left: a, height: height, width: width)
        + fine.cropped(top: b, left: b, height: height, width: width), finer.dropping(b)
    )
  }

  /// The picture with the zeros around it that let every pixel lie between scored positions.
  private func bordered(_ x: Tensor) -> Tensor {
    func length(_ side: Int) -> Int {
      let closing = PixelGrid.closingMargin(length: side, margin: margin, geometry)
      return margin + side + max(closing, leastClosingMargin)
    }
    let (height, width) = (length(x.shape[2]), length(x.shape[3]))
    if height == x.shape[2] && width == x.shape[3] { return x }
    return x.padded(
      start: [0, 0, margin, margin], shape: [x.shape[0], x.shape[1], height, width])
  }

  /// Visits the trunk's tensors under their own names, then `head.score.LAYER` and, where they
  /// learn, the filters `head.upsampling.LAYER`.
  public mutating func visit(_ visitor: inout some ParameterVisitor) {
    for place in levels.indices { levels[place].features.visit(&visitor) }
    for place in levels.indices {
      visitor.path.append("head.score.\(levels[place].name)")
      levels[place].score.visit(&visitor)
      visitor.path.removeLast()
      guard options.learnsUpsampling, var filter = levels[place].upsampling else { continue }
      levels[place].upsampling = nil  // so that the visitor sees the only reference
      visitor.path.append("head.upsampling.\(levels[place].name)")
      filter.visit(&visitor)
      visitor.path.removeLast()
      levels[place].upsampling = filter
    }
  }
}
