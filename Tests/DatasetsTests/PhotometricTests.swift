import Datasets
import Images
import Randomness
import Testing

@Suite struct PhotometricTests {
  let picture = Samples.picture(40, 30)
  let key = RandomKey(seed: 5)

  private func augmentation(_ change: (inout Photometric) -> Void) -> Augmentation {
    var augmentation = Augmentation()
    augmentation.size = 16
    change(&augmentation.photometric)
    return augmentation
  }

  @Test func nothingChangesUnlessAsked() {
    #expect(Photometric().isNone)
    var stream = key.stream()
    #expect(Photometric().curve(from: &stream).map(Int.init) == Array(0...255))
  }

  /// The window of a sample is the same with and without; only its codes go through a curve.
  @Test(arguments: 0..<4)
  func aCurveIsAllThatIsAdded(_ number: Int) {
    let plain = augmentation { _ in }.sample(from: picture, key: key.folding(number))
    let changed = augmentation { ($0.brightness, $0.contrast, $0.gamma) = (0.3, 0.3, 0.5) }
      .sample(from: picture, key: key.folding(number))
    #expect(plain != changed)
    var curve: [UInt8: UInt8] = [:]
    for (old, new) in zip(plain.samples, changed.samples) {
      #expect(curve[old, default: new] == new)
      curve[old] = new
    }
    let sorted = curve.sorted { $0.key < $1.key }.map(\.value)
    #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test func eachKindDoesWhatItsNameSays() {
    func curves(_ change: (inout Photometric) -> Void) -> [[UInt8]] {
      var photometric = Photometric()
      change(&photometric)
      return (0..<200).map { number in
        var stream = key.folding(number).stream()
        return photometric.curve(from: &stream)
      }
    }
    let brightness = curves { $0.brightness = 0.5 }
    #expect(brightness.allSatisfy { $0[0] == 0 && (50...150).contains($0[100]) })
    #expect(brightness.map { $0[100] }.min()! < 56 && brightness.map { $0[100] }.max()! > 144)
    let contrast = curves { $0.contrast = 0.5 }
    #expect(contrast.allSatisfy { (127...128).contains($0[127]) && (31...96).contains($0[64]) })
    let gamma = curves { $0.gamma = 1 }
    #expect(gamma.allSatisfy { $0[0] == 0 && $0[255] == 255 && (64...181).contains($0[128]) })
  }

  @Test func limitsThatCannotBeAreNamed() {
    var photometric = Photometric()
    #expect(photometric.problem == nil)
    photometric.contrast = 1
    #expect(photometric.problem?.contains("contrast") == true)
    (photometric.contrast, photometric.brightness) = (0, -0.1)
    #expect(photometric.problem?.contains("brightness") == true)
    (photometric.brightness, photometric.gamma) = (0, 4)
    #expect(photometric.problem?.contains("gamma") == true)
  }
}
