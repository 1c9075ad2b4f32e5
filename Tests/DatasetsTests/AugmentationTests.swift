import Datasets
import Images
import Randomness
import Testing

@Suite struct AugmentationTests {
  let key = RandomKey(seed: 6)
  private let released: Augmentation = {
    var augmentation = Augmentation()
    (augmentation.size, augmentation.squashedTo, augmentation.mirrors) = (16, 32, false)
    return augmentation
  }()

  /// A picture of 32 x 32 is what it would be squashed to: every sample is a window of its own
  /// pixels, or nearly, where the place falls between pixels.
  @Test func aFixedWindowKeepsTheScaleOfTheSquashedPicture() {
    let ramp = Picture(
      width: 32, height: 32, channels: 3,
      samples: (0..<32).flatMap { y in
        (0..<32).flatMap { x in [UInt8(8 * x), UInt8(8 * y), 0] }
      })
    var places = Set<Int>()
    for number in 0..<50 {
      let sample = released.sample(from: ramp, key: key.folding(number))
      #expect(sample.width == 16 && sample.height == 16)
      let (first, last) = (Int(sample.samples[0]), Int(sample.samples[15 * 3]))
      // 15 steps of 8 codes between the first and the last column.
      #expect((118...122).contains(last - first), "\(first) to \(last)")
      places.insert(first / 8)
    }
    #expect(places.count > 8 && places.allSatisfy { (0...16).contains($0) })
  }

  @Test func aWidePictureIsSquashedAsTheReleaseDoes() {
    let wide = Picture(
      width: 64, height: 32, channels: 3,
      samples: (0..<32).flatMap { _ in (0..<64).flatMap { x in [UInt8(4 * x), 0, 0] } })
    let sample = released.sample(from: wide, key: key)
    // Half of the width, 32 columns, in 16.
    #expect((117...123).contains(Int(sample.samples[15 * 3]) - Int(sample.samples[0])))
    #expect(released.decodingSize == .reduced(toSide: 32))
  }

  @Test func whatCannotBeIsNamed() {
    func problem(_ change: (inout Augmentation) -> Void) -> String? {
      var augmentation = Augmentation()
      change(&augmentation)
      return augmentation.problem
    }
    #expect(problem { _ in } == nil && problem { $0.squashedTo = 256 } == nil)
    #expect(problem { $0.squashedTo = 100 }?.contains("squashedTo") == true)
    #expect(problem { $0.size = 8 }?.contains("at least 16") == true)
    #expect(problem { $0.minimumArea = 0 }?.contains("minimumArea") == true)
    #expect(problem { $0.maximumAspect = 0.5 }?.contains("maximumAspect") == true)
    #expect(problem { $0.photometric.gamma = 9 }?.contains("photometric.gamma") == true)
  }
}
