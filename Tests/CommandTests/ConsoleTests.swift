import Foundation
import Processes
import TestSupport
import Testing

/// The same commands for programs (`--json`) and for people who want no words (`--quiet`).
@Suite(.serialized, OnABench()) struct ConsoleTests {
  let bench: Bench

  init() throws {
    bench = try #require(Bench.current)
    guard !bench.holds("scenes.h5") else { return }
    for made in [
      "data build scenes --pretrain 40 --trainval 12 --test 6 --width 48 --height 48 "
        + "--output scenes.h5", "pretrain pretrain.yaml --run run",
      "export run --output trunk.safetensors",
    ] { try #require(bench.pigment(made).status == 0) }
  }

  /// The objects of standard output; every line must be one, with a kind that exists.
  private func objects(_ words: String) throws -> [[String: any Sendable]] {
    let found = try bench.pigment("\(words) --json")
    #expect(found.status == 0, "\(words): \(found.errors)")
    #expect(found.errors == "", "\(words)")
    return try found.output.split(separator: "\n").map { line in
      let object = try #require(
        JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: any Sendable],
        "\(words): \(line)")
      let kind = try #require(object["kind"] as? String, "\(words): \(line)")
      #expect(Report.Kind(rawValue: kind) != nil && object.count > 1, "\(words): \(line)")
      return object
    }
  }

  @Test(arguments: [
    "data inspect scenes.h5", "data verify scenes.h5", "inspect scenes.h5",
    "inspect trunk.safetensors", "inspect run", "inspect run/checkpoints/step-6.ckpt",
    "runs list .", "runs show run", "runs best validation/auc .", "list trunks",
    "list formats", "list layers resnet18", "list initializations", "config show colorization",
    "config explain batchSize", "config diff pretrain.yaml run", "doctor",
    "export --check trunk.safetensors", "data prior scenes.h5 --split train --output OUT.json",
    "proposals build scenes.h5 --max 20 --output OUT.h5",
    "extract trunk.safetensors scenes.h5 --layer relu5_3 --output OUT.h5",
    "transfer classify tune.yaml --set data.augmentation.size=32 --init he --seeds 1 --output OUT",
    "units filters trunk.safetensors --output OUT.png",
  ]) func everyLineIsAnObject(_ words: String) throws {
    #expect(try !objects(words.replacing("OUT", with: "json-\(UUID())")).isEmpty, "\(words)")
  }

  @Test func trainingReportsEvaluationsAndItsEnd() throws {
    let found = try objects("pretrain pretrain.yaml --run told")
    let judged = found.filter { $0["kind"] as? String == "evaluation" }
    #expect(judged.compactMap { $0["step"] as? Int } == [0, 3, 6])
    #expect(judged.allSatisfy { ($0["metrics"] as? [String: Double])?["validation/auc"] != nil })
    // Nothing was selected: by what such a task is usually judged.
    #expect(judged.allSatisfy { $0["bestBy"] as? String == "validation/auc" })
    let values = judged.compactMap { ($0["metrics"] as? [String: Double])?["validation/auc"] }
    let isBest = values.indices.map { at in values[..<at].allSatisfy { $0 < values[at] } }
    #expect(judged.compactMap { $0["isBest"] as? Bool } == isBest)
    #expect(found.contains { $0["kind"] as? String == "progress" && $0["total"] as? Int == 6 })
    let last = try #require(found.last)
    #expect(last["run"] as? String == "told" && last["isFinished"] as? Bool == true)
  }

  /// The first weights are judged, too.
  @Test func dryRunsCountAllEvaluations() throws {
    for (interval, count) in [(3, 3), (4, 3), (6, 2), (0, 0)] {
      let words = "pretrain pretrain.yaml --dry-run --set evaluationInterval=\(interval) --run dry"
      let measured = try objects(words).compactMap { $0["measured"] as? [String: any Sendable] }
      #expect(measured.first?["evaluations"] as? Int == count, "every \(interval) steps")
    }
  }

  /// The very keys and values of the YAML, so that a program can change one and write it back.
  @Test func settingsHaveTheKeysOfYAML() throws {
    for words in [
      "config show colorization --plain --set schedule.rate=0.005",
      "pretrain pretrain.yaml --dry-run --set schedule.rate=0.005 --run dry",
    ] {
      let found = try objects(words).compactMap { $0["settings"] as? [String: any Sendable] }
      let settings = try #require(found.first, "\(words)")
      let schedule = try #require(settings["schedule"] as? [String: any Sendable])
      #expect(schedule["rate"] as? Double == 0.005 && settings["iterations"] is Int, "\(settings)")
      #expect(settings["tensorBoard"] as? Bool != nil && settings["run"] == nil, "\(settings)")
    }
  }

  @Test func seedsKeepAllTheirDigits() throws {
    let words = "config show classify --plain --set seed=18446744073709551615 --json"
    #expect(try bench.pigment(words).output.contains(#""seed":18446744073709551615"#))
  }

  @Test func filesSayWhatTheyHold() throws {
    let checkpoint = try #require(objects("inspect run/checkpoints/step-6.ckpt").first)
    #expect(checkpoint["step"] as? Int == 6)
    let tensors = try #require(checkpoint["tensors"] as? [[String: any Sendable]])
    #expect(tensors.contains { $0["shape"] as? [Int] != nil && $0["type"] as? String == "F32" })
    let words = "export run --format onnx --output told.onnx --pictures 0"
    let export = try #require(objects(words).last)
    #expect(export["format"] as? String == "onnx" && export["largestDifference"] is Double)
    let pooled = "extract trunk.safetensors scenes.h5 --layer relu5_3 --pool max --output told.h5"
    let features = try #require(objects(pooled).last)
    #expect((features["shape"] as? [Int])?.first == 58 && features["layer"] as? String == "relu5_3")
  }

  @Test func errorsAreObjectsToo() throws {
    for (words, status) in [("inspect nowhere --json", 1), ("runs list --nothing --json", 64)] {
      let found = try bench.pigment(words)
      #expect(found.status == status && found.errors.hasPrefix("Error: "), "\(words)")
      // A command line that cannot be read cannot ask for objects.
      guard status == 1 else { continue }
      #expect(
        found.output.hasPrefix(#"{"kind":"error","status":1,"text":"nowhere: "#), "\(found.output)")
    }
  }

  @Test func quietCommandsSayNothingButResults() throws {
    for words in [
      "pretrain pretrain.yaml --run hushed",
      "transfer classify tune.yaml --set data.augmentation.size=32 --init he --seeds 1 --output t",
      "data verify scenes.h5",
    ] {
      let found = try bench.pigment("\(words) --quiet")
      #expect(found.status == 0 && found.errors == "" && !found.output.isEmpty, "\(found.errors)")
    }
  }

  @Test func everyVerbTakesBoth() throws {
    for command in try Command.all(of: bench) where command.isVerb {
      let help = try bench.pigment("\(command.name) --help").output
      #expect(help.contains("--json") && help.contains("--quiet"), "\(command.name)")
    }
  }
}
