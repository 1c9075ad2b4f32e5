internal import ColorScience
public import Images
internal import Inputs
internal import Networks

/// What a colorization network sees of a crop, and what it is asked for at each output position.
///
/// - Source: Zhang, Isola & Efros, ECCV 2016, section 2.2; the released training layers.
public struct ColorTargets: Sendable {
  /// The channels seen and predicted.
  public let pair: ChannelPair
  /// The bins of the soft code; nil in regression.
  public let code: TargetCode?
  /// The weight of each bin in the gradient; empty in regression.
  public let binWeights: [Float]
  /// Input pixels per output position; the target is point-sampled at this step, as in the released
  /// network.
  public let stride: Int
  /// Crops in which no |a| or |b| exceeds this have weight zero.
  public let grayThreshold: Float
  /// The same for a device that works on pixels.
  let recipe: ColorRecipe

  /// Targets of these settings; `binWeights` has one number per bin of the code.
  public init(
    pair: ChannelPair = .lightnessToAB, code: TargetCode?, binWeights: [Float], stride: Int = 4,
    grayThreshold: Float = 5
  ) {
    precondition(
      binWeights.count == code?.count ?? 0,
      "ColorTargets: \(binWeights.count) weights for \(code?.count ?? 0) bins")
    self.pair = pair
    self.code = code
    self.binWeights = binWeights
    self.stride = stride
    self.grayThreshold = grayThreshold
    recipe = ColorRecipe(
      pair, code, binWeights: binWeights, stride: stride, threshold: grayThreshold)
  }

  /// The planes of a crop's target at the output positions: [channels][positions].
  public func sampled(_ planes: [[Float]], size: Int) -> [[Float]] {
    planes.map { plane in
      var samples: [Float] = []
      for row in Swift.stride(from: 0, to: size, by: stride) {
        for column in Swift.stride(from: 0, to: size, by: stride) {
          samples.append(plane[row * size + column])
        }
      }
      return samples
    }
  }

  /// The example that a square RGB crop becomes.
  public func example(of crop: Picture) -> ColorizationExample {
    let size = crop.width
    let rows = (size + stride - 1) / stride
    let (input, target, ab) = planes(of: crop)
    let hasColor = ColorPresence.hasColor(a: ab[0], b: ab[1], threshold: grayThreshold)
    var example = ColorizationExample(
      size: size, rows: rows, columns: rows, input: input, target: target,
      weights: [Float](repeating: hasColor ? 1 : 0, count: rows * rows))
    if let code {
      let codes = code.encodePlanes(target)
      for position in example.weights.indices {
        example.weights[position] *= binWeights[Int(codes.bins[position])]
      }
      (example.classes, example.shares) = (codes.bins, codes.shares)
      example.entropy = codes.entropy
    } else {
      example.wanted = Preprocessing(pair.target, size: size).normalized(target)
    }
    return example
  }

  /// The network's input, the target at the output positions, and ab there. Of L and ab only what
  /// is asked for is computed.
  private func planes(
    of crop: Picture
  ) -> (input: [Float], target: [[Float]], ab: [[Float]]) {
    let size = crop.width
    let sampledAB = LabPlanes.chroma(ofRGB: crop.samples, width: size, step: stride)
    let ab = [sampledAB.a, sampledAB.b]
    let preprocessing = Preprocessing(pair.input, size: size)
    guard pair == .lightnessToAB else {
      let planes = pair.planes(of: crop)
      return (preprocessing.normalized(planes.input), sampled(planes.target, size: size), ab)
    }
    let input = [Float](unsafeUninitializedCapacity: size * crop.height) { lightness, count in
      count = size * crop.height
      crop.samples.withUnsafeBufferPointer { rgb in
        LabPlanes.convert(
          rgb: rgb, lightness: UnsafeMutableBufferPointer(rebasing: lightness[..<count]),
          mean: Float(preprocessing.mean[0]), scale: Float(preprocessing.scale[0]))
      }
    }
    return (input, ab, ab)
  }
}

/// One crop as the network sees it and what is asked of it.
public struct ColorizationExample: Sendable {
  /// Rows and columns of the crop.
  public let size: Int
  /// Rows of the target.
  public let rows: Int
  /// Columns of the target.
  public let columns: Int
  /// The network's input, [channels, size, size].
  public let input: [Float]
  /// The target in its own units: [channels][rows x columns].
  public let target: [[Float]]
  /// The target as a network gives it, normalized as `Preprocessing` has it: [channels, rows,
  /// columns]; empty in classification.
  public var wanted: [Float] = []
  /// The weight of each position in the gradient, [rows, columns]; zero where the crop is gray.
  public var weights: [Float]
  /// Bins of the soft code, [k, rows, columns]; empty in regression.
  public var classes: [Int32] = []
  /// Their shares, [k, rows, columns].
  public var shares: [Float] = []
  /// The entropy of all soft codes together, in nats.
  public var entropy = 0.0
}
