import Networks
import Testing
import Training

/// The pieces of a batch are the default where they cost about nothing.
struct ThreadInvarianceTests {
  @Test(arguments: [
    (TrunkConfiguration.Architecture.eccv16, 0.25, 64, 32, true), (.eccv16, 1, 176, 40, true),
    (.vgg16, 1, 224, 16, true), (.resnet18, 1, 224, 32, true), (.resnet18, 1, 64, 32, false),
    (.alexnet, 1, 176, 25, true), (.eccv16, 0.25, 32, 4, false), (.eccv16, 0.125, 32, 2, true),
  ])
  func weightsThatOutweighPicturesAreNotCut(
    _ architecture: TrunkConfiguration.Architecture, _ width: Double, _ size: Int,
    _ batchSize: Int, _ holds: Bool
  ) throws {
    let trunk = TrunkConfiguration(architecture, width: width)
    let use = try #require(trunk.weightUse(size: size))
    #expect(
      ThreadInvariance.automatic.holds(use, batchSize: batchSize) == holds,
      "\(use)")
    #expect(ThreadInvariance.always.holds(use, batchSize: batchSize))
    #expect(!ThreadInvariance.never.holds(use, batchSize: batchSize))
  }

  @Test func picturesWithoutASizeOfTheirOwnAreCut() {
    #expect(TrunkConfiguration().weightUse(size: 0) == nil)
    #expect(ThreadInvariance.automatic.holds(nil, batchSize: 1))
  }
}
