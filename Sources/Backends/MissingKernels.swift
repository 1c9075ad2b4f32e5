public import Randomness

/// A kernel that nobody wrote says so, with its name; there is no silent detour to another device.
extension Backend {
  private func missing(_ kernel: String = #function) -> Never {
    fatalError("\(name) has no kernel '\(kernel)'")
  }

  public func recording<Result>(_ body: () throws -> Result) rethrows -> Result { try body() }
  public func store(_ values: [Float], shape: Shape, dtype: DType) -> Storage { missing() }
  public func store(_ values: [Double], shape: Shape, dtype: DType) -> Storage { missing() }
  public func store(_ values: [Int32], shape: Shape) -> Storage { missing() }
  public func floats(of x: Storage) -> [Float] { missing() }
  public func doubles(of x: Storage) -> [Double] { missing() }
  public func indices(of x: Storage) -> [Int32] { missing() }
  public func filled(with value: Double, shape: Shape, dtype: DType) -> Storage { missing() }
  public func zeros(like x: Storage) -> Storage { missing() }
  public func spread(_ value: Storage, shape: Shape, dtype: DType) -> Storage { missing() }
  public func converted(_ x: Storage, to dtype: DType) -> Storage { missing() }
  public func copied(_ x: Storage) -> Storage { missing() }
  public func reshaped(_ x: Storage, to shape: Shape) -> Storage { missing() }
  public func combined(_ a: Double, _ x: Storage, _ b: Double, _ y: Storage) -> Storage {
    missing()
  }
  public func scaled(_ x: Storage, by a: Double, plus b: Double) -> Storage { missing() }
  public func multiplied(_ x: Storage, _ y: Storage) -> Storage { missing() }
  public func relu(_ x: Storage, slope: Double) -> Storage { missing() }
  public func reluGradient(_ g: Storage, output y: Storage, slope: Double) -> Storage { missing() }
  public func arranged(_ x: Storage, like y: Storage) -> Storage { x }
  public func addingChannels(_ x: Storage, _ bias: Storage) -> Storage { missing() }
  public func channelSums(_ x: Storage) -> Storage { missing() }
  public func sum(_ x: Storage) -> Storage { missing() }
  public func squaredNorm(_ x: Storage) -> Double { missing() }
  public func norm(_ xs: [Storage]) -> Storage { missing() }
  public func dropoutMask(shape: Shape, dtype: DType, keep: Double, key: RandomKey) -> Storage {
    missing()
  }
  public func convolution(_ x: Storage, _ w: Storage, _ bias: Storage?, _ p: ConvolutionParameters)
    -> Storage
  { missing() }
  public func convolutionInputGradient(
    _ g: Storage, _ w: Storage, inputShape: Shape, _ p: ConvolutionParameters
  ) -> Storage { missing() }
  public func convolutionWeightGradient(
    _ g: Storage, _ x: Storage, weightShape: Shape, _ p: ConvolutionParameters, bias: Bool
  ) -> (weight: Storage, bias: Storage?) { missing() }
  public func matrixProduct(_ a: Storage, _ b: Storage, transposeA: Bool, transposeB: Bool)
    -> Storage
  { missing() }
  public func batchNormalization(
    _ x: Storage, scale: Storage?, shift: Storage?, epsilon: Double, relu: Bool
  ) -> (y: Storage, mean: Storage, variance: Storage, workspace: Storage?) { missing() }
  public func batchNormalization(
    _ x: Storage, mean: Storage, variance: Storage, scale: Storage?, shift: Storage?,
    epsilon: Double, relu: Bool
  ) -> Storage { missing() }
  public func batchNormalizationGradient(
    _ g: Storage, x: Storage, y: Storage, mean: Storage, variance: Storage, scale: Storage?,
    shift: Storage?, workspace: Storage?, epsilon: Double, relu: Bool, ofBatch: Bool
  ) -> (x: Storage, scale: Storage?, shift: Storage?) { missing() }
  public func responseNormalization(_ x: Storage, _ p: LRNParameters) -> (
    y: Storage, workspace: Storage?
  ) { missing() }
  public func responseNormalizationGradient(
    _ g: Storage, x: Storage, y: Storage, workspace: Storage?, _ p: LRNParameters
  ) -> Storage { missing() }
  public func maxPool(_ x: Storage, _ p: PoolingParameters) -> (y: Storage, workspace: Storage) {
    missing()
  }
  public func maxPoolGradient(
    _ g: Storage, workspace: Storage, inputShape: Shape, _ p: PoolingParameters
  ) -> Storage { missing() }
  public func averagePool(_ x: Storage, _ p: PoolingParameters) -> Storage { missing() }
  public func averagePoolGradient(_ g: Storage, inputShape: Shape, _ p: PoolingParameters)
    -> Storage
  { missing() }
  public func resized(_ x: Storage, _ p: ResizeParameters) -> Storage { missing() }
  public func resizedGradient(_ g: Storage, inputShape: Shape, _ p: ResizeParameters) -> Storage {
    missing()
  }
  public func roiMaxPool(_ x: Storage, _ regions: Storage, _ p: RoIParameters) -> (
    y: Storage, workspace: Storage
  ) { missing() }
  public func roiMaxPoolGradient(
    _ g: Storage, workspace: Storage, _ regions: Storage, inputShape: Shape, _ p: RoIParameters
  ) -> Storage { missing() }
  public func roiAlign(_ x: Storage, _ regions: Storage, _ p: RoIParameters) -> Storage {
    missing()
  }
  public func roiAlignGradient(
    _ g: Storage, _ regions: Storage, inputShape: Shape, _ p: RoIParameters
  ) -> Storage { missing() }
  public func concatenated(_ parts: [Storage], axis: Int) -> Storage { missing() }
  public func sliced(_ x: Storage, start: [Int], shape: Shape) -> Storage { missing() }
  public func padded(_ x: Storage, start: [Int], shape: Shape) -> Storage { missing() }
  public func softmaxCrossEntropy(_ logits: Storage, classes: Storage, weights: Storage) -> (
    losses: Storage, logSum: Storage
  ) { missing() }
  public func softmaxCrossEntropyGradient(
    _ g: Storage, _ logits: Storage, logSum: Storage, classes: Storage, weights: Storage
  ) -> Storage { missing() }
  public func sigmoidCrossEntropy(_ logits: Storage, targets: Storage) -> Storage { missing() }
  public func sigmoidCrossEntropyGradient(_ g: Storage, _ logits: Storage, targets: Storage)
    -> Storage
  { missing() }
  public func smoothL1(_ x: Storage, targets: Storage, beta: Double) -> Storage { missing() }
  public func smoothL1Gradient(_ g: Storage, _ x: Storage, targets: Storage, beta: Double)
    -> Storage
  { missing() }
  public func colorPlanes(_ pixels: Storage, _ p: ColorPlaneParameters, dtype: DType) -> Storage {
    missing()
  }
  public func softCode(_ x: Storage, _ p: SoftCodeParameters) -> (
    classes: Storage, shares: Storage, entropy: Storage
  ) { missing() }
  public func codeWeights(_ x: Storage, classes: Storage?, _ p: CodeWeightParameters) -> Storage {
    missing()
  }
  public func peaks(_ x: Storage) -> (values: Storage, places: Storage) { missing() }
  public func countResponses(_ x: Storage, into counts: Storage) { missing() }
  public func stepScale(norm: Storage, loss: Storage, share: Double, limit: Double) -> Storage {
    missing()
  }
  public func sgd(
    parameter: Storage, gradient: Storage, momentum: Storage?, scale: Storage, _ step: SGDStep
  ) { missing() }
  public func adam(
    parameter: Storage, gradient: Storage, mean: Storage, meanSquare: Storage, scale: Storage,
    _ step: AdamStep
  ) { missing() }
}
