public import Randomness

/// The list of what a device must implement: the whole alphabet of kernels, on one page.
///
/// Kernels take and return storages, may run asynchronously, and may return private layouts; only
/// `floats`, `doubles`, `indices` and `squaredNorm` wait for results. Plans (descriptors, compiled
/// kernels) are cached inside a backend by shape. Callers have checked shapes. Gradient kernels
/// take the gradient `g` of the loss with respect to the forward kernel's output. A device has all
/// kernels: the compiler names one that is missing.
public protocol Backend: AnyObject, Sendable {
  /// The name in messages, such as `cpu`.
  var name: String { get }
  /// The types it computes in.
  var dtypes: Set<DType> { get }
  /// Bytes in storages that are still owned.
  var liveBytes: Int { get }
  /// The largest `liveBytes` so far.
  var peakBytes: Int { get }
  /// Runs `body`, which reads nothing from the device. A device that works faster on much at once
  /// may take what `body` asks for as a recording, and begin later; elsewhere it is a plain call.
  func recording<Result>(_ body: () throws -> Result) rethrows -> Result
  /// Runs `body`, in which optimizers step many parameters; a device may take such steps together.
  func steppingTogether<Result>(_ body: () throws -> Result) rethrows -> Result

  // Memory. Host arrays are row-major.
  func store(_ values: [Float], shape: Shape, dtype: DType) -> Storage
  func store(_ values: [Double], shape: Shape, dtype: DType) -> Storage
  func store(_ values: [Int32], shape: Shape) -> Storage
  func floats(of x: Storage) -> [Float]
  func doubles(of x: Storage) -> [Double]
  /// Begins to read storages of one element each; what comes back waits until they are there.
  func reading(of xs: [Storage]) -> () -> [Double]
  func indices(of x: Storage) -> [Int32]
  func filled(with value: Double, shape: Shape, dtype: DType) -> Storage
  /// Zeros of the shape, type and layout of `x`.
  func zeros(like x: Storage) -> Storage
  /// The only element of `value` everywhere.
  func spread(_ value: Storage, shape: Shape, dtype: DType) -> Storage
  func converted(_ x: Storage, to dtype: DType) -> Storage
  /// A copy that nobody else owns, in the same layout.
  func copied(_ x: Storage) -> Storage
  /// x in the layout of y where that makes further work on both faster, else x itself.
  func arranged(_ x: Storage, like y: Storage) -> Storage
  /// The same elements, row-major, under another shape; shares memory where it can.
  func reshaped(_ x: Storage, to shape: Shape) -> Storage

  // Elementwise and sums.
  /// a x + b y, element by element.
  func combined(_ a: Double, _ x: Storage, _ b: Double, _ y: Storage) -> Storage
  /// a x + b, element by element.
  func scaled(_ x: Storage, by a: Double, plus b: Double) -> Storage
  func multiplied(_ x: Storage, _ y: Storage) -> Storage
  /// x where x > 0, slope x elsewhere.
  func relu(_ x: Storage, slope: Double) -> Storage
  /// g where the output y > 0, slope g elsewhere.
  func reluGradient(_ g: Storage, output y: Storage, slope: Double) -> Storage
  /// The same for slope 0, with the sums over everything but channels where the device has them in
  /// the same pass. `g` may come from `batchNormalizationGradient` with `rectified`.
  func rectifierGradient(_ g: Storage, output y: Storage) -> (x: Storage, sums: Storage?)
  /// x plus one number per channel (axis 1), then max(x, 0) where `relu` says so.
  func addingChannels(_ x: Storage, _ bias: Storage, relu: Bool) -> Storage
  /// The sum over everything but channels (axis 1): shape [c].
  func channelSums(_ x: Storage) -> Storage
  /// The sum of all elements: shape [].
  func sum(_ x: Storage) -> Storage
  /// The sum of the squares of all elements, in double precision, on the host.
  func squaredNorm(_ x: Storage) -> Double
  /// The Euclidean norm over all elements of all storages: shape [], in f64 on every device.
  func norm(_ xs: [Storage]) -> Storage
  /// 1 / keep with probability keep, else 0; element i is decided by word i mod 4 of Philox block
  /// i / 4 of the key (counter third and fourth words 0), compared as a 32-bit integer with
  /// keep * 2^32.
  func dropoutMask(shape: Shape, dtype: DType, keep: Double, key: RandomKey) -> Storage

