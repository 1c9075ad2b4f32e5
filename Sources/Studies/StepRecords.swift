internal import Files
internal import Foundation
internal import Runs

/// What is on disk of a study's steps: claims, outcomes and products.
struct StepRecords {
  /// How far a step is.
  enum State: Equatable {
    /// Nothing is there.
    case new
    /// It was begun; `because` says what is missing.
    case unfinished(because: String)
    /// It is done.
    case finished
    /// It was done elsewhere: its row is here, what it left is not.
    case recorded
    /// What is there was made by another recipe, or by nobody knows whom.
    case foreign(problem: String)
  }

  let output: String
  let tools: StudyTools
  /// Where rows of finished steps lie; nil where none are kept.
  let rows: RowFolder?
  private var files: any FileSystem { tools.files }

  init(_ plan: StudyPlan, _ tools: StudyTools) {
    output = plan.output
    self.tools = tools
    rows =
      plan.study.rows.isEmpty ? nil : RowFolder(path: plan.study.rows, files: tools.files)
  }

  func claimFile(_ step: StudyStep) -> String { "\(output)/steps/\(step.id).json" }
  func outcomeFile(_ step: StudyStep) -> String { "\(output)/steps/\(step.id).done.json" }
  func log(_ step: StudyStep) -> String { "\(output)/steps/\(step.id).log" }

  func timeFile(_ step: StudyStep) -> String { "\(output)/steps/\(step.id).time.json" }

  /// How far a step is; what can be read is read, and nothing is changed.
  func state(of step: StudyStep) throws -> State {
    let here = try localState(of: step)
    if here == .finished { return here }
    return try rows?.found(step) == nil ? here : .recorded
  }

  /// How far a step is in the study's folder.
  private func localState(of step: StudyStep) throws -> State {
    let product = try files.exists(step.product)
    guard try files.exists(claimFile(step)) else {
      if product {
        return .foreign(problem: "is there, but this study has not begun it")
      }
      return .new
    }
    let found: StepClaim
    do { found = try read(claimFile(step)) } catch let error as DecodingError {
      return .foreign(
        problem: "has a damaged note, \(claimFile(step)) (\(Self.words(error)))")
    }
    let claim = StepClaim(step)
    guard found.identity == claim.identity else {
      // A step that ended before it made anything holds nothing for anybody.
      guard product else { return .new }
      return .foreign(
        problem: "belongs to another recipe: \(claim.difference(from: found))")
    }
    guard try files.exists(outcomeFile(step)) else {
      return .unfinished(because: product ? "it was interrupted" : "it left nothing yet")
    }
    let outcome: StepOutcome
    do { outcome = try read(outcomeFile(step)) } catch let error as DecodingError {
      return .unfinished(
        because: "its outcome, \(outcomeFile(step)), is damaged (\(Self.words(error)))")
    }
    guard outcome.identity == claim.identity else {
      return .unfinished(because: "its outcome belongs to another recipe")
    }
    guard product else { return .unfinished(because: "\(step.product) is gone") }
    if step.work.isTransfer {
      // A result that was edited, or half of which is gone, is nobody's.
      let found = try digest(result(file: step))
      guard found.isEmpty || found == outcome.digest else {
        return .foreign(problem: "holds a result that was changed after it was made")
      }
    } else if step.work != .export, !outcome.digest.isEmpty {
      // Studies that earlier versions began noted nothing here.
      let found = try origin(of: step)
      guard found.isEmpty || found == outcome.digest else {
        return .foreign(problem: "holds another run than the one that ended here")
      }
    }
    if let problem = try flaw(of: step, outcome) { return .unfinished(because: problem) }
    return .finished
  }

  /// Claims a step's folder.
  func claim(_ step: StudyStep) throws {
    try files.makeDirectory(folder(of: claimFile(step)))
    try write(StepClaim(step), to: claimFile(step))
  }

  /// Notes that a step ended well; an error where what it should have left is not there.
  func finish(_ step: StudyStep) throws {
    guard try files.exists(step.product) else {
      throw RunError(path: step.product, problem: "is not there, though its command ended well")
    }
    var outcome = StepOutcome(identity: step.identity, digest: "")
    switch step.work {
    case .export: outcome.digest = try digest(step.product)
    case .pretrain, .supervise: outcome.digest = try origin(of: step)
    case .transfer: break
    }
    if let problem = try flaw(of: step, outcome) {
      throw RunError(path: step.product, problem: problem)
    }
    if step.work.isTransfer { outcome.digest = try digest(result(file: step)) }
    try write(outcome, to: outcomeFile(step))
  }

  /// What a finished transfer came to, held against what was asked for; from its row where the run
  /// is not here.
  func result(of step: StudyStep) throws -> StudyResult? {
    guard try localState(of: step) != .finished, let row = try rows?.found(step) else {
      return try localResult(of: step)
    }
    return row.result
  }

  private func localResult(of step: StudyStep) throws -> StudyResult? {
    guard case .transfer(let verb) = step.work else { return nil }
    guard let result = try tools.result(verb, step.product) else { return nil }
    guard result.seed == step.seed else {
      throw RunError(
        path: step.product, problem: "was made with seed \(result.seed), not \(step.seed)")
    }
    guard result.dataHash == step.dataHash else {
      throw RunError(
        path: step.product,
        problem: "was made with other data (\(result.dataHash.prefix(12)), not "
          + "\(step.dataHash.prefix(12)))")
    }
    return result
  }

