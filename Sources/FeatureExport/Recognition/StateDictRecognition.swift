internal import Layers
internal import Networks
internal import Tensors

/// Recognizes state dicts by the names and shapes of their tensors.
enum StateDictRecognition {
  /// Prefixes that wrappers of modules leave before names: DataParallel's, and those of training
  /// code.
  private static let prefixes = ["module.", "backbone.", "model."]

  /// What a state dict holds; an error says what it is nearest to. `isIgnored` says which tensors
  /// may be left out besides a classifier's.
  static func recognize(
    _ file: StateDict, isIgnored: (String) -> Bool
  ) throws(ArchiveError) -> Recognized {
    var nearest: (candidate: Candidate, missing: Set<String>, left: Set<String>)?
    for prefix in chains(of: file) {
      let inner = prefix.isEmpty ? file : file.without(prefix: prefix)
      for candidate in candidates {
        let present = Set(inner.tensors.lazy.filter { !$0.isCount }.map(\.name))
        let missing = candidate.names.subtracting(present)
        let others = present.subtracting(candidate.names)
        let left = others.filter { !candidate.isHead($0) && !isIgnored(prefix + $0) }
        if missing.isEmpty, left.isEmpty, let first = inner[candidate.first],
          let trunk = candidate.trunk(firstWeight: first.shape)
        {
          return try recognized(
            candidate, trunk, inner, prefix: prefix, leftOut: others, of: file)
        }
        let distance = missing.count + left.count
        if distance < nearest.map({ $0.missing.count + $0.left.count }) ?? candidate.names.count {
          nearest = (candidate, missing, left)
        }
      }
    }
    throw unknown(file, nearest)
  }

  /// The rows of prefixes that names in a file begin with, the empty one first.
  private static func chains(of file: StateDict) -> [String] {
    var chains = [""]
    for tensor in file.tensors {
      var (chain, rest) = ("", tensor.name[...])
      // A wrapper in a wrapper in a wrapper is as far as code goes.
      for _ in 0..<3 {
        guard let prefix = prefixes.first(where: { rest.hasPrefix($0) }) else { break }
        chain += prefix
        rest = rest.dropFirst(prefix.count)
        if !chains.contains(chain) { chains.append(chain) }
      }
    }
    return chains
  }

  private static let candidates: [Candidate] =
    Candidate.trunks(inputChannels: 3).flatMap { trunk in
      let stack = trunk.emptyTrunk
      let first = stack.tensors[0]
      let ways = PyTorchImport.names(of: stack, trunk)
      let described = trunk.architecture.trunk
      return ways.enumerated().map { number, names in
        let naming: Candidate.Naming =
          described.releasedName == nil
          ? (trunk.torchvision != nil && number == 0 ? .torchvision : .ours)
          : (number == 1 ? .released : .ours)
        return Candidate(
          trunk: trunk, naming: naming, names: Set(names.values), first: names[first.name]!,
          firstShape: first.tensor.shape.sizes)
      }
    }

  private static func recognized(
    _ candidate: Candidate, _ trunk: TrunkConfiguration, _ inner: StateDict, prefix: String,
    leftOut: Set<String>, of file: StateDict
  ) throws(ArchiveError) -> Recognized {
    let what = "\(trunk.summary), by \(candidate.naming.words)"
    func failure(_ problem: String) -> ArchiveError {
      .init(file: file.source, problem: "is a \(what), but " + problem)
    }
    let remedy = "give --architecture \(trunk.architecture.rawValue) and --channels"
    let preprocessing: Preprocessing
    switch (candidate.naming, trunk.inputChannels) {
    case (.torchvision, 3): preprocessing = Preprocessing(.rgb, size: Preprocessing.usualSize)
    case (.released, 1): preprocessing = Preprocessing(.lightness, size: Preprocessing.usualSize)
    case (.torchvision, _), (.released, _), (.ours, _), (.caffe, _):
      throw failure("nothing says how pictures are prepared for it; \(remedy)")
    }
    let outside = Set(file.tensors.map(\.name).filter { !$0.hasPrefix(prefix) })
    var lines = ["recognized: \(what)"]
    if !prefix.isEmpty { lines.append("prefix removed from names: \(prefix)") }
    if !leftOut.isEmpty {
      lines.append("left out: \(leftOut.count) tensors of a head (\(fewNames(leftOut)))")
    }
    if !outside.isEmpty {
      lines.append(
        "left out: \(outside.count) tensors outside of \(prefix) (\(fewNames(outside)))")
    }
    lines.append("preprocessing: \(preprocessing.words)")
    return Recognized(
      trunk: trunk, preprocessing: preprocessing.sized(for: trunk), weights: .stateDict(inner),
      leftOut: leftOut, lines: lines,
      record: "recognized by \(candidate.naming.words)"
        + (prefix.isEmpty ? "" : ", prefix \(prefix) removed")
        + (leftOut.isEmpty ? "" : ", without its head"))
  }

  private static func unknown(
    _ file: StateDict,
    _ nearest: (candidate: Candidate, missing: Set<String>, left: Set<String>)?
  ) -> ArchiveError {
    guard let nearest else {
      return ArchiveError(
        file: file.source,
        problem: "does not say which trunk it holds, and no trunk is known by such names "
          + "(\(fewNames(file.tensors.map(\.name)))); give --architecture")
    }
    let name = nearest.candidate.trunk.architecture.rawValue
    var faults: [String] = []
    if !nearest.missing.isEmpty { faults.append("without \(fewNames(nearest.missing))") }
    if !nearest.left.isEmpty { faults.append("with \(fewNames(nearest.left))") }
    if faults.isEmpty { faults.append("with a first layer of another shape") }
    return ArchiveError(
      file: file.source,
      problem: "does not say which trunk it holds, and is not recognized: nearest is a \(name) by "
        + "\(nearest.candidate.naming.words), \(faults.joined(separator: " and ")). --ignore "
        + "PREFIX leaves tensors out; --architecture says what it is")
  }
}

extension Candidate {
  /// Whether a name is that of a head's tensor.
  fileprivate func isHead(_ name: String) -> Bool {
    switch naming {
    case .torchvision:
      // A classifier of another kind stands in the same place.
      (trunk.torchvision?.classifier ?? []).contains { layer in
        name.hasPrefix("\(layer.name.split(separator: ".")[0]).")
      }
    case .released, .caffe:
      trunk.architecture.trunk.releasedHead.contains { name.hasPrefix($0) }
    case .ours: false
    }
  }
}

extension Preprocessing {
  /// Channels, means and scales in a line.
  var words: String {
    func list(_ numbers: [Double]) -> String {
      numbers.map { "\(($0 * 1e6).rounded() / 1e6)" }.joined(separator: ", ")
    }
    return "\(channels.rawValue), less \(list(mean)), times \(list(scale))"
  }
}
