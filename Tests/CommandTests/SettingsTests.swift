import Foundation
import TestSupport
import Testing

/// What `pigment config` prints is whole, and is said for every setting.
@Suite struct SettingsTests {
  static let tasks = [
    "colorization", "autoencoder", "context", "denoising", "inpainting", "rotation", "split-brain",
    "classify", "categorize", "detect", "segment", "probe", "recognizer",
  ]

  static func pigment(_ arguments: String...) throws -> String {
    let outcome = try Program.run(Program.pigment, arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output
  }

  @Test(arguments: tasks)
  func everySettingIsCommented(_ task: String) throws {
    let lines = try Self.pigment("config", task).split(separator: "\n").dropFirst()
    let bare = zip(lines, lines.dropFirst()).filter { above, line in
      line.contains(/^ *\w+:/) && !above.contains(/^ *#/)
    }
    #expect(bare.map { String($0.1) } == [])
  }

  @Test(arguments: tasks)
  func commentsChangeNothing(_ task: String) throws {
    let commented = try Self.pigment("config", task).split(separator: "\n")
      .filter { !$0.contains(/^ *#/) }
    let plain = try Self.pigment("config", task, "--plain").split(separator: "\n")
    #expect(commented == plain)
  }

  @Test func choicesAreListed() throws {
    let text = try Self.pigment("config", "explain", "optimizer.rule", "--task", "classify")
    #expect(text.contains("  - sgd-caffe: The same in Caffe's convention.\n"))
  }
}
