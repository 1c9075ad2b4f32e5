/// The geometry of a two-dimensional convolution.
///
/// - Shapes: input [n, ci, h, w], weight [co, ci / groups, kh, kw], output
///   [n, co, (h + 2 padding - dilation (kh - 1) - 1) / stride + 1, …], rounded down.
public struct ConvolutionParameters: Hashable, Sendable {
  /// Step of the window along height and width.
  public var stride: Pair
  /// Zeros added on both sides along height and width.
  public var padding: Pair
  /// Distance between taps along height and width; 1 is the ordinary convolution.
  public var dilation: Pair
  /// Blocks of channels that do not see one another.
  public var groups: Int
  /// Whether max(x, 0) follows in the same kernel.
  public var relu: Bool

  /// The ordinary convolution unless told otherwise.
  public init(
    stride: Pair = 1, padding: Pair = 0, dilation: Pair = 1, groups: Int = 1, relu: Bool = false
  ) {
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.relu = relu
  }

  /// The output shape; traps with both shapes where input and weight do not fit.
  public func outputShape(input x: Shape, weight w: Shape) -> Shape {
    require(
      x.rank == 4 && w.rank == 4 && groups > 0 && x[1] == w[1] * groups && w[0] % groups == 0,
      "convolution: input \(x) does not fit weight \(w) with \(groups) group(s)")
    let h = (x[2] + 2 * padding.height - dilation.height * (w[2] - 1) - 1)
    let wide = (x[3] + 2 * padding.width - dilation.width * (w[3] - 1) - 1)
    require(
      h >= 0 && wide >= 0,
      "convolution: the kernel \(w) with dilation \(dilation) is larger than the padded input \(x)")
    return [x[0], w[0], h / stride.height + 1, wide / stride.width + 1]
  }
}

/// One number for height and one for width.
public struct Pair: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// Along rows.
  public var height: Int
  /// Along columns.
  public var width: Int

  /// Both numbers.
  public init(_ height: Int, _ width: Int) {
    self.height = height
    self.width = width
  }

  /// The same number twice.
  public init(_ both: Int) { self.init(both, both) }
  /// The same number twice.
  public init(integerLiteral both: Int) { self.init(both, both) }
  /// Such as `3x5`.
  public var description: String { "\(height)x\(width)" }
}

/// The geometry of a pooling window.
public struct PoolingParameters: Hashable, Sendable {
  /// Size of the window.
  public var window: Pair
  /// Step of the window; it may differ from its size.
  public var stride: Pair
  /// Border on both sides: minus infinity for max pooling, zeros for average pooling.
  public var padding: Pair
  /// Whether a last, incomplete window counts (Caffe), as long as it starts inside the input or its
  /// left border.
  public var ceilMode: Bool
  /// Whether average pooling divides by the full window even where it covers the border.
  public var countsPadding: Bool

  /// A window whose stride is its size unless told otherwise.
  public init(
    window: Pair, stride: Pair? = nil, padding: Pair = 0, ceilMode: Bool = false,
    countsPadding: Bool = true
  ) {
    self.window = window
    self.stride = stride ?? window
    self.padding = padding
    self.ceilMode = ceilMode
    self.countsPadding = countsPadding
  }

  /// The output shape [n, c, h', w']; traps where the window exceeds the padded input.
  public func outputShape(input x: Shape) -> Shape {
    require(x.rank == 4, "pooling: input \(x) is not [n, c, h, w]")
    func size(_ length: Int, _ window: Int, _ stride: Int, _ padding: Int) -> Int {
      require(
        length + 2 * padding >= window && padding <= window / 2,
        "pooling: window \(self.window) with padding \(self.padding) does not fit input \(x)")
      let steps = length + 2 * padding - window
      let count = (ceilMode ? (steps + stride - 1) / stride : steps / stride) + 1
      return ceilMode && (count - 1) * stride >= length + padding ? count - 1 : count
    }
    return [
      x[0], x[1], size(x[2], window.height, stride.height, padding.height),
      size(x[3], window.width, stride.width, padding.width),
    ]
  }
}

/// Local response normalization across channels: y = x / (k + alpha / size * sum x^2)^beta.
///
/// - Source: Krizhevsky et al. 2012, section 3.3, with Caffe's and PyTorch's alpha / size.
public struct LRNParameters: Hashable, Sendable {
  /// Channels in the window (odd).
  public var size: Int
  /// Weight of the sum of squares, divided by `size`.
  public var alpha: Double
  /// Exponent.
  public var beta: Double
  /// Constant term.
  public var k: Double

  /// Caffe's defaults for AlexNet.
  public init(size: Int = 5, alpha: Double = 1e-4, beta: Double = 0.75, k: Double = 1) {
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.k = k
  }
}

/// A bilinear change of size.
public struct ResizeParameters: Hashable, Sendable {
  /// Which points of the two grids coincide.
  public enum Corners: Hashable, Sendable {
    /// The outermost pixel centers coincide (`align_corners=True`; Caffe's Interp layer).
    case aligned
    /// The outer edges coincide; centers lie at half pixels (PyTorch's default).
    case halfPixel
  }
  /// Rows and columns of the output.
  public var size: Pair
  /// The grid convention.
  public var corners: Corners
  /// Output pixels per input pixel where it was given as a factor (half-pixel convention only);
  /// otherwise the ratio of the sizes.
  public var factor: Double?

  /// To `size` rows and columns.
  public init(size: Pair, corners: Corners = .halfPixel, factor: Double? = nil) {
    self.size = size
    self.corners = corners
    self.factor = factor
  }
}

/// The geometry of pooling over regions of interest.
public struct RoIParameters: Hashable, Sendable {
  /// Rows and columns of each output.
  public var size: Pair
  /// Feature pixels per image pixel, such as 1/16.
  public var scale: Double
  /// Samples per bin along each axis for RoI align; 0 adapts to the region.
  public var samples: Int
  /// Whether RoI align shifts by half a pixel (Detectron2's correction).
  public var aligned: Bool

  /// Bins of `size` over features at `scale`.
  public init(size: Pair, scale: Double, samples: Int = 0, aligned: Bool = false) {
    self.size = size
    self.scale = scale
    self.samples = samples
    self.aligned = aligned
  }
}
