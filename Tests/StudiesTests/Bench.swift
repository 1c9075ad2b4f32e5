import Configurations
import Files
import Foundation
import Studies
import Synchronization

/// A folder with a small study in it, and tools that need no networks: settings are a file's lines,
/// scores come from the digest of a run's arguments.
final class Bench {
  let path = NSTemporaryDirectory() + "pigment-studies-\(UUID())"
  var study: String
  var files: any FileSystem = .posix
  /// The folder of rows; none unless given.
  var rows: String?

  static let study = """
    name: small
    data:
      photographs: {path: PATH/photographs.h5}
      voc: {path: PATH/voc.h5, proposals: PATH/proposals.h5}
    pretexts:
      - name: colorization
        configuration: PATH/pretrain.yaml
        data: photographs
    starts: [gaussian, colorization]
    tasks:
      - name: classify
        verb: classify
        configuration: PATH/classify.yaml
        data: voc
        published: {source: a paper, scores: {gaussian: 53.3, colorization: 65.9}}
    regimes:
      - {name: all}
    seeds: 2

    """

  init(_ study: String = Bench.study) throws {
    self.study = study
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for name in ["photographs.h5", "voc.h5", "proposals.h5", "pretrain.yaml", "classify.yaml"] {
      try write(name, "content: \(name)\n")
    }
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: "\(path)/\(name)")
  }

  var tools: StudyTools {
    StudyTools(
      verbs: [
        .init("classify"), .init("detect", needsProposals: true), .init("segment"),
        .init("probe", takesArguments: true),
      ],
      settings: { verb, file, changes in
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
          throw ConfigurationError(place: file, problem: "cannot be read")
        }
        if let bad = changes.first(where: { $0.hasPrefix("nonsense") }) {
          throw ConfigurationError(place: "--set \(bad)", problem: "no such setting")
        }
        return text + changes.joined(separator: "\n")
      },
      dataHash: { path in
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
          throw ConfigurationError(place: path, problem: "cannot be read")
        }
        return "hash-of-\(text.split(separator: " ").last!.dropLast())"
      },
      result: { _, folder in
        guard let text = try? String(contentsOfFile: "\(folder)/evaluation.json", encoding: .utf8)
        else { return nil }
        let words = text.split(separator: " ")
        return StudyResult(
          measures: [.init("mAP", Double(words[0])!, chance: 0.05), .init("other", 0.5)],
          classes: [.init("cat", 0.5, count: 3), .init("dog", 0.7, count: 2)],
          seed: UInt64(words[1])!, dataHash: String(words[2]), trainPictures: 8, testPictures: 4,
          commit: "pigment test", basis: "mAP is the mean over 3 of 4 classes")
      },
      work: { verb, _, changes, _ in
        let steps = changes.last { $0.hasPrefix("iterations=") }.flatMap {
          Int($0.dropFirst("iterations=".count))
        }
        let images = verb == "probe" ? 12 : 8 * (steps ?? 10)
        return StudyWork(
          images: images, imagesOfStep: verb == "probe" ? 1 : 8, multiplyAdds: 100 * Double(images))
      },
      metrics: { _, folder in
        let text = try String(contentsOfFile: "\(folder)/metrics", encoding: .utf8)
        return ["loss": Double(text)!]
      },
      deadChannels: { _ in ["dead channels norm1": 0.25] }, program: "pigment test",
      noise: ["gaussian", "he"], files: files)
  }

  func plan(
    scale: String? = nil, output: String = "out", data: [String: String] = [:]
  ) throws -> StudyPlan {
    try write("study.yaml", study.replacing("PATH", with: path))
    return try StudyPlan(
      "\(path)/study.yaml", scale: scale, data: data, output: "\(path)/\(output)",
      rows: rows.map { "\(path)/\($0)" }, tools: tools)
  }

  /// Runs the study and gives what was launched.
  @discardableResult func run(
    output: String = "out", kill: Int? = nil, fails: String? = nil, redo: Bool = false,
    jobs: Int = 2, scale: String? = nil, say: @escaping (StudyEvent) -> Void = { _ in }
  ) throws -> [String] {
    var run = StudyRun(try plan(scale: scale, output: output), tools: tools)
    run.redoes = redo
    run.say = say
    let launcher = FakeLauncher(jobs: jobs, kill: kill, fails: fails)
    guard try run.run(launcher: { _ in launcher }) == .finished else { throw Killed() }
    return launcher.launched
  }

  /// The report's files by name, but for the one that may differ between equal runs.
  func report(output: String = "out", figures: Bool = false) throws -> [String: Data] {
    let folder = "\(path)/\(output)/report"
    _ = try StudyReport(try plan(output: output), tools: tools).write(figures: figures)
    return try FileManager.default.contentsOfDirectory(atPath: folder).filter {
      $0 != "timings.csv"
    }.reduce(into: [:]) {
      $0[$1] = try Data(contentsOf: URL(filePath: "\(folder)/\($1)"))
    }
  }

  /// What an error says; empty where there is none.
  func message(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return ""
  }
}

/// The end of a process that was killed.
struct Killed: Error {}

