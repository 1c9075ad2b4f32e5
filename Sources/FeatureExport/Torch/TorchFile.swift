internal import Networks

/// A file of `torch.save`: a zip file since PyTorch 1.6, and before a row of pickles.
struct TorchFile {
  /// The state dict.
  let weights: StateDict
  /// Where in the file it was; sentences.
  let notes: [String]

  /// Whether a file that begins so is one.
  static func begins(_ start: [UInt8]) -> Bool {
    start.starts(with: ZipFile.signature) || start.starts(with: LegacyTorchFile.signature)
  }

  /// Reads what tensors there are; their numbers are read when they are asked for.
  init(_ path: String) throws(ArchiveError) {
    let file = try FileBytes(path)
    let start = try file.bytes(at: 0, count: min(file.size, LegacyTorchFile.signature.count))
    if start == LegacyTorchFile.signature {
      let legacy = try LegacyTorchFile(file)
      (weights, notes) = try Self.stateDict(legacy.value, in: legacy.pickle) {
        (storage) throws(ArchiveError) in try legacy.bytes(of: storage)
      }
      return
    }
    let zip = try ZipFile(path)
    let folder = try Self.folder(of: zip)
    if zip.members[folder + "byteorder"] != nil,
      try zip.bytes(of: folder + "byteorder", limit: 16) != Array("little".utf8)
    {
      throw zip.failure("has numbers whose highest byte comes first, which are not read")
    }
    let bytes = try zip.bytes(of: folder + "data.pkl", limit: Self.pickleLimit)
    var pickle = PickleReader(ByteStream(bytes, of: path, "its pickle"))
    let value = try pickle.value()
    (weights, notes) = try Self.stateDict(value, in: pickle) { (storage) throws(ArchiveError) in
      let name = "\(folder)data/\(storage.key)"
      let size = try storage.byteCount(in: path)
      guard let member = zip.members[name] else { throw zip.failure("has no member '\(name)'") }
      guard member.size == size else {
        throw zip.failure(
          "is damaged: member '\(name)' has \(member.size) bytes, its tensors need \(size)")
      }
      return try zip.bytes(of: name)
    }
  }

  /// The most bytes that a pickle may have; that of a large network has a few hundred thousand.
  private static let pickleLimit = 1 << 24

  /// The folder in the zip file, with its slash.
  private static func folder(of zip: ZipFile) throws(ArchiveError) -> String {
    let names = zip.members.keys
    let found = names.filter { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }
    guard found.count == 1, let name = found.first else {
      throw zip.failure("is a zip file, but none of torch.save: it has no data.pkl")
    }
    let folder = String(name.dropLast("data.pkl".count))
    if zip.members[folder + "constants.pkl"] != nil {
      throw zip.failure(
        "is TorchScript, a program with its weights; save these alone: "
          + "torch.save(torch.jit.load(FILE).state_dict(), NEW)")
    }
    return folder
  }

  /// Keys under which checkpoints keep a state dict.
  private static let keys = ["state_dict", "model", "model_state_dict"]

  /// The state dict that a value is, or that a checkpoint holds beside other things.
  private static func stateDict(
    _ value: PickleValue, in pickle: PickleReader,
    bytes: @escaping (TorchStorage) throws(ArchiveError) -> [UInt8]
  ) throws(ArchiveError) -> (StateDict, [String]) {
    guard case .dictionary(let root) = value else {
      throw pickle.failure(
        "holds no dictionary; save a state dict: torch.save(model.state_dict(), FILE)")
    }
    let within = keys.filter { key in
      guard case .dictionary(let place) = pickle.dictionaries[root].values[key] else {
        return false
      }
      return pickle.dictionaries[place].holdsTensors
    }
    guard within.count <= 1 else {
      throw pickle.failure(
        "holds several state dicts (\(within.joined(separator: ", "))); save one of them alone: "
          + "torch.save(torch.load(FILE, weights_only=True)['\(within[0])'], NEW)")
    }
    let dictionary: PickleDictionary
    var notes: [String] = []
    if let key = within.first, case .dictionary(let place) = pickle.dictionaries[root].values[key] {
      dictionary = pickle.dictionaries[place]
      let others = pickle.dictionaries[root].keys.filter { $0 != key }
      notes = [
        "weights are those under '\(key)'"
          + (others.isEmpty ? "" : "; left out beside it: \(others.joined(separator: ", "))")
      ]
    } else {
      dictionary = pickle.dictionaries[root]
      guard dictionary.holdsTensors else {
        throw pickle.failure(
          "holds no state dict; its entries are "
            + dictionary.keys.prefix(10).joined(separator: ", ") + ". Save one of them "
            + "alone: torch.save(torch.load(FILE, weights_only=True)[ENTRY], NEW)")
      }
    }
    var tensors: [TorchTensor] = []
    for key in dictionary.keys {
      guard case .tensor(let place) = dictionary.values[key] else {
        throw ArchiveError(
          file: pickle.stream.source, tensor: key,
          problem: "is no tensor; a state dict holds nothing else")
      }
      tensors.append(pickle.tensors[place])
    }
    let weights = StateDict(
      source: pickle.stream.source,
      tensors: zip(dictionary.keys, tensors).map {
        .init(name: $0, type: $1.storage.type, shape: $1.shape)
      }
    ) { (index) throws(ArchiveError) in
      let tensor = tensors[index]
      return tensor.elements(in: try bytes(tensor.storage))
    }
    return (weights, notes)
  }
}

extension PickleDictionary {
  /// Whether an entry is a tensor.
  fileprivate var holdsTensors: Bool {
    values.values.contains {
      if case .tensor = $0 { true } else { false }
    }
  }
}

extension TorchStorage {
  /// How many bytes it has.
  func byteCount(in file: String) throws(ArchiveError) -> Int {
    guard let size = type.byteCount(of: [count]) else {
      throw ArchiveError(file: file, problem: "is damaged: a storage has \(count) numbers")
    }
    return size
  }
}