  // Linear maps. Weights and biases may be of single precision where x is bfloat16; weights, or
  // what they are transformed to, are rounded to bfloat16 first. Gradients of weights and biases
  // are sums: of single precision then.
  /// The weights as convolutions of this type and these parameters take them, where every pass
  /// would else make them anew; else the weights themselves.
  func convolutionWeights(_ w: Storage, as dtype: DType, _ p: ConvolutionParameters) -> Storage
  func convolution(_ x: Storage, _ w: Storage, _ bias: Storage?, _ p: ConvolutionParameters)
    -> Storage
  /// Also the forward pass of the transposed convolution. `p.relu` is ignored.
  func convolutionInputGradient(
    _ g: Storage, _ w: Storage, inputShape: Shape, _ p: ConvolutionParameters
  ) -> Storage
  /// `p.relu` is ignored; the bias gradient is returned when asked for.
  func convolutionWeightGradient(
    _ g: Storage, _ x: Storage, weightShape: Shape, _ p: ConvolutionParameters, bias: Bool
  ) -> (weight: Storage, bias: Storage?)
  /// op(a) op(b) for matrices, where op transposes or not.
  func matrixProduct(_ a: Storage, _ b: Storage, transposeA: Bool, transposeB: Bool) -> Storage

  // Normalization.
  /// (x - mean) / sqrt(variance + epsilon) scale + shift with the statistics of the batch, which
  /// are returned (biased variance). The workspace goes to the gradient.
  func batchNormalization(
    _ x: Storage, scale: Storage?, shift: Storage?, epsilon: Double, relu: Bool
  ) -> (y: Storage, mean: Storage, variance: Storage, workspace: Storage?)
  /// The same with given statistics.
  func batchNormalization(
    _ x: Storage, mean: Storage, variance: Storage, scale: Storage?, shift: Storage?,
    epsilon: Double, relu: Bool
  ) -> Storage
  /// The gradient of either; `ofBatch` says whether the statistics came from the batch, `rectified`
  /// that x is the output of a rectifier and its gradient goes to `rectifierGradient` alone, which
  /// wants it only where x is positive.
  func batchNormalizationGradient(
    _ g: Storage, x: Storage, y: Storage, mean: Storage, variance: Storage, scale: Storage?,
    shift: Storage?, workspace: Storage?, epsilon: Double, relu: Bool, ofBatch: Bool,
    rectified: Bool
  ) -> (x: Storage, scale: Storage?, shift: Storage?)
  func responseNormalization(_ x: Storage, _ p: LRNParameters) -> (y: Storage, workspace: Storage?)
  func responseNormalizationGradient(
    _ g: Storage, x: Storage, y: Storage, workspace: Storage?, _ p: LRNParameters
  ) -> Storage

  // Pooling and resampling.
  /// The first largest element in row-major order wins; the workspace goes to the gradient.
  func maxPool(_ x: Storage, _ p: PoolingParameters) -> (y: Storage, workspace: Storage)
  func maxPoolGradient(
    _ g: Storage, workspace: Storage, inputShape: Shape, _ p: PoolingParameters
  ) -> Storage
  func averagePool(_ x: Storage, _ p: PoolingParameters) -> Storage
  func averagePoolGradient(_ g: Storage, inputShape: Shape, _ p: PoolingParameters) -> Storage
  func resized(_ x: Storage, _ p: ResizeParameters) -> Storage
  func resizedGradient(_ g: Storage, inputShape: Shape, _ p: ResizeParameters) -> Storage
  /// Regions are rows (image, x1, y1, x2, y2) in image pixels: [r, 5]; output [r, c, h, w].
  func roiMaxPool(_ x: Storage, _ regions: Storage, _ p: RoIParameters)
    -> (y: Storage, workspace: Storage)
  func roiMaxPoolGradient(
    _ g: Storage, workspace: Storage, _ regions: Storage, inputShape: Shape, _ p: RoIParameters
  ) -> Storage
  func roiAlign(_ x: Storage, _ regions: Storage, _ p: RoIParameters) -> Storage
  func roiAlignGradient(
    _ g: Storage, _ regions: Storage, inputShape: Shape, _ p: RoIParameters
  ) -> Storage

  // Moving parts about.
  func concatenated(_ parts: [Storage], axis: Int) -> Storage
  /// The block that begins at `start` and has `shape`.
  func sliced(_ x: Storage, start: [Int], shape: Shape) -> Storage
  /// Zeros of `shape` with x placed at `start`; negative starts are not allowed.
  func padded(_ x: Storage, start: [Int], shape: Shape) -> Storage