/// Does a step's work at once, as its command would: a run folder with a configuration first, then
/// the rest. It can be killed at any of its moments.
final class FakeLauncher: StepLauncher {
  private(set) var launched: [String] = []
  private var over: [(id: String, status: Int32)] = []
  private var moments = 0
  private let jobs: Int
  private let kill: Int?
  private let fails: String?

  init(jobs: Int = 2, kill: Int? = nil, fails: String? = nil) {
    (self.jobs, self.kill, self.fails) = (jobs, kill, fails)
  }

  var hasRoom: Bool { over.count < jobs }

  func launch(
    _ step: StudyStep, arguments: [String], log: String, lock: String
  ) throws -> Bool {
    launched.append(step.id)
    try moment()
    try Data("\(arguments)\nthe last words\n".utf8).write(to: URL(filePath: log))
    if step.id == fails {
      over.append((step.id, 4))
      return true
    }
    switch step.work {
    case .export:
      guard FileManager.default.fileExists(atPath: "\(arguments[1])/weights") else {
        over.append((step.id, 1))
        return true
      }
      // As an export does: beside, then renamed; each process under a name of its own.
      let beside = "\(step.product).tmp.\(kill.map { $0 + 1 } ?? 0)"
      try write("half", beside)
      try moment()
      try FileManager.default.removeItem(atPath: beside)
      try write(String(contentsOfFile: "\(arguments[1])/weights", encoding: .utf8), step.product)
    case .pretrain, .supervise:
      try run(
        step,
        [
          ("weights", step.recipe.hash + "\(step.seed)"),
          ("metrics", "\(Self.loss(arguments))"),
        ])
    case .transfer:
      // The command must have been given the archive of the right seed.
      let start = arguments[arguments.firstIndex(of: "--init")! + 1]
      if let file = start.split(separator: "=").dropFirst().first {
        let weights = try String(contentsOfFile: String(file), encoding: .utf8)
        guard weights.hasSuffix("\(step.pretrainingSeed!)") else { throw Killed() }
      }
      // 0.2 and 0.4 for noise, 0.5 and 0.9 for the pretext.
      let score =
        step.id.contains("gaussian") ? 0.2 * Double(step.seed) : 0.1 + 0.4 * Double(step.seed)
      try run(
        step,
        [
          ("evaluation.json", "\(score) \(step.seed) \(step.dataHash) "),
          ("metrics", "\(Self.loss(arguments))"),
        ])
    }
    try moment()
    over.append((step.id, 0))
    return true
  }

  func ended() -> [(id: String, status: Int32)] {
    defer { over = [] }
    return over
  }

  func stop() {}

  /// 0.2 from the middle one of the rates that studies here try, 0.3 from others.
  private static func loss(_ arguments: [String]) -> Double {
    arguments.contains("schedule.rate=0.02") ? 0.2 : 0.3
  }

  private func run(_ step: StudyStep, _ contents: [(String, String)]) throws {
    try FileManager.default.createDirectory(
      atPath: step.product, withIntermediateDirectories: true)
    try moment()
    try write("settings", "\(step.product)/configuration.yaml")
    try write("started now", "\(step.product)/environment.json")
    try moment()
    for (name, text) in contents { try write(text, "\(step.product)/\(name)") }
  }

  private func moment() throws {
    if moments == kill { throw Killed() }
    moments += 1
  }

  private func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path))
  }
}

/// The machine's files until a chosen call; then nothing works any more, as after a kill.
final class KilledFiles: FileSystem {
  private let state = Mutex((calls: 0, limit: Int?.none))
  private let real = POSIXFiles()

  init(after limit: Int? = nil) { state.withLock { $0.limit = limit } }

  var calls: Int { state.withLock { $0.calls } }

  private func count() throws(FileError) {
    let isOver = state.withLock { state in
      state.calls += 1
      return state.limit.map { state.calls > $0 } ?? false
    }
    if isOver { throw FileError(call: "kill", path: "", code: 5) }
  }

  func open(_ path: String, _ mode: OpenMode) throws(FileError) -> OpenFile {
    try count()
    return try real.open(path, mode)
  }
  func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(FileError) {
    do throws(FileError) { try count() } catch {
      // Half of it was written.
      try real.write(UnsafeRawBufferPointer(rebasing: bytes.prefix(bytes.count / 2)), to: file)
      throw error
    }
    try real.write(bytes, to: file)
  }
  func sync(_ file: OpenFile) throws(FileError) { try count() }
  func close(_ file: OpenFile) throws(FileError) { try real.close(file) }
  func rename(_ old: String, to new: String) throws(FileError) {
    try count()
    try real.rename(old, to: new)
  }
  func syncDirectory(_ path: String) throws(FileError) { try count() }
  func remove(_ path: String) throws(FileError) {
    try count()
    try real.remove(path)
  }
  func makeDirectory(_ path: String) throws(FileError) {
    try count()
    try real.makeDirectory(path)
  }
  func list(_ directory: String) throws(FileError) -> [String] { try real.list(directory) }
  func size(_ path: String) throws(FileError) -> Int { try real.size(path) }
  func read(_ path: String, at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    try real.read(path, at: offset, count: count)
  }
  func freeBytes(_ directory: String) -> Int? { real.freeBytes(directory) }
}
