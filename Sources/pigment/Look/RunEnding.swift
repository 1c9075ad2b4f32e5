internal import Foundation
internal import Processes
internal import Runs
internal import Text

extension Report {
  /// A run that a signal ended.
  static func stopped(_ path: String, step: Int) -> Report {
    Report(
      .run, "\(path): stopped and saved at step \(step); pigment resume \(path) goes on",
      ["run": path, "state": "stopped", "step": step])
  }
}

extension RunSummary {
  /// What programs want to know of a run.
  var facts: [String: any Encodable] {
    var facts: [String: any Encodable] = [
      "run": path, "task": task, "state": state, "isFinished": isFinished, "steps": steps,
      "checkpoints": checkpoints,
    ]
    facts["start"] = start
    facts["iterations"] = iterations
    facts["loss"] = loss
    facts["metrics"] = evaluations.last?.metrics
    return facts
  }

  /// What a run that ended leaves: its numbers, where things are, and what can be done next.
  var ending: String {
    var lines: [String] = []
    if let last = evaluations.last {
      let numbers = (["after step \(last.step):"] + Table.numbers(last.metrics))
        .joined(separator: "  ").wrapped(to: 78, atGapsOf: "  ")
      lines.append("  " + numbers.replacing("\n", with: "\n  "))
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
