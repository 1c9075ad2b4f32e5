import Files
import Randomness
import Synchronization

/// Files in memory that can lose their power: at a chosen call everything stops, and what was not
/// synced is kept, dropped or torn as the key decides.
final class SimulatedFiles: FileSystem {
  /// What goes wrong, at the call with this number (counted from 0).
  enum Fault: Sendable {
    case none
    /// The power fails before the call takes effect; every later call fails too.
    case crash(at: Int)
    /// The call fails once.
    case once(at: Int, code: Int32)
    /// The call and every later one that needs the disk fails.
    case from(Int, code: Int32)
  }

  private struct File {
    var content: [UInt8] = []
    var durable: [UInt8] = []
    var pending: [(offset: Int, bytes: [UInt8])] = []
  }
  private enum NameChange { case set(String, Int), remove(String), rename(String, String, Int) }

  private struct State {
    var inodes: [File] = []
    var names: [String: Int] = [:]
    var durableNames: [String: Int] = [:]
    var pendingNames: [NameChange] = []
    var open: [Int32: Int] = [:]
    var calls = 0
    var fault = Fault.none
    var freeBytes: Int?
  }
  private let state = Mutex(State())

  init(fault: Fault = .none) { state.withLock { $0.fault = fault } }

  var calls: Int { state.withLock { $0.calls } }
  func setFault(_ fault: Fault) {
    state.withLock {
      $0.fault = fault
      $0.calls = 0
    }
  }
  func setFreeBytes(_ bytes: Int) { state.withLock { $0.freeBytes = bytes } }
  func setContent(_ path: String, _ change: (inout [UInt8]) -> Void) {
    state.withLock {
      change(&$0.inodes[$0.names[path]!].content)
      $0.inodes[$0.names[path]!].durable = $0.inodes[$0.names[path]!].content
    }
  }

  /// The files as the machine finds them after a power loss.
  func afterPowerLoss(_ key: RandomKey) -> SimulatedFiles {
    var stream = key.stream()
    let next = SimulatedFiles()
    state.withLock { old in
      var names = old.durableNames
      for change in old.pendingNames where stream.chance(0.5) {
        switch change {
        case .set(let path, let inode): names[path] = inode
        case .remove(let path): names[path] = nil
        case .rename(let from, let to, let inode):
          names[from] = nil
          names[to] = inode
        }
      }
      var inodes = old.inodes
      for index in inodes.indices {
        var bytes = inodes[index].durable
        for write in inodes[index].pending {
          let kept = [0, write.bytes.count, stream.index(below: write.bytes.count + 1)][
            stream.index(below: 3)]
          if kept == 0 { continue }
          let end = write.offset + kept
          if bytes.count < end { bytes += Array(repeating: 0, count: end - bytes.count) }
          bytes.replaceSubrange(write.offset..<end, with: write.bytes[..<kept])
        }
        inodes[index] = File(content: bytes, durable: bytes)
      }
      next.state.withLock {
        $0.inodes = inodes
        $0.names = names
        $0.durableNames = names
      }
    }
    return next
  }

  /// Counts a call that changes something, and lets it fail where it is its turn.
  private func turn(_ state: inout State, _ call: String, _ path: String) throws(FileError) {
    defer { state.calls += 1 }
    switch state.fault {
    case .crash(let at) where state.calls >= at:
      throw FileError(call: "\(call) (power lost)", path: path, code: 5)
    case .once(let at, let code) where state.calls == at:
      throw FileError(call: call, path: path, code: code)
    case .from(let at, let code)
    where state.calls >= at && ["open", "write", "fsync"].contains(call):
      throw FileError(call: call, path: path, code: code)
    default: return
    }
  }

  func open(_ path: String, _ mode: OpenMode) throws(FileError) -> OpenFile {
    try state.withLock { (state) throws(FileError) in
      try turn(&state, "open", path)
      if mode == .create || state.names[path] == nil {
        state.inodes.append(File())
        state.names[path] = state.inodes.count - 1
        state.pendingNames.append(.set(path, state.inodes.count - 1))
      }
      let descriptor = Int32(state.calls)
      state.open[descriptor] = state.names[path]!
      return OpenFile(descriptor: descriptor, path: path)
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(FileError) {
    let bytes = Array(bytes)
    try state.withLock { (state) throws(FileError) in
      let inode = state.open[file.descriptor]!
      let offset = state.inodes[inode].content.count
      // A write that the power loss interrupts may still have reached the disk in part.
      if case .crash(let at) = state.fault, at == state.calls {
        state.inodes[inode].pending.append((offset, bytes))
      }
      try turn(&state, "write", file.path)
      state.inodes[inode].content += bytes
      state.inodes[inode].pending.append((offset, bytes))
    }
  }

  func sync(_ file: OpenFile) throws(FileError) {
    try state.withLock { (state) throws(FileError) in
      try turn(&state, "fsync", file.path)
      let inode = state.open[file.descriptor]!
      state.inodes[inode].durable = state.inodes[inode].content
      state.inodes[inode].pending = []
    }
  }

  func close(_ file: OpenFile) throws(FileError) {
    try state.withLock { (state) throws(FileError) in
      state.open[file.descriptor] = nil
      try turn(&state, "close", file.path)
    }
  }

  func rename(_ old: String, to new: String) throws(FileError) {
    try state.withLock { (state) throws(FileError) in
      try turn(&state, "rename", old)
      guard let inode = state.names.removeValue(forKey: old) else {
        throw FileError(call: "rename", path: old, code: 2)
      }
      state.names[new] = inode
      state.pendingNames.append(.rename(old, new, inode))
    }
  }

  func syncDirectory(_ path: String) throws(FileError) {
    try state.withLock { (state) throws(FileError) in
      try turn(&state, "fsync", path)
      state.durableNames = state.names
      state.pendingNames = []
    }
  }

  func remove(_ path: String) throws(FileError) {
    try state.withLock { (state) throws(FileError) in
      try turn(&state, "unlink", path)
      guard state.names.removeValue(forKey: path) != nil else {
        throw FileError(call: "unlink", path: path, code: 2)
      }
      state.pendingNames.append(.remove(path))
    }
  }

  func makeDirectory(_ path: String) throws(FileError) {}

  func list(_ directory: String) throws(FileError) -> [String] {
    state.withLock { state in
      state.names.keys.filter { folder(of: $0) == directory }
        .map { String($0.dropFirst(directory.count + 1)) }.sorted()
    }
  }

  func size(_ path: String) throws(FileError) -> Int { try content(path).count }

  func read(_ path: String, at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    try Array(content(path).dropFirst(offset).prefix(count))
  }

  func freeBytes(_ directory: String) -> Int? { state.withLock { $0.freeBytes } }

  private func content(_ path: String) throws(FileError) -> [UInt8] {
    try state.withLock { (state) throws(FileError) in
      guard let inode = state.names[path] else {
        throw FileError(call: "stat", path: path, code: 2)
      }
      return state.inodes[inode].content
    }
  }
}
