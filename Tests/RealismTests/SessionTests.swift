import Files
import Foundation
import Realism
import TestSupport
import Testing

/// Whole sessions through the built program: in Chromium, and under kills.
@Suite(.serialized) struct SessionTests {
  static let python = Program.find("python3")
  static let hasBrowser = ["chromium", "chromium-browser", "google-chrome"].contains {
    Program.find($0) != nil
  }

  /// A folder with a planned study of pictures that the program draws, with this plan.
  func planned(_ methods: String, _ options: String, pictures: Int, size: Int) throws -> String {
    let path = NSTemporaryDirectory() + "pigment-sessions-\(UUID())"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for words in [
      "data build scenes --output scenes.h5 --pretrain 4 --trainval 4 --test \(pictures) "
        + "--width \(size) --height \(size)",
      "realism plan \(methods) scenes.h5 --split test --size \(size) --output study \(options)",
    ] {
      let found = try Program.run(
        Program.pigment, words.split(separator: " ").map(String.init), in: path)
      try #require(found.status == 0, "\(found.errors)")
    }
    return path
  }

  @Test(
    .enabled(
      if: python != nil && hasBrowser, "needs python3 and Chromium: scripts/setup.sh realism"))
  func aBrowserPlaysWholeSessions() throws {
    let python = try #require(Self.python)
    let path = try planned(
      "gray welsh", "--exposure 50 --blank 20 --practice 2 --trials 10 --vigilance 1 --people 2",
      pictures: 14, size: 96)
    defer { try? FileManager.default.removeItem(atPath: path) }
    _ = FileManager.default.createFile(atPath: "\(path)/address", contents: nil)
    let server = try Program.launch(
      Program.pigment, ["realism", "serve", "study", "--port", "0"], in: path,
      output: FileHandle(forWritingTo: URL(filePath: "\(path)/address")))
    defer {
      server.interrupt()
      server.waitUntilExit()
    }
    var address = ""
    for _ in 0..<200 where !address.hasSuffix("\n") {
      usleep(50_000)
      address = try String(contentsOfFile: "\(path)/address", encoding: .utf8)
    }
    try #require(address.hasPrefix("open http://127.0.0.1:"))
    let played = try Program.run(
      python,
      [
        SharedData.packagePath("Experiments/realism/play.py"),
        String(address.dropFirst(5).dropLast()), "--study", "study", "--people", "2", "--reload-at",
        "5",
        "--seconds", "120",
      ], in: path)
    #expect(played.status == 0, "\(played.output)")
    #expect(played.output.components(separatedBy: "\"reloads\": 1, \"feedback\": 2").count == 3)

    let folder = StudyFolder("\(path)/study")
    let study = try folder.study()
    let entries = try VoteJournal.entries(folder.journal, of: study)
    var votes: [Int: [Vote]] = [:]
    var people: [Participant] = []
    for entry in entries {
      if case .vote(let vote) = entry { votes[vote.person, default: []].append(vote) }
      if case .joined(let person) = entry { people.append(person) }
    }
    #expect(people.count == 2 && people.allSatisfy { $0.vision == .normal && !$0.isSimulated })
    #expect(people.allSatisfy { $0.plates == study.plates })
    #expect(
      people.allSatisfy { $0.screen.windowWidth == 1280 && $0.screen.browser.contains("Chrome") })
    for person in people {
      let own = votes[person.number] ?? []
      #expect(own.map(\.trial) == Array(0..<12))
      #expect(own.allSatisfy { $0.exposure == 50 && $0.response > 0 })
      #expect(Set(own.map(\.input)) == [.key, .mouse])
      // What was shown is a whole number of frames, and late where it is off by more than 1.5.
      let frame = person.screen.frame
      for vote in own {
        let isOff = vote.shown.contains { abs($0 - 50) > 1.5 * frame + 2 }
        #expect(!isOff || vote.isLate, "\(vote)")
        #expect(vote.shown.allSatisfy { $0 >= 50 - frame }, "\(vote)")
      }
    }
    // The script answers by the trial's number and the tab's, which were the sides it pressed.
    let sides = [0, 1].map { person in
      (0..<12).map { ($0 * 7 + person) % 3 != 0 ? Side.left : .right }
    }
    #expect(Set(votes.values.map { $0.map(\.choice) }) == Set(sides))
  }

  @Test(.enabled(if: python != nil, "needs python3"))
  func aKilledServerLosesNoVote() throws {
    let python = try #require(Self.python)
    let path = try planned(
      "gray", "--practice 0 --trials 20 --people 10", pictures: 24, size: 64)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let found = try Program.run(
      python,
      [
        SharedData.packagePath("Experiments/realism/kills.py"), Program.pigment, "study",
        "--kills", "10", "--people", "10",
      ], in: path)
    #expect(found.status == 0, "\(found.output)")
    #expect(found.output.hasPrefix("10 kills, "), "\(found.output)")
    #expect(found.output.contains(" 0 problems"))
  }
}
