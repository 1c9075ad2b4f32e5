internal import Foundation
internal import Runs
internal import Text

extension RunSummary {
  /// What a run that ended leaves: its numbers, where things are, and what can be done next.
  var ending: String {
    var lines: [String] = []
    if let last = evaluations.last {
      let numbers = last.metrics.sorted { $0.key < $1.key }
        .map { "\($0.key) \(Table.number($0.value, digits: 4))" }
      lines += ["  after step \(last.step): " + numbers.joined(separator: ", ")]
    }
    let manager = FileManager.default
    if let step = checkpoints.last {
      lines.append("  weights: \(path)/checkpoints/step-\(step).ckpt")
    }
    for (words, name) in [
      ("best weights", "best"), ("pictures", RunFolder.pictures), ("TensorBoard", "tensorboard"),
    ] where !((try? manager.contentsOfDirectory(atPath: "\(path)/\(name)")) ?? []).isEmpty {
      lines.append("  \(words): \(path)/\(name)")
    }
    if !isFinished {
      lines.append("  next: pigment resume \(path)")
    } else if task != "recognizer" {
      lines.append(
        "  next: pigment export \(path) --output FILE, pigment report \(path) --output FILE.html")
    }
    return lines.joined(separator: "\n")
  }
}
