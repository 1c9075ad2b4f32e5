import Networks
import Testing
import Training

/// The pieces of a batch are the default where they cost about nothing.
struct ThreadInvarianceTests {
  @Test(arguments: [
    (TrunkConfiguration.Architecture.eccv16, 0.25, 64, 32, true), (.eccv16, 1, 176, 40, true),
    (.vgg16, 1, 224, 16, true), (.resnet18, 1, 224, 32, true), (.resnet18, 1, 64, 32, false),
    (.alexnet, 1, 176, 25, true), (.eccv16, 0.25, 32, 4, false),
  ])
  func weightsThatOutweighPicturesAreNotCut(
    _ architecture: TrunkConfiguration.Architecture, _ width: Double, _ size: Int,
    _ batchSize: Int, _ holds: Bool
  ) throws {
    let trunk = TrunkConfiguration(architecture, width: width)
    let places = try #require(trunk.placesPerWeight(size: size))
    #expect(
      ThreadInvariance.automatic.holds(placesPerWeight: places, batchSize: batchSize) == holds,
      "\(places) places")
    #expect(ThreadInvariance.always.holds(placesPerWeight: places, batchSize: batchSize))
    #expect(!ThreadInvariance.never.holds(placesPerWeight: places, batchSize: batchSize))
  }

  @Test func picturesWithoutASizeOfTheirOwnAreCut() {
    #expect(TrunkConfiguration().placesPerWeight(size: 0) == nil)
    #expect(ThreadInvariance.automatic.holds(placesPerWeight: nil, batchSize: 1))
  }
}
