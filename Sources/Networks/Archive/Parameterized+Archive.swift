public import Layers
internal import Tensors

extension Parameterized {
  /// Adds every tensor, statistics included, under `prefix` and its full name.
  public func save(into archive: inout TensorArchive, prefix: String = "") {
    for named in tensors { archive.add(prefix + named.name, named.tensor) }
  }

  /// Replaces every tensor by the one called `prefix` and its full name, on the same device.
  ///
  /// Strict: a missing tensor, one that nothing asks for, another shape or another type is an error
  /// that names it and the file, as is a number that is not finite, and leaves the model as it was.
  /// `allowingFresh` says by full name
  /// which tensors may be missing and then keep their values; `allowingUnused` which of the file's
  /// (without the prefix) may be left over. Tensors of the file outside `prefix` are not looked at.
  /// `converting` also accepts another floating type than the model's.
  @discardableResult
  public mutating func load(
    from archive: TensorArchive, prefix: String = "", converting: Bool = false,
    allowingFresh: (_ name: String) -> Bool = { _ in false },
    allowingUnused: (_ name: String) -> Bool = { _ in false }
  ) throws(ArchiveError) -> LoadReport {
    var wanted: [String: TensorArchive.Entry] = [:]
    var (loaded, fresh): ([LoadReport.Line], [LoadReport.Line]) = ([], [])
    for named in tensors {
      let full = prefix + named.name
      if archive[full] == nil && allowingFresh(named.name) {
        let norm = named.tensor.dtype == .i32 ? nil : named.tensor.squaredNorm.squareRoot()
        fresh.append(
          .init(
            name: full, shape: named.tensor.shape.sizes, norm: norm?.isFinite == true ? norm : nil))
        continue
      }
      let entry = try archive.entry(full)
      try entry.requireFit(named, file: archive.source, converting: converting)
      let norm = entry.norm
      // The norm was looked for anyway; it is missing where a number is not finite.
      if norm == nil, named.tensor.dtype != .i32 {
        throw ArchiveError(notFinite: full, in: archive.source)
      }
      wanted[named.name] = entry
      loaded.append(.init(name: full, shape: entry.shape, norm: norm))
    }
    let known = Set(loaded.map(\.name))
    var unused: [LoadReport.Line] = []
    for entry in archive.entries where entry.name.hasPrefix(prefix) && !known.contains(entry.name) {
      if !allowingUnused(String(entry.name.dropFirst(prefix.count))) {
        throw ArchiveError(
          file: archive.source, tensor: entry.name, problem: "is not a tensor of this model")
      }
      unused.append(.init(name: entry.name, shape: entry.shape, norm: entry.norm))
    }
    transform { named in
      wanted[named.name]?.tensor(as: named.tensor.dtype, on: named.tensor.device) ?? named.tensor
    }
    return LoadReport(file: archive.source, loaded: loaded, fresh: fresh, unused: unused)
  }
}

extension TensorArchive.Entry {
  /// Throws unless this can take the place of a model's tensor.
  fileprivate func requireFit(
    _ named: NamedTensor, file: String, converting: Bool
  ) throws(ArchiveError) {
    let wanted = named.tensor
    if shape != wanted.shape.sizes {
      throw ArchiveError(
        file: file, tensor: name, problem: "has shape \(shape), the model wants \(wanted.shape)")
    }
    let bothFloat = wanted.dtype != .i32 && [.f32, .bf16, .f64].contains(type)
    if type.dtype != wanted.dtype && !(converting && bothFloat) {
      throw ArchiveError(
        file: file, tensor: name,
        problem: "is \(type.rawValue), the model wants \(wanted.dtype.rawValue)"
          + (bothFloat ? "; load with conversion to accept it" : ""))
    }
  }
}
