import Layers
import Networks
import Randomness
import Tensors
import Testing

@Suite struct MultiplyAddTests {
  /// By hand: 9 x 1 x 16 weights at 64 x 64 places, and so on through the first block of ECCV16 at
  /// a quarter of its width.
  @Test func thoseOfLayersAreWeightsTimesPlaces() throws {
    let trunk = TrunkConfiguration(.eccv16, width: 0.25)
      .build(.constant(0), key: RandomKey(seed: 0), on: .cpu)
    let (first, second) = (trunk.stages[0].layer.kind, trunk.stages[1].layer.kind)
    #expect(first.multiplyAdds(of: Pair(64, 64)) == 9 * 1 * 16 * 64 * 64)
    #expect(second.multiplyAdds(of: Pair(64, 64)) == 9 * 16 * 16 * 32 * 32)
    #expect(try #require(trunk.multiplyAdds(of: Pair(64, 64))) > 1e8)
    #expect(trunk.multiplyAdds(of: Pair(0, 0)) == nil)
  }

  /// The published 1.82 billion of ResNet-18 at 224 pixels, its last dense layer aside.
  @Test func thoseOfResNet18AreThePublishedOnes() throws {
    let trunk = TrunkConfiguration(.resnet18, inputChannels: 3)
      .build(.constant(0), key: RandomKey(seed: 0), on: .cpu)
    let found = try #require(trunk.multiplyAdds(of: Pair(224, 224)))
    #expect(abs(found - 1.814e9) < 5e6, "\(found)")
  }
}
