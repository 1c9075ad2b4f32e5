internal import Files
internal import Runs

/// A study's folder: whose it is, and the right to write into it.
///
///     study.json      the study, its scale, threads and device of each run
///     steps/          claims, outcomes and logs
///     pretrain/       run folders of trunks
///     features/       their archives
///     TASK/REGIME/    run folders of transfers
///     report/         what came out
struct OutputFolder {
  /// What the folder is for. Numbers can differ in their last digits with the number of threads and
  /// the device, so they are kept, whoever goes on.
  private struct Owner: Codable, Equatable {
    var study: String
    var scale: String
    var threads: Int
    /// Nil in folders of earlier versions, which knew the CPU alone.
    var device: String?
  }

  /// Threads of each run.
  let threads: Int
  /// Where runs compute, as `--device` names it.
  let device: String
  private let lock: RunLock

  /// Takes the folder of a plan, makes it where it is missing, and refuses that of another study.
  init(
    _ plan: StudyPlan, threads wanted: Int?, usually: Int, device asked: String?,
    files: any FileSystem
  ) throws {
    try files.makeDirectory(plan.output)
    lock = try RunLock(folder: plan.output)
    let path = "\(plan.output)/study.json"
    guard let owner = try Self.owner(path, files) else {
      let names = try files.list(plan.output)
      if let other = names.first(where: {
        $0 != ".lock" && TemporaryFile(name: $0)?.target != "study.json"
      }) {
        throw RunError(
          path: plan.output, problem: "holds other things, such as '\(other)'; choose a new folder")
      }
      threads = wanted ?? usually
      device = asked ?? "cpu"
      let owner = Owner(
        study: plan.study.name, scale: plan.scale, threads: threads, device: device)
      try AtomicFile.write(json: owner, .page, to: path, on: files)
      return
    }
    try Self.check(owner, plan)
    if let wanted, wanted != owner.threads {
      throw RunError(
        path: plan.output,
        problem: """
          was begun with \(owner.threads) threads for each run, not \(wanted); go on with \
          --threads \(owner.threads), or choose another --output
          """)
    }
    threads = owner.threads
    device = owner.device ?? "cpu"
    if let asked, asked != device {
      throw RunError(
        path: plan.output,
        problem: """
          was begun on \(device), not on \(asked); go on with --device \(device), or choose \
          another --output
          """)
    }
  }

  /// Refuses the folder of another study, without taking it.
  static func check(_ plan: StudyPlan, files: any FileSystem) throws {
    if let owner = try owner("\(plan.output)/study.json", files) { try check(owner, plan) }
  }

  private static func check(_ owner: Owner, _ plan: StudyPlan) throws {
    guard owner.study == plan.study.name, owner.scale == plan.scale else {
      throw RunError(
        path: plan.output,
        problem: """
          belongs to the study '\(owner.study)' at scale '\(owner.scale)', not to \
          '\(plan.study.name)' at '\(plan.scale)'; choose another --output
          """)
    }
  }

  private static func owner(_ path: String, _ files: any FileSystem) throws -> Owner? {
    guard try files.exists(path) else { return nil }
    do { return try JSON.value(Owner.self, from: files.read(path)) } catch let error
      as DecodingError
    {
      throw RunError(path: path, problem: "does not say whose the folder is: \(error)")
    }
  }
}
