/// Steps of optimizers that wait for others of their kind, so that one launch takes all of them.
///
/// They wait only inside of `steppingTogether`, and no longer than until its thread asks the device
/// for anything else: whatever reads a parameter finds it stepped. No other thread has part in it.
final class OptimizerQueue: @unchecked Sendable {
  /// What steps must have in common.
  struct Kind: Hashable {
    let kernel: String
    let parameter, state: DType
    let numbers: [Float]
  }
  private struct Group {
    let kind: Kind
    let scale: Storage
    var parts: [PartList.Part]
  }

  /// That of the thread, inside of `steppingTogether`; no other thread touches it.
  @TaskLocal static var gathering: OptimizerQueue?

  private let backend: CUDABackend
  private var groups: [Group] = []

  init(_ backend: CUDABackend) { self.backend = backend }

  /// The one in which steps for a device wait just now; nil where they do not.
  static func gathering(for context: CUDAContext) -> OptimizerQueue? {
    gathering.flatMap { $0.backend.context === context ? $0 : nil }
  }

  /// Adds a step of storages of one layout.
  func add(_ kind: Kind, _ scale: Storage, _ part: PartList.Part) {
    if let known = groups.firstIndex(where: { $0.kind == kind && $0.scale === scale }) {
      groups[known].parts.append(part)
    } else {
      groups.append(Group(kind: kind, scale: scale, parts: [part]))
    }
  }

  /// Starts what was gathered.
  func flush() {
    let taken = groups
    // Before, because a launch flushes.
    groups = []
    for group in taken { backend.step(group.kind, group.scale, group.parts) }
  }
}

extension CUDABackend {
  /// Runs `body`, and takes all steps of optimizers in it that are of one kind together.
  public func steppingTogether<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard OptimizerQueue.gathering == nil else { return try body() }
    let queue = OptimizerQueue(self)
    defer { queue.flush() }
    return try OptimizerQueue.$gathering.withValue(queue, operation: body)
  }

  /// Takes a step of parameter, gradient, and what the optimizer remembers, of one layout: now, or
  /// with those that are gathered.
  func step(_ kind: OptimizerQueue.Kind, _ scale: Storage, _ storages: [Storage]) {
    let part = PartList.Part(storages[0].dtype, storages, count: storages[0].elementCount)
    if let queue = OptimizerQueue.gathering(for: context) { return queue.add(kind, scale, part) }
    step(kind, scale, [part])
  }

  fileprivate func step(_ kind: OptimizerQueue.Kind, _ scale: Storage, _ parts: [PartList.Part]) {
    for list in PartList.lists(parts) {
      let arguments: [any KernelArgument] = [list, scale]
      launch(
        Kernel(.optimizers, kind.kernel, kind.parameter, kind.state), list.shape,
        list: arguments + kind.numbers.map { $0 })
    }
  }
}
