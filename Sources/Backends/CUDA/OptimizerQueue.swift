internal import Synchronization

/// Steps of optimizers that wait for others of their kind, so that one launch takes all of them.
///
/// They wait only inside of `steppingTogether`, and no longer than until anything else is asked of
/// the device: whatever reads a parameter finds it stepped.
final class OptimizerQueue: Sendable {
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
  private struct State: @unchecked Sendable {
    var isOpen = false
    var groups: [Group] = []
  }
  private let state = Mutex(State())

  /// Adds a step: parameter, gradient, and what the optimizer remembers, of one layout. False where
  /// none are gathered just now.
  func add(_ kind: Kind, _ scale: Storage, _ storages: [Storage]) -> Bool {
    let part = PartList.Part(storages[0].dtype, storages, count: storages[0].elementCount)
    let held = Held(scale, part)
    return state.withLock { state in
      guard state.isOpen else { return false }
      let known = state.groups.firstIndex { $0.kind == kind && $0.scale === held.scale }
      if let known {
        state.groups[known].parts.append(held.part)
      } else {
        state.groups.append(Group(kind: kind, scale: held.scale, parts: [held.part]))
      }
      return true
    }
  }

  /// Whether steps are gathered from now on; says whether they were before.
  func open(_ isOpen: Bool) -> Bool {
    state.withLock { state in
      defer { state.isOpen = isOpen }
      return state.isOpen
    }
  }

  /// Starts what was gathered.
  func flush(on backend: CUDABackend) {
    let taken = state.withLock { state in
      defer { state.groups = [] }
      return Taken(groups: state.groups)
    }
    for group in taken.groups { backend.step(group.kind, group.scale, group.parts) }
  }

  private struct Taken: @unchecked Sendable { let groups: [Group] }
  private struct Held: @unchecked Sendable {
    let scale: Storage
    let part: PartList.Part
    init(_ scale: Storage, _ part: PartList.Part) { (self.scale, self.part) = (scale, part) }
  }
}

extension CUDABackend {
  /// Runs `body`, and takes all steps of optimizers in it that are of one kind together.
  public func steppingTogether<Result>(_ body: () throws -> Result) rethrows -> Result {
    let wasOpen = steps.open(true)
    defer {
      _ = steps.open(wasOpen)
      if !wasOpen { steps.flush(on: self) }
    }
    return try body()
  }

  /// Takes a step now, or with those that are gathered.
  func step(_ kind: OptimizerQueue.Kind, _ scale: Storage, _ storages: [Storage]) {
    if steps.add(kind, scale, storages) { return }
    step(
      kind, scale, [.init(storages[0].dtype, storages, count: storages[0].elementCount)])
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
