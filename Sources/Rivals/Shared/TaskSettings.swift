internal import Configurations
internal import Networks
internal import Randomness
internal import Tensors
internal import Training

extension ConfigurationError {
  /// Throws unless `condition` holds of the setting under `objective`.
  static func require(_ condition: Bool, _ setting: String, _ problem: String) throws {
    try require(condition, at: "objective.\(setting)", problem)
  }

  /// Throws unless `condition` holds of what is set at `place`.
  static func require(_ condition: Bool, at place: String, _ problem: String) throws {
    if !condition { throw ConfigurationError(place: place, problem: problem) }
  }
}

extension ConfigurationError {
  /// Throws at the first of the settings under `objective` that is less than it may be.
  static func requireAtLeast(_ settings: [(name: String, value: Int, least: Int)]) throws {
    for (name, value, least) in settings {
      try require(value >= least, name, "must be at least \(least), it is \(value)")
    }
  }

  /// Throws where a task that cuts patches out of pictures cannot give them these channels.
  static func requirePatches(_ channels: Preprocessing.Channels) throws {
    try require(
      [.lightness, .gray, .rgb].contains(channels), "channels",
      "must be lightness, gray or rgb, it is \(channels.rawValue)")
  }
}

extension PretrainingSource {
  /// Centered crops of the first held-out pictures, each with a key of its own.
  func shown(_ count: Int) throws -> [PretextSample] {
    try ConfigurationError.require(
      count >= 0, "shownPictures", "must not be negative, it is \(count)")
    return try validation.prefix(count).map {
      PretextSample(crop: try center(of: $0), key: RandomKey(seed: 0).folding("shown").folding($0))
    }
  }
}
