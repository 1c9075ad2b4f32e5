import Files
import Foundation
import Realism

/// Small studies, and a folder for each.
enum Studies {
  static func study(
    _ design: RealismDesign = .mixed, methods: Int = 3, pictures: Int = 60, trials: Int = 40,
    practice: Int = 10, vigilance: Int = 4, seed: UInt64 = 1
  ) -> RealismStudy {
    var study = RealismStudy(
      design, methods: (0..<methods).map { "method \($0)" },
      pictures: (0..<pictures).map { "picture \($0)" }, people: 10, seed: seed)
    (study.trials, study.practice, study.vigilance) = (trials, practice, vigilance)
    return study
  }

  /// A new folder with no study in it.
  static func folder() throws -> StudyFolder {
    let path = NSTemporaryDirectory() + "pigment-realism-\(UUID())"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return StudyFolder(path)
  }
}

extension StudySessions {
  /// Adds a person and gives the digest that names the session.
  func joined(_ token: String, vision: Participant.Vision = .normal) throws -> String {
    _ = try join(token: token, vision: vision, plates: study.plates, screen: .init())
    return token
  }

  /// Votes for the left picture, after half a second.
  @discardableResult func voteLeft(_ token: String, _ trial: Int) throws -> VoteReceipt {
    try vote(
      token, trial: trial, .left, by: .key, response: 500, shown: [1000, 1000], isLate: false)
  }
}
