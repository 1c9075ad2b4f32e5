internal import Files
internal import Foundation
internal import Runs
internal import Statistics

/// A run as a report reads it: only looked at, never locked or changed.
struct ReportRun {
  /// The path from where the search began.
  let name: String
  let path: String
  /// Its settings as the folder has them, and one by one.
  let yaml: String
  let settings: [(key: String, value: String)]
  let environment: EnvironmentRecord?
  let steps: [StepRecord]
  let evaluations: [(step: Int, metrics: [String: Double])]
  let notes: [(step: Int, text: String)]
  /// What came out; nil where the run is not finished, or writes nothing.
  let outcome: RunOutcomeRecord?

  /// Reads the folder of a run.
  init(_ path: String, name: String) throws {
    let files = POSIXFiles.posix
    self.path = path
    self.name = name
    yaml = String(decoding: try files.read("\(path)/configuration.yaml"), as: UTF8.self)
    settings = FlatSettings.entries(yaml)
    environment =
      try files.exists("\(path)/environment.json")
      ? try JSON.value(
        EnvironmentRecord.self, from: files.read("\(path)/environment.json")) : nil
    var steps: [StepRecord] = []
    var evaluations: [(step: Int, metrics: [String: Double])] = []
    var notes: [(step: Int, text: String)] = []
    if try files.exists("\(path)/journal.jsonl") {
      for event in try Journal.events(in: "\(path)/journal.jsonl") {
        switch event {
        case .step(let record): steps.append(record)
        case .evaluation(let step, let metrics): evaluations.append((step, metrics))
        case .environment(let step, let differences):
          for difference in differences { notes.append((step, "\(difference)")) }
        case .note(let step, let text): notes.append((step, text))
        }
      }
    }
    (self.steps, self.evaluations, self.notes) = (steps, evaluations, notes)
    outcome =
      try files.exists("\(path)/evaluation.json")
      ? try RunOutcomeRecord(reading: "\(path)/evaluation.json") : nil
  }

  /// Where it stands, such as `finished` or `step 300 of 1000`.
  var standing: RunStanding {
    let iterations = settings.first { $0.key == "iterations" }.flatMap { Int($0.value) }
    let last = max(steps.last?.step ?? 0, evaluations.last?.step ?? 0)
    return RunStanding(steps: last, iterations: iterations, hasResult: outcome != nil)
  }

  /// What kind of run it is: the words of the command that began it, such as `transfer classify`.
  var kind: String {
    let words = (environment?.command ?? []).dropFirst().prefix { word in
      word.allSatisfy { $0.isLetter }
    }
    return words.isEmpty ? "run" : words.joined(separator: " ")
  }

  /// What its loss measures: runs with different ones have losses that cannot be compared.
  var objective: String {
    let told = ["task", "objective.loss"].compactMap { key in
      settings.first { $0.key == key }?.value
    }
    return (told.isEmpty ? [kind] : told).joined(separator: ", ")
  }

  /// The start of a transfer run within the command that began it: its place among the `--init`;
  /// nil for others.
  var place: Int? {
    let words = environment?.command ?? []
    let starts = zip(words, words.dropFirst()).filter { $0.0 == "--init" }.map(\.1)
    let name = group.split(separator: "/").last.map(String.init) ?? group
    return starts.firstIndex { $0 == name || $0.hasPrefix(name + "=") }
  }

  /// The name without a seed at its end: runs of one group differ in their seed alone.
  var group: String {
    guard let range = name.range(of: "-seed", options: .backwards),
      !name[range.upperBound...].isEmpty, name[range.upperBound...].allSatisfy(\.isNumber)
    else { return name }
    return String(name[..<range.lowerBound])
  }
}

/// What a run came to, read without knowing of which task it is: numbers at the top of the file and
/// within `test` are measures, the array `classes` holds numbers by class, `recall` and `precision`
/// in it curves; `rows` are the probes of layers.
struct RunOutcomeRecord {
  /// Numbers by name, those of the record of the run left out.
  let measures: [(name: String, value: Double)]
  /// Numbers of each class by name, in the order of the file.
  let classes: [(name: String, values: [String: Double])]
  /// The seed; nil where the file does not say.
  let seed: Double?
  /// Precision over recall of each class, where the file has it.
  let curves: [(name: String, points: [(recall: Double, precision: Double)])]

  private static let bookkeeping: Set = [
    "seed", "trainPictures", "testPictures", "iterations", "version", "pictures",
  ]

  init(reading path: String) throws {
    let bytes = try POSIXFiles.posix.read(path)
    guard let tree = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
      throw RunError(path: path, problem: "is not the result of a run")
    }
    let record = tree["run"] as? [String: Any]
    seed = (tree["seed"] ?? record?["seed"]).flatMap(Self.number)
    let test = tree["test"] as? [String: Any] ?? [:]
    let training = tree["training"] as? [String: Any] ?? [:]
    measures =
      (Self.measures(tree) + Self.measures(test) + Self.probes(tree)
        + Self.measures(training).map { (name: "training \($0.name)", value: $0.value) })
    let rows = ((tree["classes"] ?? test["classes"]) as? [[String: Any]]) ?? []
    classes = rows.compactMap { row in
      guard let name = row["name"] as? String else { return nil }
      var values = row.compactMapValues(Self.number)
      // A class that no pixel shows has no part in the mean, so no number beside it.
      if values["pixels"] == 0 { values["overlap"] = nil }
      return (name, values)
    }
    curves = rows.compactMap { row in
      guard let name = row["name"] as? String, let recall = row["recall"] as? [Any],
        let precision = row["precision"] as? [Any], recall.count == precision.count
      else { return nil }
      let points = zip(recall, precision).compactMap { x, y in
        Self.number(x).flatMap { x in Self.number(y).map { (recall: x, precision: $0) } }
      }
      return points.count > 1 ? (name, points) : nil
    }
  }

  private static func measures(_ tree: [String: Any]) -> [(name: String, value: Double)] {
    tree.sorted { $0.key < $1.key }.compactMap { key, value in
      guard !bookkeeping.contains(key), let number = Self.number(value) else {
        return nil
      }
      return (name: key, value: number)
    }
  }

  /// The area average precision of each layer and method that was probed.
  private static func probes(_ tree: [String: Any]) -> [(name: String, value: Double)] {
    (tree["rows"] as? [[String: Any]] ?? []).compactMap { row in
      guard let layer = row["layer"] as? String, let method = row["method"] as? String,
        let scores = row["scores"] as? [[String: Any]], !scores.isEmpty
      else { return nil }
      let areas = scores.compactMap { score in
        ((score["area"] as? [String: Any])?["mean"]).flatMap(Self.number)
      }
      let positives = (row["positives"] as? Int).map { " of \($0)" } ?? ""
      guard !areas.isEmpty else { return nil }
      return (name: "probe \(method)\(positives) \(layer)", value: areas.mean)
    }
  }

  private static func number(_ value: Any) -> Double? {
    // A truth value is an NSNumber too, and is none here.
    guard let number = value as? NSNumber, String(cString: number.objCType) != "c" else {
      return nil
    }
    return number.doubleValue
  }
}
