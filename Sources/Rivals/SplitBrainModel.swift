internal import Configurations
public import Layers
internal import Networks
internal import Randomness
public import Tensors
public import Training

/// A trunk on Lab of which one half of the channels sees L and the other a and b, and a head on
/// each half.
///
/// The trunk is one plain stack whose filters are zero wherever the halves would meet: what is
/// exported is an ordinary trunk with both halves' features side by side, as in the released
/// network, whose conv1, conv3 and fully connected layers have no groups either. Passes compute the
/// halves alone, at half the cost; the zeros have no gradient and stay zero.
public struct SplitBrainModel: PretextModel {
  private var stack: Stack
  /// The head that predicts ab, on the half that sees L.
  var color: Stack
  /// The head that predicts L, on the half that sees ab.
  var lightness: Stack

  /// A model around a trunk; filters between the halves are set to zero.
  init(trunk: Stack, color: Stack, lightness: Stack) {
    (stack, self.color, self.lightness) = (trunk.split, color, lightness)
  }

  /// What is kept when the task is done; filters between the halves of one that is put in place are
  /// set to zero.
  public var trunk: Stack {
    get { stack }
    set { stack = newValue.split }
  }

  /// The scores for ab, seen from L, and for L, seen from ab.
  ///
  /// - Shapes: [n, 3, h, w] to [n, 313, h', w'] and [n, 100, h', w'].
  public mutating func forward(
    _ x: Tensor, _ pass: inout Pass
  ) -> (color: Tensor, lightness: Tensor) {
    let halves = features(x, &pass)
    return (color.forward(halves[0], &pass), lightness.forward(halves[1], &pass))
  }

  /// The features of both halves, which side by side are those of the trunk.
  public mutating func features(_ x: Tensor, _ pass: inout Pass) -> [Tensor] {
    let halves = SplitLayer.input.map { range in
      x.sliced(
        start: [0, range.lowerBound, 0, 0], shape: x.shape.replacing(1, with: range.count))
    }
    return stack.halves(of: halves, &pass)
  }

  /// Visits the trunk's tensors under their own names and the others under `head`.
  public mutating func visit(_ visitor: inout some ParameterVisitor) {
    stack.visit(&visitor)
    visitor.path.append("head")
    visitor.part("color", &color)
    visitor.part("lightness", &lightness)
    visitor.path.removeLast()
  }
}

/// Which channels are whose.
enum SplitLayer {
  /// L, and ab.
  static let input = [0..<1, 1..<3]

  /// The channels of one half of `count`.
  static func channels(_ half: Int, of count: Int) -> Range<Int> {
    half * (count / 2)..<(half + 1) * (count / 2)
  }
}

extension TrunkConfiguration {
  /// Half of the channels.
  var half: TrunkConfiguration {
    var copy = self
    copy.width /= 2
    return copy
  }

  /// Throws unless every layer has an even number of channels.
  func requireHalves() throws {
    guard inputChannels == 3 else { return }  // another error, which Pretraining gives
    let isEven = build(.constant(0), key: RandomKey(seed: 0), on: .cpu).tensors.allSatisfy {
      $0.tensor.shape[0] % 2 == 0
    }
    try ConfigurationError.require(
      isEven && half.outputChannels * 2 == outputChannels, at: "trunk.width",
      "\(width) gives a layer an odd number of channels, which has no halves")
  }
}

extension Stack {
  /// The same layers with filters of zero between the halves.
  fileprivate var split: Stack {
    mapLayers { layer in
      guard var convolution = layer.kind.convolution else { return layer }
      convolution.weight = convolution.splitWeight
      return convolution
    }
  }

  /// What each half of the layers makes of its half of the input.
  fileprivate mutating func halves(of inputs: [Tensor], _ pass: inout Pass) -> [Tensor] {
    var halves = inputs
    for stage in stages {
      switch stage.layer.kind {
      case .convolution(let layer):
        for half in 0..<2 {
          var part = layer.half(half)
          halves[half] = part.forward(halves[half], &pass)
        }
      case .batchNormalization(var layer):
        var parts = (0..<2).map { layer.half($0) }
        for half in 0..<2 { halves[half] = parts[half].forward(halves[half], &pass) }
        layer.mean = concatenate(parts.map(\.mean), axis: 0)
        layer.variance = concatenate(parts.map(\.variance), axis: 0)
        self[stage.name] = layer
      case .residual(var block):
        let main = block.main.halves(of: halves, &pass)
        let shortcut = block.projection?.halves(of: halves, &pass) ?? halves
        halves = zip(main, shortcut).map { ResidualBlock.joined($0, $1) }
        self[stage.name] = block
      case .relu, .maxPooling, .averagePooling, .globalAveragePooling, .responseNormalization,
        .dropout, .upsampling:
        for half in 0..<2 {
          var layer = stage.layer
          halves[half] = layer.forward(halves[half], &pass)
        }
      case .transposedConvolution, .dense:
        fatalError("SplitBrainModel: layer '\(stage.name)' is a \(stage.layer.kind)")
      }
    }
    return halves
  }
}

extension Convolution {
  /// Where the filters of one half stand. Layers in two groups are split already.
  private func block(_ half: Int) -> (start: [Int], shape: Shape) {
    let rows = SplitLayer.channels(half, of: weight.shape[0])
    let inputs = weight.shape[1]
    let columns =
      parameters.groups == 2
      ? 0..<inputs : inputs == 3 ? SplitLayer.input[half] : SplitLayer.channels(half, of: inputs)
    return (
      [rows.lowerBound, columns.lowerBound, 0, 0],
      [rows.count, columns.count, weight.shape[2], weight.shape[3]]
    )
  }

  /// The filters of one half as a layer of their own.
  fileprivate func half(_ half: Int) -> Convolution {
    let (start, shape) = block(half)
    var parameters = parameters
    parameters.groups = 1
    return Convolution(
      weight: weight.sliced(start: start, shape: shape),
      bias: bias?.sliced(start: [start[0]], shape: [shape[0]]), parameters)
  }

  /// The filters with zeros between the halves.
  fileprivate var splitWeight: Tensor {
    let blocks = (0..<2).map { half in
      let (start, shape) = block(half)
      return weight.sliced(start: start, shape: shape).padded(start: start, shape: weight.shape)
    }
    return blocks[0] + blocks[1]
  }
}

extension BatchNormalization {
  /// The channels of one half as a layer of their own.
  fileprivate func half(_ half: Int) -> BatchNormalization {
    let range = SplitLayer.channels(half, of: mean.shape[0])
    func part(_ tensor: Tensor) -> Tensor {
      tensor.sliced(start: [range.lowerBound], shape: [range.count])
    }
    var copy = self
    (copy.mean, copy.variance) = (part(mean), part(variance))
    (copy.scale, copy.shift) = (scale.map(part), shift.map(part))
    return copy
  }
}
