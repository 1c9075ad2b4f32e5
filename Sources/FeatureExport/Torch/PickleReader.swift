internal import Networks

/// Reads a pickle of what `torch.save` writes of state dicts: the opcodes for those, and no others.
/// Nothing is executed; what calls a function in Python becomes a description here.
///
/// - Source: Python's pickletools; torch/_weights_only_unpickler.py.
struct PickleReader {
  /// The most opcodes that are read: far more than a large network with its optimizer has, few
  /// enough that memory is bounded.
  private static let limit = 1 << 20

  private(set) var stream: ByteStream
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [UInt64: PickleValue] = [:]
  var tuples: [[PickleValue]] = []
  var lists: [[PickleValue]] = []
  var dictionaries: [PickleDictionary] = []
  var tensors: [TorchTensor] = []
  /// The storages by their keys.
  var storages: [String: TorchStorage] = [:]

  init(_ stream: ByteStream) { self.stream = stream }

  /// An error about the pickle.
  func failure(_ problem: String) -> ArchiveError { stream.failure(problem) }

  var damaged: ArchiveError { failure("is damaged: its pickle is not one that torch.save writes") }

  /// The value of the next pickle; its containers are in this reader.
  mutating func value() throws(ArchiveError) -> PickleValue {
    (stack, marks, memo) = ([], [], [:])
    for _ in 0..<Self.limit {
      let place = stream.position
      let code = try stream.byte()
      guard let opcode = PickleOpcode(rawValue: code) else {
        throw failure(
          "has the pickle opcode \(PickleOpcode.name(of: code)) at byte \(place), which no state "
            + "dict has; nothing was executed. Save the state dict alone: "
            + "torch.save(model.state_dict(), FILE)")
      }
      if opcode == .stop {
        guard stack.count == 1, marks.isEmpty, let value = stack.last else { throw damaged }
        return value
      }
      try step(opcode)
    }
    throw failure("has a pickle of over \(Self.limit) opcodes, which no state dict has")
  }

  private mutating func step(_ opcode: PickleOpcode) throws(ArchiveError) {
    switch opcode {
    case .proto:
      let version = try stream.byte()
      guard version <= 5 else { throw failure("has a pickle of protocol \(version)") }
    case .frame: _ = try stream.number(8)
    case .mark: marks.append(stack.count)
    case .stop: break
    case .pop: _ = try pop()
    case .none: stack.append(.none)
    case .newTrue: stack.append(.flag(true))
    case .newFalse: stack.append(.flag(false))
    case .byte: stack.append(.integer(Int(try stream.byte())))
    case .short: stack.append(.integer(Int(try stream.number(2))))
    case .word:
      stack.append(.integer(Int(Int32(truncatingIfNeeded: try stream.number(4)))))
    case .long: stack.append(try long())
    case .float:
      _ = try stream.number(8)
      stack.append(.other)
    case .text: stack.append(.text(try stream.text(Int(try stream.number(4)))))
    case .shortText, .shortString:
      stack.append(.text(try stream.text(Int(try stream.byte()))))
    case .longText: stack.append(.text(try stream.text(try stream.size())))
    case .emptyTuple: tuple([])
    case .tuple: tuple(try popMark())
    case .tuple1: tuple([try pop()])
    case .tuple2, .tuple3:
      var items = [try pop(), try pop()]
      if opcode == .tuple3 { items.append(try pop()) }
      tuple(items.reversed())
    case .emptyList:
      lists.append([])
      stack.append(.list(lists.count - 1))
    case .append:
      let item = try pop()
      lists[try list()].append(item)
    case .appends:
      let items = try popMark()
      lists[try list()] += items
    case .emptyDictionary: stack.append(newDictionary())
    case .setItem:
      let value = try pop()
      try set([try pop(), value])
    case .setItems: try set(try popMark())
    case .put: try remember(UInt64(try stream.byte()))
    case .longPut: try remember(try stream.number(4))
    case .memoize: try remember(UInt64(memo.count))
    case .get: try recall(UInt64(try stream.byte()))
    case .longGet: try recall(try stream.number(4))
    case .global:
      let module = try line()
      stack.append(.global(try global(module, try line())))
    case .stackGlobal:
      guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
        throw damaged
      }
      stack.append(.global(try global(module, name)))
    case .persistent: stack.append(.storage(try storage(of: try pop())))
    case .reduce:
      let arguments = try pop()
      stack.append(try result(of: try pop(), arguments))
    case .build:
      // What an OrderedDict has besides its items: the versions of modules.
      _ = try pop()
      guard case .dictionary = stack.last else {
        throw failure("has a pickle that sets attributes of another object than an OrderedDict")
      }
    }
  }

  private mutating func pop() throws(ArchiveError) -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else { throw damaged }
    return value
  }

  private mutating func popMark() throws(ArchiveError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw damaged }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  private mutating func tuple(_ items: [PickleValue]) {
    tuples.append(items)
    stack.append(.tuple(tuples.count - 1))
  }

  private func list() throws(ArchiveError) -> Int {
    guard case .list(let place) = stack.last else { throw damaged }
    return place
  }

  mutating func newDictionary() -> PickleValue {
    dictionaries.append(PickleDictionary())
    return .dictionary(dictionaries.count - 1)
  }

  private mutating func set(_ items: [PickleValue]) throws(ArchiveError) {
    guard case .dictionary(let place) = stack.last, items.count % 2 == 0 else { throw damaged }
    for index in stride(from: 0, to: items.count, by: 2) {
      try set(items[index], to: items[index + 1], in: place)
    }
  }

  /// Sets an item of a dictionary; what has no text for a key is of no interest.
  mutating func set(
    _ key: PickleValue, to value: PickleValue, in place: Int
  ) throws(ArchiveError) {
    guard case .text(let name) = key else { return }
    guard dictionaries[place].values.updateValue(value, forKey: name) == nil else {
      throw failure("has two entries '\(name)'")
    }
    dictionaries[place].keys.append(name)
  }

  private mutating func remember(_ key: UInt64) throws(ArchiveError) {
    guard let value = stack.last else { throw damaged }
    memo[key] = value
  }

  private mutating func recall(_ key: UInt64) throws(ArchiveError) {
    guard let value = memo[key] else { throw damaged }
    stack.append(value)
  }

  private mutating func long() throws(ArchiveError) -> PickleValue {
    let count = Int(try stream.byte())
    guard count <= 8 else {
      try stream.skip(count)
      return .other
    }
    let bits = try stream.number(count)
    let unused = 64 - 8 * count
    return .integer(count == 0 ? 0 : Int(Int64(bitPattern: bits << UInt64(unused)) >> unused))
  }

  private mutating func line() throws(ArchiveError) -> String {
    var bytes: [UInt8] = []
    while true {
      let byte = try stream.byte()
      if byte == 0x0A { break }
      guard bytes.count < 256 else { throw damaged }
      bytes.append(byte)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw damaged }
    return text
  }

  private func global(_ module: String, _ name: String) throws(ArchiveError) -> TorchGlobal {
    guard let found = TorchGlobal(module, name) else {
      throw failure(
        "has a pickle that names \(module).\(name), which is no part of a state dict; nothing was "
          + "executed. Save the state dict alone: torch.save(model.state_dict(), FILE)")
    }
    return found
  }
}

/// The items of a dictionary whose keys are texts, in their order.
struct PickleDictionary {
  var keys: [String] = []
  var values: [String: PickleValue] = [:]
}
