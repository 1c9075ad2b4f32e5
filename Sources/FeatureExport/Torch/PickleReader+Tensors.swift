internal import Networks

/// What calls and persistent numbers in a pickle stand for.
extension PickleReader {
  /// The storage that a persistent number describes: ('storage', type, key, device, count).
  mutating func storage(of identifier: PickleValue) throws(ArchiveError) -> TorchStorage {
    guard case .tuple(let place) = identifier else { throw damaged }
    let items = tuples[place]
    // Files before PyTorch 1.6 have a sixth item: the part of another storage that it is.
    if items.count == 6, case .tuple = items[5] {
      throw failure("has a storage that is a part of another, as PyTorch had before 0.4")
    }
    guard items.count == 5 || items.count == 6, case .text("storage") = items[0],
      case .global(.storage(let type)) = items[1], case .text(let key) = items[2],
      case .integer(let count) = items[4], count >= 0
    else { throw damaged }
    let storage = TorchStorage(key: key, type: type, count: count)
    guard storages[key].map({ $0 == storage }) != false else {
      throw failure("is damaged: storage '\(key)' has two types or sizes")
    }
    storages[key] = storage
    return storage
  }

  /// What Python would have got of a function for these arguments.
  mutating func result(
    of function: PickleValue, _ arguments: PickleValue
  ) throws(ArchiveError) -> PickleValue {
    guard case .global(let global) = function, case .tuple(let place) = arguments else {
      throw damaged
    }
    let items = tuples[place]
    switch global {
    case .orderedDict: return try orderedDict(items)
    case .rebuildTensor:
      guard items.count >= 6, case .storage(let storage) = items[0],
        case .integer(let offset) = items[1]
      else { throw damaged }
      let tensor = TorchTensor(
        storage: storage, offset: offset, shape: try integers(items[2]),
        strides: try integers(items[3]))
      if let problem = tensor.problem { throw failure("is damaged: a tensor \(problem)") }
      tensors.append(tensor)
      return .tensor(tensors.count - 1)
    case .rebuildParameter:
      guard case .tensor = items.first else { throw damaged }
      return items[0]
    case .storage: throw damaged
    }
  }

  /// A dictionary without items, or (in pickles of Python 2) with a list of pairs.
  private mutating func orderedDict(_ items: [PickleValue]) throws(ArchiveError) -> PickleValue {
    let result = newDictionary()
    guard let first = items.first else { return result }
    guard items.count == 1, case .list(let pairs) = first, case .dictionary(let place) = result
    else { throw damaged }
    for pair in lists[pairs] {
      let both: [PickleValue]
      switch pair {
      case .list(let place): both = lists[place]
      case .tuple(let place): both = tuples[place]
      default: throw damaged
      }
      guard both.count == 2 else { throw damaged }
      try set(both[0], to: both[1], in: place)
    }
    return result
  }

  private func integers(_ value: PickleValue) throws(ArchiveError) -> [Int] {
    guard case .tuple(let place) = value else { throw damaged }
    var result: [Int] = []
    for item in tuples[place] {
      guard case .integer(let number) = item else { throw damaged }
      result.append(number)
    }
    return result
  }
}