  /// The numbers of a finished step's last evaluation.
  func metrics(of step: StudyStep) throws -> [String: Double] {
    guard try localState(of: step) != .finished, let row = try rows?.found(step) else {
      return step.work == .export
        ? try tools.deadChannels(step.product) : try tools.metrics(step.work.verb, step.product)
    }
    return row.metrics
  }

  /// The rate that a step's trials decide on; nil where it is set.
  func rate(of step: StudyStep, in plan: StudyPlan) throws -> Double? {
    guard let choice = step.choice else { return nil }
    if try localState(of: step) != .finished, let row = try rows?.found(step) { return row.rate }
    let best = try choice.best { trial in
      let numbers = try metrics(of: plan.step(trial.step))
      guard let number = numbers[choice.by] else {
        throw RunError(
          path: trial.step,
          problem: "has no '\(choice.by)' to judge its rate by; it has "
            + numbers.keys.sorted().joined(separator: ", "))
      }
      return number
    }
    guard let best else {
      throw RunError(
        path: step.product,
        problem: "has no rate to be trained with: \(choice.by) is no number in any trial")
    }
    return best
  }

  /// Leaves the row of a finished step.
  func writeRow(of step: StudyStep, in plan: StudyPlan) throws {
    guard let rows else { return }
    let claim = StepClaim(step)
    let row = StudyRow(
      step: step.id, recipe: step.recipe, settings: step.settings, seed: step.seed,
      pretrainingSeed: step.pretrainingSeed, identity: claim.identity,
      rate: try rate(of: step, in: plan), effort: step.effort, metrics: try metrics(of: step),
      result: try localResult(of: step),
      archive: step.work == .export ? try digest(step.product) : nil)
    try rows.write(row, try timing(of: step), of: step)
  }

  /// Leaves the row of a finished step where there is none yet: the run may have been made without,
  /// or its study have been killed between the two.
  func completeRow(of step: StudyStep, in plan: StudyPlan) throws {
    if let rows, try rows.found(step) == nil { try writeRow(of: step, in: plan) }
  }

  /// Puts what a recorded export left where the study looks for it; false where it is not kept.
  func restore(_ step: StudyStep) throws -> Bool {
    guard step.work == .export, let rows, let row = try rows.found(step),
      try rows.restore(step, as: row)
    else { return false }
    try claim(step)
    try finish(step)
    return true
  }

  /// How long a finished step took, as far as is known.
  func timing(of step: StudyStep) throws -> StepTiming? {
    for file in [timeFile(step), rows?.time(step)].compactMap({ $0 }) {
      guard try files.exists(file) else { continue }
      return try? JSON.value(StepTiming.self, from: files.read(file), .relaxed)
    }
    return nil
  }

  /// Notes that a call worked at a step for so long.
  func add(seconds: Double, to step: StudyStep, device: String, threads: Int) throws {
    let before: StepTiming? =
      try files.exists(timeFile(step)) ? try? read(timeFile(step)) : nil
    try write(
      StepTiming(
        seconds: (before?.seconds ?? 0) + seconds, device: device, threads: threads,
        program: tools.program), to: timeFile(step))
  }

  /// Removes what is there of a step, its notes last.
  func remove(_ step: StudyStep) throws {
    for path in [
      outcomeFile(step), step.product, log(step), timeFile(step), claimFile(step),
    ] {
      guard try files.exists(path) else { continue }
      do { try FileManager.default.removeItem(atPath: path) } catch {
        throw RunError(path: path, problem: "cannot be removed: \(error)")
      }
    }
  }

  /// Files that a killed process left half-written beside an export.
  func removeLeftovers(_ step: StudyStep) throws {
    guard step.work == .export, try files.exists(folder(of: step.product)) else { return }
    TemporaryFile.removeLeftovers(of: step.product, isRunning: { _ in false })
  }

  /// What is wrong with a step that was noted as done; nil where nothing is.
  private func flaw(of step: StudyStep, _ outcome: StepOutcome) throws -> String? {
    switch step.work {
    case .export:
      return try digest(step.product) == outcome.digest ? nil : "the file was changed since"
    case .transfer:
      return try localResult(of: step) == nil ? "it has no evaluation" : nil
    case .pretrain, .supervise:
      return try origin(of: step).isEmpty ? "it holds no run" : nil
    }
  }

  /// The digest of what a run began with, its environment with the time included: no two runs have
  /// the same. Empty where there is no run.
  private func origin(of step: StudyStep) throws -> String {
    let parts = try ["configuration.yaml", "environment.json"].map {
      try digest("\(step.product)/\($0)")
    }
    return parts.contains("") ? "" : Digest.hexadecimal(parts.joined())
  }

  private func result(file step: StudyStep) -> String { "\(step.product)/evaluation.json" }

  /// Empty where there is no such file.
  private func digest(_ path: String) throws -> String {
    try files.exists(path) ? Digest.hexadecimal(try files.read(path)) : ""
  }

  private func read<Value: Decodable>(_ path: String) throws -> Value {
    try JSON.value(from: files.read(path))
  }

  private func write(_ value: some Encodable, to path: String) throws {
    try AtomicFile.write(json: value, .page, .relaxed, to: path, on: files)
  }

  private static func words(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "no '\(key.stringValue)'"
    case .dataCorrupted(let context), .typeMismatch(_, let context), .valueNotFound(_, let context):
      context.debugDescription
    @unknown default: "\(error)"
    }
  }
}
