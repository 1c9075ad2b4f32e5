/// What is known of a person: answers to questions and the screen, no name.
public struct Participant: Sendable, Codable, Equatable {
  /// What a person says of their color vision.
  public enum Vision: String, Sendable, Codable, CaseIterable {
    /// It is normal.
    case normal
    /// Some colors look alike to them.
    case deficient
    /// They do not know.
    case unknown
  }

  /// What a browser says of the screen.
  public struct Screen: Sendable, Codable, Equatable {
    /// Of the screen, in CSS pixels.
    public var width = 0.0, height = 0.0
    /// Of the page's window, in CSS pixels.
    public var windowWidth = 0.0, windowHeight = 0.0
    /// Device pixels of a CSS pixel: zoom and density together.
    public var pixelRatio = 1.0
    /// Zoom by touch.
    public var zoom = 1.0
    /// Milliseconds between two frames.
    public var frame = 0.0
    /// What the browser calls itself.
    public var browser = ""

    /// Nothing known.
    public init() {}

    /// Whether the numbers are such as screens have.
    var isPlausible: Bool {
      [width, height, windowWidth, windowHeight].allSatisfy { (0...100_000).contains($0) }
        && [pixelRatio, zoom].allSatisfy { (0.01...100).contains($0) } && (0...1000).contains(frame)
        && browser.utf8.count <= 400
    }
  }

  /// The number, from 0: the person's schedule.
  public let number: Int
  /// The digest of the secret that names the session.
  public let token: String
  /// What the person says of their color vision.
  public let vision: Vision
  /// The numbers that the person read on the plates of the study; nil where they saw none.
  public let plates: [Int?]
  /// The screen.
  public let screen: Screen
  /// Whether nobody was there (`SimulatedPeople`).
  public let isSimulated: Bool

  /// A person who joined.
  public init(
    number: Int, token: String, vision: Vision, plates: [Int?], screen: Screen,
    isSimulated: Bool = false
  ) {
    (self.number, self.token, self.vision, self.screen) = (number, token, vision, screen)
    (self.plates, self.isSimulated) = (plates, isSimulated)
  }

  /// How many of a study's plates the person read right.
  public func readPlates(of study: RealismStudy) -> Int {
    zip(plates, study.plates).count { $0 == $1 }
  }

  /// What people are called in tables: `P1` and so on.
  public static func name(of number: Int) -> String { "P\(number + 1)" }

  /// The number behind a name; nil where it is none.
  public static func number(of name: String) -> Int? {
    guard name.first == "P" || name.first == "p", let number = Int(name.dropFirst()), number > 0
    else { return nil }
    return number - 1
  }
}
