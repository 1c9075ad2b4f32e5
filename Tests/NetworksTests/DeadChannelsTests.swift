import Layers
import Networks
import Randomness
import Tensors
import Testing

@Suite struct DeadChannelsTests {
  private let key = RandomKey(seed: 3)

  private func pictures(_ count: Int) -> [Tensor] {
    (0..<count).map {
      Initializer.gaussian(deviation: 1).tensor(
        shape: [4, 1, 8, 8], key: key.folding($0), on: .cpu)
    }
  }

  private func count(_ stack: Stack, _ inputs: [Tensor]) -> DeadChannels {
    var rest = inputs.makeIterator()
    return DeadChannels(of: stack) { rest.next() }
  }

  /// Biases of two of five filters are so low that the rectifier leaves nothing.
  @Test func channelsThatNeverAnswerAreCounted() {
    var conv = Convolution(
      1, 5, kernel: 3, .init(padding: 1, relu: true), initializer: .he, key: key, on: .cpu)
    conv.bias = Tensor([0, -100, 0, -100, 0] as [Float], shape: [5], on: .cpu)
    let dead = count(Stack([.init("conv1", conv)]), pictures(3))
    #expect(dead.pictures == 12 && dead.share == 0.4)
    #expect(dead.description == "relu1 2 of 5, over 12 held-out pictures")
  }

  /// What running variances before a normalization do not show: it is the rectifier behind that
  /// dies.
  @Test func rectifiersThatDieBehindANormalizationAreCounted() {
    let conv = Convolution(1, 3, kernel: 3, .init(), initializer: .he, key: key, on: .cpu)
    var norm = BatchNormalization(3, affine: true, relu: true, on: .cpu)
    norm.shift = Tensor([0, -1000, 0] as [Float], shape: [3], on: .cpu)
    let dead = count(Stack([.init("conv1", conv), .init("norm1", norm)]), pictures(1))
    #expect(dead.layers.map(\.description) == ["relu1 1 of 3"])
  }

  @Test func aChannelThatAnswersToOnePictureAloneLives() {
    let weight = Tensor([1] as [Float], shape: [1, 1, 1, 1], on: .cpu)
    var conv = Convolution(1, 1, kernel: 1, .init(relu: true), key: key, on: .cpu)
    conv.weight = weight
    conv.bias = Tensor([0] as [Float], shape: [1], on: .cpu)
    let stack = Stack([.init("conv1", conv)])
    func picture(_ value: Float) -> Tensor { Tensor([-1, value], shape: [1, 1, 1, 2], on: .cpu) }
    #expect(count(stack, [picture(-2), picture(-3)]).share == 1)
    #expect(count(stack, [picture(-2), picture(0.5)]).share == 0)
    // The same number everywhere tells nothing of the picture either.
    conv.weight = Tensor([0] as [Float], shape: [1, 1, 1, 1], on: .cpu)
    conv.bias = Tensor([0.5] as [Float], shape: [1], on: .cpu)
    #expect(count(Stack([.init("conv1", conv)]), [picture(-2), picture(0.5)]).share == 1)
    // What is no number is not dead.
    #expect(count(stack, [picture(-2), picture(.nan)]).share == 0)
    #expect(count(stack, []).share == nil)
  }
}
