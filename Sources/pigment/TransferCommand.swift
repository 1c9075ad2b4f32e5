internal import ArgumentParser
internal import Foundation
internal import Training
internal import VOCTransfer

/// `pigment transfer`: what are features worth on a task with labels?
struct TransferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transfer", abstract: "Fine-tune from several starts and compare them.",
    subcommands: [ClassifyCommand.self])
}

/// `pigment transfer classify`: multi-label classification from several starts, over seeds.
struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Multi-label classification: every start with every seed, and a table.",
    discussion: """
      Starts are noise (gaussian, xavier, he) or feature archives, optionally named: \
      --init colorization=features.safetensors. All runs share data order, budget and seeds. Runs \
      that are already finished in the output folder are not repeated.
      """)

  @Argument(help: "The configuration (YAML).") var config: String
  @Option(name: .customLong("init"), help: "A start; may be repeated. The first is the baseline.")
  var starts: [String]
  @Option(help: "Seeds 1 to this number.") var seeds = 3
  @Option(help: "A setting, such as iterations=500; may be repeated.") var set: [String] = []
  @Option(name: .shortAndLong, help: "The folder for runs and table.") var output: String

  func validate() throws {
    guard !starts.isEmpty else { throw ValidationError("give at least one --init") }
    guard seeds > 0 else { throw ValidationError("--seeds must be positive") }
  }

  func run() throws {
    let named = starts.map { NamedStart($0) }
    if let name = named.map(\.name).duplicate {
      throw ValidationError("two starts are called '\(name)'; name them apart: --init NAME=FILE")
    }
    var results: [ClassificationResult] = []
    for seed in 1...seeds {
      for start in named {
        let settings = try ClassificationConfiguration.load(
          config, settings: set + ["seed=\(seed)"])
        let path = "\(output)/\(start.name)-seed\(seed)"
        if let done = try finished(path, settings) {
          results.append(done)
          continue
        }
        printError("\(start.name), seed \(seed)")
        let run = try ClassificationRun(settings, start: start.start)
        let folder = try RunFolder.create(
          path, configuration: settings,
          environment: .here(dataHash: run.dataHash, seed: UInt64(seed)))
        guard let result = try run.run(in: folder) else { throw ExitCode(130) }
        results.append(result)
      }
    }
    let names = Dictionary(uniqueKeysWithValues: named.map { ($0.start.description, $0.name) })
    let table = ClassificationTable.table(results, names: names)
    try (table.markdown + "\n").write(
      toFile: "\(output)/table.md", atomically: true, encoding: .utf8)
    print(table)
  }

  /// The result of a run that is already there; one of other settings is refused, an unfinished one
  /// is removed and done again.
  private func finished(
    _ path: String, _ settings: ClassificationConfiguration
  ) throws -> ClassificationResult? {
    guard FileManager.default.fileExists(atPath: "\(path)/configuration.yaml") else { return nil }
    let (folder, _, _) = try RunFolder.resume(path)
    guard folder.configurationHash == (try settings.digest) else {
      throw RunError(
        path: path, problem: "was made with other settings; choose another --output or remove it")
    }
    guard let data = FileManager.default.contents(atPath: "\(path)/evaluation.json") else {
      try FileManager.default.removeItem(atPath: path)
      return nil
    }
    return try JSONDecoder().decode(ClassificationResult.self, from: data)
  }
}

/// A start and what the table calls it.
private struct NamedStart {
  let name: String
  let start: Start

  init(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    start = Start(parts[parts.count - 1])
    if parts.count > 1 {
      name = parts[0]
    } else if case .archive(let path) = start {
      name = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
    } else {
      name = start.description
    }
  }
}

extension [String] {
  /// The first element that occurs twice.
  fileprivate var duplicate: String? {
    var seen: Set<String> = []
    return first { !seen.insert($0).inserted }
  }
}
