public import Files
public import Layers
public import Networks
internal import Randomness
internal import Tensors

/// All that a run needs to go on bit for bit: weights, what the optimizer remembers, and where the
/// run stands, in one sealed tensor archive.
///
/// Tensors are named `model.<parameter>` and `optimizer.<slot>.<parameter>`; the rest is metadata
/// whose keys begin with `pigment.`.
public struct Checkpoint: Sendable {
  /// Weights and optimizer slots; its metadata is written from `progress` when it is saved.
  public var archive: TensorArchive
  /// Where the run stands.
  public var progress: TrainingProgress
  /// Steps the optimizer counts: its own, because a run may start a new optimizer.
  public var optimizerTime: Int
  /// What the run says of its network, by name; kept in the file's metadata as `pigment.note.NAME`.
  public var notes: [String: String] = [:]

  /// What a checkpoint file is called in its metadata.
  static let kind = "pigment checkpoint 1"
  private static let notePrefix = "pigment.note."

  /// A checkpoint of these tensors.
  public init(archive: TensorArchive, progress: TrainingProgress, optimizerTime: Int) {
    self.archive = archive
    self.progress = progress
    self.optimizerTime = optimizerTime
  }

  /// A checkpoint of a model and its optimizer; waits for the device.
  public init(model: some Parameterized, optimizer: some Optimizer, progress: TrainingProgress) {
    archive = TensorArchive()
    model.save(into: &archive, prefix: "model.")
    let state = optimizer.state
    for (parameter, slots) in state.slots.sorted(by: { $0.key < $1.key }) {
      for (slot, tensor) in zip(optimizer.slotNames, slots) {
        archive.add("optimizer.\(slot).\(parameter)", tensor)
      }
    }
    self.progress = progress
    optimizerTime = state.time
  }

  /// Puts weights and optimizer state back, strictly: every tensor must belong to a parameter of
  /// `model` or a slot of `optimizer`, with its shape and type. On an error neither has changed.
  public func restore(
    into model: inout some Parameterized, _ optimizer: inout some Optimizer
  ) throws(ArchiveError) {
    var restored = model
    try restored.load(from: archive, prefix: "model.")
    var state = OptimizerState()
    state.time = optimizerTime
    var known: Set<String> = []
    for named in restored.tensors {
      let names = optimizer.slotNames.map { "optimizer.\($0).\(named.name)" }
      // A parameter that never had a gradient has no slots yet.
      guard names.contains(where: { archive[$0] != nil }) else { continue }
      state.slots[named.name] = try names.map { (name) throws(ArchiveError) in
        let slot = try archive.tensor(name, on: named.tensor.device)
        guard slot.shape == named.tensor.shape, slot.dtype == named.tensor.dtype else {
          throw ArchiveError(
            file: archive.source, tensor: name,
            problem: "is \(slot.dtype) \(slot.shape), its parameter \(named.tensor.dtype) "
              + "\(named.tensor.shape)")
        }
        return slot
      }
      known.formUnion(names)
    }
    for name in archive.names where !name.hasPrefix("model.") && !known.contains(name) {
      throw ArchiveError(
        file: archive.source, tensor: name,
        problem: "belongs to no parameter or slot; this optimizer keeps \(optimizer.slotNames)")
    }
    model = restored
    optimizer.state = state
  }

  /// How many steps in a row could not be taken before this was saved.
  package var faults: Int {
    get { notes[Self.faultsNote].flatMap(Int.init) ?? 0 }
    set { notes[Self.faultsNote] = newValue == 0 ? nil : "\(newValue)" }
  }
  private static let faultsNote = "faults"

  /// The digest of the records that the run leaves out (`DamagedRecords.digest`).
  package var leftOut: String {
    get { notes[Self.leftOutNote] ?? "" }
    set { notes[Self.leftOutNote] = newValue.isEmpty ? nil : newValue }
  }
  private static let leftOutNote = "leftOut"

  /// The first tensor that holds a number that is not finite; such a state is never saved.
  public var nonFiniteTensor: String? {
    archive.entries.first { $0.norm == nil }?.name
  }
}

extension Checkpoint {
  /// The checkpoint in a file; refused unless its bytes have the digest it names.
  public init(reading path: String, on files: any FileSystem = .posix) throws(ArchiveError) {
    let archive = try TensorArchive(reading: path, on: files)
    func word(_ key: String) throws(ArchiveError) -> String {
      guard let word = archive.metadata["pigment.\(key)"] else {
        if archive.metadata[FeatureDescription.key] != nil {
          throw ArchiveError(
            file: path,
            problem: "is a feature archive, whose head was stripped off; give the run or the "
              + "checkpoint that it was exported from")
        }
        throw ArchiveError(
          file: path,
          problem: "is no checkpoint: metadata 'pigment.\(key)' is missing; give a checkpoint or a "
            + "run folder")
      }
      return word
    }
    func number<Value>(
      _ key: String, _ parse: (String) -> Value?
    ) throws(ArchiveError) -> Value {
      guard let value = parse(try word(key)) else {
        throw ArchiveError(file: path, problem: "metadata 'pigment.\(key)' is not a number")
      }
      return value
    }
    guard try word("kind") == Self.kind else {
      throw ArchiveError(
        file: path, problem: "is a '\(try word("kind"))', this program reads '\(Self.kind)'")
    }
    guard archive.isSealed else {
      throw ArchiveError(file: path, problem: "is damaged: it names no SHA-256 of its bytes")
    }
    var best: TrainingProgress.Best?
    if archive.metadata["pigment.best.metric"] != nil {
      best = .init(
        metric: try word("best.metric"), value: try number("best.value") { Double($0) },
        step: try number("best.step") { Int($0) })
    }
    self.init(
      archive: archive,
      progress: TrainingProgress(
        step: try number("step") { Int($0) }, epoch: try number("epoch") { Int($0) },
        position: try number("position") { Int($0) },
        key: RandomKey(bits: try number("key") { UInt64($0, radix: 16) }), best: best,
        configurationHash: try word("configuration"), dataHash: try word("data")),
      optimizerTime: try number("optimizer.time") { Int($0) })
    for (key, text) in archive.metadata where key.hasPrefix(Self.notePrefix) {
      notes[String(key.dropFirst(Self.notePrefix.count))] = text
    }
  }

  /// The archive with everything in its metadata, as it is written.
  var complete: TensorArchive {
    var copy = archive
    copy.metadata = [
      "format": "pt", "pigment.kind": Self.kind, "pigment.step": "\(progress.step)",
      "pigment.epoch": "\(progress.epoch)", "pigment.position": "\(progress.position)",
      "pigment.key": String(progress.key.bits, radix: 16),
      "pigment.configuration": progress.configurationHash, "pigment.data": progress.dataHash,
      "pigment.optimizer.time": "\(optimizerTime)",
    ]
    if let best = progress.best {
      copy.metadata["pigment.best.metric"] = best.metric
      // The shortest text that reads back as the same bits.
      copy.metadata["pigment.best.value"] = "\(best.value)"
      copy.metadata["pigment.best.step"] = "\(best.step)"
    }
    for (name, text) in notes { copy.metadata[Self.notePrefix + name] = text }
    return copy
  }
}