  // Losses, one number per position; weighting and averaging are compositions.
  /// Cross-entropy of softmax over axis 1 with soft targets given as k (class, weight) pairs per
  /// position; a pair of weight 0 is empty. Shapes: logits [n, c, …], classes (i32) and weights
  /// [n, k, …]; losses and logSum (the log of the sum of exponentials) [n, 1, …].
  func softmaxCrossEntropy(_ logits: Storage, classes: Storage, weights: Storage)
    -> (losses: Storage, logSum: Storage)
  /// g (sum of weights softmax - target) at each position; `g` [n, 1, …].
  func softmaxCrossEntropyGradient(
    _ g: Storage, _ logits: Storage, logSum: Storage, classes: Storage, weights: Storage
  ) -> Storage
  /// max(x, 0) - x t + log(1 + exp(-|x|)), element by element.
  func sigmoidCrossEntropy(_ logits: Storage, targets: Storage) -> Storage
  func sigmoidCrossEntropyGradient(_ g: Storage, _ logits: Storage, targets: Storage) -> Storage
  /// Of d = x - t: d^2 / (2 beta) where |d| < beta, |d| - beta / 2 elsewhere.
  func smoothL1(_ x: Storage, targets: Storage, beta: Double) -> Storage
  func smoothL1Gradient(_ g: Storage, _ x: Storage, targets: Storage, beta: Double) -> Storage

  // Color. Tables are the caller's: a backend knows no color space. No gradients.
  /// Numbers for every `p.step`-th pixel, across and down from the first. Pixels (i32) are words:
  /// red in the lowest byte, then green, then blue. Shapes: [n, h, w] to [n, planes, …].
  func colorPlanes(_ pixels: Storage, _ p: ColorPlaneParameters, dtype: DType) -> Storage
  /// The nearest centers of each position, nearest first and the lower index first among equals,
  /// and their Gaussian shares. Shapes: x [n, c, …]; classes (i32) and shares [n, k, …]; entropy
  /// of the shares, in nats, [n, 1, …].
  func softCode(_ x: Storage, _ p: SoftCodeParameters)
    -> (classes: Storage, shares: Storage, entropy: Storage)
  /// What the first of the classes of a position weighs, 1 where there are none; 0 throughout
  /// images in which no element of x exceeds `p.threshold` in magnitude. Shapes: x [n, c, …],
  /// classes (i32) [n, k, …]; weights [n, 1, …].
  func codeWeights(_ x: Storage, classes: Storage?, _ p: CodeWeightParameters) -> Storage

  // What units respond. No gradients.
  /// The largest element of each plane and its place, row x width + column: the first of equals;
  /// the place is -1 where an element is not a number. Shapes: x [n, c, h, w]; both [n, c].
  func peaks(_ x: Storage) -> (values: Storage, places: Storage)
  /// Adds to `counts`, which its caller owns alone, how often each channel gave which numbers (see
  /// `ResponseBins`). Shapes: x [n, c, h, w]; counts (i32) [c, bins].
  func countResponses(_ x: Storage, into counts: Storage)

  // Optimizers: they write into storages that their caller owns alone. The gradient may have
  // another dtype or layout than the parameter; it is multiplied by the only element of `scale`
  // before all else, and where that is NaN nothing is written: no step is taken.
  /// What to multiply gradients of this `norm` by, shape []: `share`, less where share x norm
  /// exceeds a `limit` that is not 0, and NaN where `norm` or `loss` is not finite.
  func stepScale(norm: Storage, loss: Storage, share: Double, limit: Double) -> Storage
  func sgd(
    parameter: Storage, gradient: Storage, momentum: Storage?, scale: Storage, _ step: SGDStep)
  func adam(
    parameter: Storage, gradient: Storage, mean: Storage, meanSquare: Storage, scale: Storage,
    _ step: AdamStep)
}

extension Backend {
  /// Runs `body` at once.
  public func recording<Result>(_ body: () throws -> Result) rethrows -> Result { try body() }

  /// Runs `body`; every parameter is stepped at once.
  public func steppingTogether<Result>(_ body: () throws -> Result) rethrows -> Result {
    try body()
  }

  /// Nothing is begun: on the host numbers are where they are read.
  public func reading(of xs: [Storage]) -> () -> [Double] { { xs.map { self.doubles(of: $0)[0] } } }

  /// The gradient alone: the sums are made in the pass for the weights, or on their own.
  public func rectifierGradient(_ g: Storage, output y: Storage) -> (x: Storage, sums: Storage?) {
    (reluGradient(g, output: y, slope: 0), nil)
  }

  /// The weights as they are.
  public func convolutionWeights(
    _ w: Storage, as dtype: DType, _ p: ConvolutionParameters
  ) -> Storage { w }

  /// x itself: one layout is as good as another.
  public func arranged(_ x: Storage, like y: Storage) -> Storage { x }
}
