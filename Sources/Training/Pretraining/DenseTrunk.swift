public import Configurations
internal import Layers
public import Networks
internal import Randomness
internal import Tensors

/// What tasks that ask something at each position, or patches of a trunk, need to know of it.
extension TrunkConfiguration {
  /// Rows of the trunk's output for a square input of `size` pixels: a tiny copy says so.
  public func outputRows(size: Int) -> Int {
    tiny.build(key: RandomKey(seed: 0), on: .cpu)(blank(size)).shape[2]
  }

  /// Throws unless the head `Heads.dense` covers inputs of `size` x `size` pixels with one output
  /// every `denseStride` pixels.
  public func requireDense(size: Int) throws(ConfigurationError) {
    guard isDense || !architecture.trunk.traits.contains(.forms) else {
      throw ConfigurationError(
        place: "trunk.form",
        problem: "must be pretraining: the transfer form has one output at 227 pixels")
    }
    let key = RandomKey(seed: 0)
    let network = Network(
      trunk: tiny.build(key: key, on: .cpu),
      head: Heads.dense(on: tiny, outputs: 1, key: key, on: .cpu))
    let wanted = (size + denseStride - 1) / denseStride
    let found = network(blank(size)).shape[2]
    guard found >= wanted else {
      throw ConfigurationError(
        place: "data.augmentation.size",
        problem: """
          \(size) does not suit \(architecture.rawValue): its output has \(found) rows where the \
          targets have \(wanted); take a multiple of 32
          """)
    }
  }

  /// Throws where AlexNet's unpadded form has no output for inputs of `size` x `size` pixels.
  public func requireForm(size: Int) throws(ConfigurationError) {
    guard isDense || size >= smallestSide || !architecture.trunk.traits.contains(.forms) else {
      throw ConfigurationError(
        place: "trunk.form",
        problem: "must be pretraining: the transfer form needs \(smallestSide) pixels, not \(size)")
    }
  }

  /// The same layers with hardly a channel.
  private var tiny: TrunkConfiguration {
    var copy = self
    copy.width = 0.001
    copy.inputChannels = 1
    return copy
  }

  private func blank(_ size: Int) -> Tensor {
    Tensor(filledWith: 0, shape: [1, 1, size, size], on: .cpu)
  }
}
