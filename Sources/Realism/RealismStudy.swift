internal import Files
internal import Randomness

/// What is decided before the first trial. Two equal studies give the same schedules.
public struct RealismStudy: Sendable, Codable, Equatable {
  /// The form of the file.
  public var version = currentVersion
  /// How trials are laid out.
  public var design: RealismDesign
  /// What is compared, in the order of tables.
  public var methods: [String]
  /// The pictures' names.
  public var pictures: [String]
  /// The side of a picture in pixels.
  public var size = 256
  /// Trials with feedback that come first, and test trials; `vigilance` of these are against random
  /// colors.
  public var practice = 10, trials = 40, vigilance = 4
  /// How long each picture is shown, in milliseconds; a staircase begins with half of it.
  public var exposure = 1000.0
  /// How long nothing is shown between the two pictures of a pair, in milliseconds.
  public var blank = 600.0
  /// How many people are planned.
  public var people: Int
  /// The seed of all schedules.
  public var seed: UInt64
  /// The numbers on the plates that people read before they begin: of two digits, all different.
  public let plates: [Int]
  /// Who and what does not count.
  public var exclusion = ExclusionRule()
  /// What a study of this size can find; nil where that was not simulated.
  public var power: PowerEstimate?
  /// The digest of all picture files (`StudyFolder.digest`).
  public var pictureDigest = ""

  /// A study with the paper's numbers.
  public init(
    _ design: RealismDesign, methods: [String], pictures: [String], people: Int, seed: UInt64
  ) {
    (self.design, self.methods, self.pictures) = (design, methods, pictures)
    (self.people, self.seed) = (people, seed)
    var stream = RandomKey(seed: seed).folding("plates").stream()
    plates = stream.permutation(90).prefix(Self.plateCount).map { $0 + 10 }
  }

  /// The version of what studies say.
  public static let currentVersion = 2

  /// How many plates there are.
  public static let plateCount = 4

  /// Test trials that are counted.
  public var counted: Int { trials - vigilance }
  /// All trials of a session.
  public var sessionLength: Int { practice + trials }

  /// What makes the study impossible; nil where nothing does.
  public var problem: String? {
    if methods.isEmpty || methods.count > 50 { return "there must be 1 to 50 methods" }
    if Set(methods).count < methods.count { return "two methods have one name" }
    if !(64...1024).contains(size) { return "size must be 64 to 1024 pixels" }
    if practice < 0 || vigilance < 0 || trials > 1000 || practice > 1000 {
      return "trials, practice and vigilance must be 0 to 1000"
    }
    if counted < 1 { return "no trial is left to count: trials must be more than vigilance" }
    if !(10...60_000).contains(exposure) || !(0...60_000).contains(blank) {
      return "exposure must be 10 to 60000 ms, blank 0 to 60000"
    }
    if plates.count != Self.plateCount || !plates.allSatisfy((10...99).contains) {
      return "there must be \(Self.plateCount) plates with numbers of two digits"
    }
    if !(1...100_000).contains(people) { return "people must be 1 to 100000" }
    if pictures.count < sessionLength {
      return """
        \(pictures.count) pictures are too few: a person sees \(sessionLength), none twice; give \
        more pictures, or fewer --trials and --practice
        """
    }
    return nil
  }

  /// The digest by which a journal says what study it is of.
  public var hash: String {
    // A study holds nothing that JSON cannot say.
    Digest.hexadecimal((try? JSON.bytes(of: self, .line, .relaxed)) ?? [])
  }
}
