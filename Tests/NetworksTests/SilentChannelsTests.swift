import Layers
import Networks
import Randomness
import Tensors
import Testing

@Suite struct SilentChannelsTests {
  /// Biases of two of five filters are so low that rectification leaves nothing.
  @Test func channelsThatNeverAnswerAreCounted() {
    let key = RandomKey(seed: 3)
    var conv = Convolution(
      1, 5, kernel: 3, .init(padding: 1, relu: true), initializer: .he, key: key, on: .cpu)
    conv.bias = Tensor([0, -100, 0, -100, 0] as [Float], shape: [5], on: .cpu)
    var stack = Stack([
      .init("conv1", conv), .init("norm1", BatchNormalization(5, momentum: 1, on: .cpu)),
    ])
    #expect(stack.silentChannels.map(\.description) == ["norm1 0 of 5"])
    let pictures = Initializer.gaussian(deviation: 1).tensor(
      shape: [4, 1, 8, 8], key: key, on: .cpu)
    var pass = Pass.training(key: key)
    _ = stack.forward(pictures, &pass)
    #expect(stack.silentChannels.map(\.description) == ["norm1 2 of 5"])
    #expect(stack.silentChannels.share == 0.4)
    #expect([SilentChannels]().share == nil)
  }
}
