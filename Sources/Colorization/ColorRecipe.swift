internal import Inputs
internal import Networks
internal import Tensors

/// How a device makes of pixels what `ColorTargets.example` makes on the host.
struct ColorRecipe: Sendable {
  /// The network's input.
  let input: ColorPlaneParameters
  /// The target at the output positions, in its own units and as a network gives it.
  let target, wanted: ColorPlaneParameters
  /// a and b at the output positions: they say which crops are gray.
  let ab: ColorPlaneParameters
  /// The code of the target; nil in regression.
  let code: SoftCodeParameters?
  /// What its classes weigh.
  let weights: CodeWeightParameters

  init(
    _ pair: ChannelPair, _ code: TargetCode?, binWeights: [Float], stride: Int, threshold: Float
  ) {
    func plain(_ channels: Preprocessing.Channels) -> ColorPlaneParameters {
      Preprocessing(
        channels, mean: .init(repeating: 0, count: channels.count),
        scale: .init(repeating: 1, count: channels.count), size: 1
      ).planeParameters(step: stride)
    }
    input = Preprocessing(pair.input, size: 1).planeParameters()
    wanted = Preprocessing(pair.target, size: 1).planeParameters(step: stride)
    (target, ab) = (plain(pair.target), plain(.ab))
    self.code = code?.parameters
    weights = CodeWeightParameters(weights: binWeights, threshold: threshold)
  }
}
