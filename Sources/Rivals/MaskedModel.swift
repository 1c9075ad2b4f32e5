internal import Foundation
public import Layers
internal import Networks
public import Tensors
public import Training

/// A trunk whose layers see only some patches of a picture, and a decoder that fills in the others.
///
/// A sparse convolution is a dense one whose output is set to 0 wherever nothing was to be seen, so
/// that hidden patches neither fill up from layer to layer nor count in any normalization.
/// - Source: Tian et al., ICLR 2023, section 3.1.
public struct MaskedModel: PretextModel {
  /// What is kept when the task is done: a dense stack like any other.
  public var trunk: Stack
  /// What fills in hidden patches.
  var decoder: Stack
  /// What stands for the features of hidden patches, [c].
  var token: Tensor

  /// The pictures, in blocks.
  ///
  /// - Shapes: [n, c, size, size] to [n, depth, rows, rows].
  public mutating func forward(_ x: Tensor, seen: SeenPatches, _ pass: inout Pass) -> Tensor {
    let features = features(x, seen: seen, &pass)
    return decoder.forward(features, &pass)
  }

  /// The trunk's features of seen patches, with the token in the place of all others.
  ///
  /// - Shapes: [n, c, size, size] to [n, c', h, w].
  public mutating func features(_ x: Tensor, seen: SeenPatches, _ pass: inout Pass) -> Tensor {
    var maps = SeenMaps(seen)
    let found = trunk.forward(maps.only(x), seen: &maps, &pass)
    let mask = maps.mask(like: found)
    let tokens = found.zeros.addingChannels(token)
    return found + (tokens - tokens * mask)
  }

  /// Visits the trunk's tensors under their own names and the others under `head`.
  public mutating func visit(_ visitor: inout some ParameterVisitor) {
    trunk.visit(&visitor)
    visitor.part("head", &decoder)
    visitor.path.append("head")
    visitor.parameter("token", &token, .bias)
    visitor.path.removeLast()
  }
}

/// Where the pictures of a batch are seen.
public struct SeenPatches: Sendable {
  /// Rows and columns of the grid.
  public let rows: Int
  /// 1 where a picture is seen, 0 where it is hidden: [n, rows, rows].
  public let isSeen: [Float]

  /// A grid of `rows` x `rows` for each picture.
  public init(rows: Int, _ isSeen: [Float]) { (self.rows, self.isSeen) = (rows, isSeen) }

  /// What is not asked for is seen.
  init(of batch: ReconstructionBatch) {
    let (rows, depth) = (batch.blocks.rows, batch.blocks.depth)
    self.init(
      rows: rows,
      (0..<batch.count).flatMap { picture in
        let first = picture * depth * rows * rows
        return batch.weights[first..<first + rows * rows].map { 1 - $0 }
      })
  }
}

/// The same at the resolution of each layer's output, made when it is first asked for.
struct SeenMaps {
  private let seen: SeenPatches
  private var masks: [Shape: (mask: Tensor, share: Double)] = [:]

  init(_ seen: SeenPatches) { self.seen = seen }

  /// A tensor with 0 wherever nothing is seen.
  mutating func only(_ x: Tensor) -> Tensor { x * mask(like: x) }

  /// 1 where something is seen, 0 elsewhere, in the shape of `x` [n, c, h, w].
  mutating func mask(like x: Tensor) -> Tensor { found(for: x).mask }

  /// The share of positions of `x` at which something is seen.
  mutating func share(like x: Tensor) -> Double { found(for: x).share }

  private mutating func found(for x: Tensor) -> (mask: Tensor, share: Double) {
    if let known = masks[x.shape] { return known }
    let (count, height, width) = (x.shape[0], x.shape[2], x.shape[3])
    let rows = seen.rows
    var values: [Float] = []
    values.reserveCapacity(count * height * width)
    for picture in 0..<count {
      for y in 0..<height {
        let row = (picture * rows + (2 * y + 1) * rows / (2 * height)) * rows
        for x in 0..<width { values.append(seen.isSeen[row + (2 * x + 1) * rows / (2 * width)]) }
      }
    }
    // Each channel of the result is the one plane.
    let plane = Tensor(values, shape: [count, 1, height, width], dtype: x.dtype, on: x.device)
    let ones = Tensor(filledWith: 1, shape: [x.shape[1], 1, 1, 1], dtype: x.dtype, on: x.device)
    let made = (
      plane.convolution(ones), Double(values.reduce(0, +)) / Double(max(1, values.count))
    )
    masks[x.shape] = made
    return made
  }
}

extension Stack {
  /// The output of layers that see nothing where nothing is to be seen; `x` is 0 there.
  fileprivate mutating func forward(
    _ x: Tensor, seen maps: inout SeenMaps, _ pass: inout Pass
  ) -> Tensor {
    var x = x
    for stage in stages {
      switch stage.layer.kind {
      case .batchNormalization(var layer):
        x = layer.forward(x, seen: &maps, &pass)
        self[stage.name] = layer
      case .residual(var block):
        let learned = block.main.forward(x, seen: &maps, &pass)
        x = ResidualBlock.joined(learned, block.projection?.forward(x, seen: &maps, &pass) ?? x)
        self[stage.name] = block
      case .convolution, .maxPooling, .averagePooling, .responseNormalization, .upsampling:
        var layer = stage.layer
        x = maps.only(layer.forward(x, &pass))
      case .relu, .dropout:  // which leave zeros alone
        var layer = stage.layer
        x = layer.forward(x, &pass)
      case .transposedConvolution, .dense, .globalAveragePooling:
        fatalError("MaskedModel: layer '\(stage.name)' is a \(stage.layer.kind)")
      }
    }
    return x
  }
}

extension BatchNormalization {
  /// Normalization by the statistics of seen positions; `x` is 0 elsewhere, and so is the result.
  ///
  /// Zeros are a known share of all positions. Where the seen ones' mean is taken off them alone,
  /// the mean over all is 0 and the variance over all is theirs times their share s, so that plain
  /// normalization with epsilon s, times the root of s, is that by the seen ones.
  fileprivate mutating func forward(
    _ x: Tensor, seen maps: inout SeenMaps, _ pass: inout Pass
  ) -> Tensor {
    guard pass.isTraining && !pass.freezesStatistics else { return maps.only(forward(x, &pass)) }
    let (count, channels, share) = (x.shape[0], x.shape[1], maps.share(like: x))
    let means = x.globalAveragePool().reshaped([count, channels]).inFullPrecision
    let average = Tensor(
      filledWith: 1 / (Double(count) * share), shape: [1, count], dtype: means.dtype, on: x.device)
    let center = average.matrixProduct(means).reshaped([channels])
    let gain =
      scale?.scaled(by: share.squareRoot())
      ?? Tensor(
        filledWith: share.squareRoot(), shape: [channels], dtype: means.dtype, on: x.device)
    let result = maps.only(x.addingChannels(center.scaled(by: -1))).batchNormalized(
      scale: gain, shift: shift, epsilon: epsilon * share, relu: relu)
    let positions = share * Double(x.shape.count / channels)
    let unbiased = positions > 1 ? positions / (positions - 1) : 1
    mean = .combination(1 - momentum, mean, momentum, center.detached)
    variance = .combination(
      1 - momentum, variance, momentum * unbiased / share, result.variance)
    return maps.only(result.output)
  }
}
