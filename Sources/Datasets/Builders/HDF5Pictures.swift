internal import HDF5
internal import Images

/// The pictures of an HDF5 file that another program wrote.
struct HDF5Pictures {
  /// How the pictures lie in the file.
  private enum Layout {
    /// An array of samples; `isPlanar` where channels come before rows.
    case array(name: String, shape: [Int], isPlanar: Bool)
    /// The files themselves, by names.
    case files([String])
  }

  let path: String
  /// The class of each picture; nil where there are none.
  private(set) var labels: [Int]?
  /// The names of the classes where groups are such.
  private(set) var classes: [String] = []
  /// What was taken, for people.
  private(set) var note: String
  private let file: HDF5File
  private let layout: Layout

  /// Finds the pictures and the labels, or takes those that are named.
  init(in path: String, images: String?, labels: String?) throws(DatasetError) {
    self.path = path
    func refuse(_ name: String, _ problem: String, _ remedy: String) -> DatasetError {
      DatasetError(file: path, record: name, problem: problem, remedy: remedy)
    }
    do {
      let file = try HDF5File(reading: path)
      self.file = file
      let all = try file.arrays()
      if let name = try images ?? Self.only(all, in: file) {
        let shape = try file.shape(of: name)
        guard let isPlanar = Self.isPlanar(shape), try file.dataset(name).type == .byte else {
          throw refuse(
            name,
            "it is \(try file.dataset(name).type) of shape \(shape), not bytes of "
              + "N x H x W x 3, N x 3 x H x W, or one channel", "name another with --images")
        }
        layout = .array(name: name, shape: shape, isPlanar: isPlanar)
        note = "\(shape[0]) pictures of '\(name)'"
        let known = ["labels", "targets", "label", "y"].filter { all.contains($0) }
        if let name = labels ?? known.first {
          self.labels = try Self.labels(name, count: shape[0], in: file)
          note += ", classes of '\(name)'"
        }
      } else {
        let names = try all.filter { name in
          let isOfBytes = try file.dataset(name).type == .byte
          return try file.shape(of: name).count == 1 && isOfBytes
        }
        guard !names.isEmpty, names.count == all.count else {
          throw refuse(
            "",
            "which of its datasets are pictures is not clear "
              + "(\(all.prefix(8).joined(separator: ", ")))", "name an array of them with --images")
        }
        layout = .files(names)
        note = "\(names.count) files of pictures"
        let groups = names.map { $0.split(separator: "/").dropLast().joined(separator: "/") }
        if groups.allSatisfy({ !$0.isEmpty }) {
          classes = Set(groups).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
          let places = Dictionary(uniqueKeysWithValues: zip(classes, classes.indices))
          self.labels = groups.map { places[$0]! }
          note += " in \(classes.count) groups"
        }
      }
    } catch let error as DatasetError {
      throw error
    } catch {
      throw DatasetError(file: path, problem: (error as? HDF5Error)?.problem ?? "\(error)")
    }
  }

  /// What each record is made of.
  func candidates(_ prefix: String) -> [Candidate] {
    switch layout {
    case .files(let names):
      return names.map { name in
        Candidate(id: prefix + name, picture: source(name) { try file.read(name) })
      }
    case .array(let name, let shape, let isPlanar):
      let digits = String(shape[0]).count
      return (0..<shape[0]).map { row in
        let number = String(row)
        let id = prefix + String(repeating: "0", count: digits - number.count) + number
        return Candidate(
          id: id,
          picture: source("\(name)[\(row)]") {
            let samples = try file.read(name, as: UInt8.self, rows: .range(row..<row + 1))
            return try Self.picture(samples, shape, isPlanar).encodedPNG()
          })
      }
    }
  }

  private func source(
    _ part: String, _ read: @escaping @Sendable () throws -> [UInt8]
  ) -> PictureSource {
    PictureSource(file: path, part: part) { [path] () throws(DatasetError) in
      do { return try read() } catch {
        let known = error as? HDF5Error
        throw DatasetError(file: path, record: part, problem: known?.problem ?? "\(error)")
      }
    }
  }

  /// A row of an array as a picture.
  private static func picture(_ samples: [UInt8], _ shape: [Int], _ isPlanar: Bool) -> Picture {
    guard isPlanar else {
      return Picture(
        width: shape[2], height: shape[1], channels: shape.count == 4 ? shape[3] : 1,
        samples: samples)
    }
    let (channels, plane) = (shape[1], shape[2] * shape[3])
    return Picture(
      width: shape[3], height: shape[2], channels: channels,
      samples: samples.indices.map { samples[$0 % channels * plane + $0 / channels] })
  }

  /// Whether channels come first; nil where a shape is none of pictures.
  private static func isPlanar(_ shape: [Int]) -> Bool? {
    guard shape.count == 3 || shape.count == 4, !shape.contains(0) else { return nil }
    if shape.count == 3 || [1, 3].contains(shape[3]) { return false }
    return [1, 3].contains(shape[1]) ? true : nil
  }

  /// The only array of bytes with four axes, or the only one with three; nil where there is none.
  private static func only(_ names: [String], in file: HDF5File) throws -> String? {
    for axes in [4, 3] {
      let fitting = try names.filter { name in
        let shape = try file.shape(of: name)
        let isOfBytes = try file.dataset(name).type == .byte
        return isOfBytes && shape.count == axes && isPlanar(shape) != nil
      }
      guard fitting.count <= 1 else {
        throw DatasetError(
          file: file.path,
          problem: "several arrays can be pictures (\(fitting.joined(separator: ", ")))",
          remedy: "name one with --images")
      }
      if let only = fitting.first { return only }
    }
    return nil
  }

  /// Numbers of classes, one a picture.
  private static func labels(
    _ name: String, count: Int, in file: HDF5File
  ) throws -> [Int] {
    func refuse(_ problem: String, _ remedy: String) -> DatasetError {
      DatasetError(file: file.path, record: name, problem: problem, remedy: remedy)
    }
    let shape = try file.shape(of: name)
    guard shape == [count] || shape == [count, 1] else {
      throw refuse("its shape is \(shape), not [\(count)]", "name others with --labels")
    }
    guard case .integer(let bits, let signed) = try file.dataset(name).type else {
      throw refuse("it is \(try file.dataset(name).type)", "write labels as integers")
    }
    let labels =
      signed || bits < 64
      ? try file.read(name, as: Int.self)
      : try file.read(name, as: UInt64.self).map { Int(clamping: $0) }
    if let wrong = labels.firstIndex(where: { !(0...Int(Int16.max)).contains($0) }) {
      throw refuse("the label of row \(wrong) is \(labels[wrong])", "count classes from 0")
    }
    return labels
  }
}

extension HDF5Type {
  fileprivate static let byte = HDF5Type.integer(bits: 8, signed: false)
}

extension HDF5File {
  /// The names of all datasets, those in groups among them, sorted by bytes.
  fileprivate func arrays(in group: String = "") throws(HDF5Error) -> [String] {
    var names: [String] = []
    for member in try members(of: group.isEmpty ? "/" : group) {
      let name = group.isEmpty ? member : "\(group)/\(member)"
      if (try? dataset(name)) != nil { names.append(name) } else { names += try arrays(in: name) }
    }
    return names
  }
}
