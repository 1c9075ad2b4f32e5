internal import Images
internal import Processes

/// Builds a dataset from the binary version of CIFAR-10 or CIFAR-100: 60,000 pictures of 32 x 32
/// pixels with one label each, and the splits `train` and `test`.
///
/// - Source: the description at https://www.cs.toronto.edu/~kriz/cifar.html.
public struct CIFARBuilder: Sendable {
  /// Which of CIFAR-100's two labels counts.
  public enum Labels: Sendable {
    /// 100 classes (or the ten of CIFAR-10).
    case fine
    /// CIFAR-100's 20 groups of classes.
    case coarse
  }

  /// `cifar-10-batches-bin` or `cifar-100-binary`, unpacked.
  public var folder: String
  /// Which labels count.
  public var labels: Labels

  /// Takes the files of a folder.
  public init(folder: String, labels: Labels = .fine) {
    (self.folder, self.labels) = (folder, labels)
  }

  private static let side = 32
  private static let pixels = side * side

  /// Reads everything and writes the dataset; without success no file is left.
  public func build(
    to path: String, progress: (BuildProgress) -> Void = { _ in }
  ) throws(DatasetError) -> BuildReport {
    let layout = try Layout(folder, labels)
    var writer = try DatasetWriter(creating: path, classes: layout.classes, source: layout.source)
    var bytes = 0
    for (split, files) in layout.splits {
      let first = writer.count
      for file in files {
        let content = try contents(of: "\(folder)/\(file)")
        let length = layout.labelBytes + 3 * Self.pixels
        guard !content.isEmpty, content.count % length == 0 else {
          throw DatasetError(
            file: "\(folder)/\(file)",
            problem: "\(content.count) bytes are no whole number of records of \(length)",
            remedy: "unpack the archive again")
        }
        let count = content.count / length
        let start = writer.count - first
        let records = inParallel(count) { number in
          Result { () throws(DatasetError) in
            try record(
              content[number * length..<(number + 1) * length], layout,
              id: "\(split)/" + Self.digits(start + number), file)
          }
        }
        for result in records {
          let record = try result.get()
          bytes += record.image.count
          try writer.append(record)
        }
        progress(BuildProgress(done: writer.count, total: layout.total, bytes: bytes))
      }
      try writer.addSplit(split, Array(first..<writer.count))
    }
    let count = writer.count
    return BuildReport(
      path: path, count: count, contentSHA256: try writer.finish(), skipped: [], notes: [])
  }

  /// Five digits, so that ids sort as the pictures came.
  private static func digits(_ number: Int) -> String {
    "\(100_000 + number)".suffix(5).description
  }

  private func record(
    _ bytes: ArraySlice<UInt8>, _ layout: Layout, id: String, _ file: String
  ) throws(DatasetError) -> DatasetRecord {
    let label = Int(bytes[bytes.startIndex + layout.labelPlace])
    guard layout.classes.indices.contains(label) else {
      throw DatasetError(
        file: "\(folder)/\(file)", record: id, problem: "there is no class \(label)",
        remedy: "unpack the archive again")
    }
    // Planes of red, green and blue become pixels.
    let planes = bytes.startIndex + layout.labelBytes
    let samples = (0..<3 * Self.pixels).map { bytes[planes + $0 % 3 * Self.pixels + $0 / 3] }
    do throws(ImageError) {
      let picture = Picture(
        width: Self.side, height: Self.side, channels: 3, samples: samples)
      return DatasetRecord(id: id, image: try picture.encodedPNG(), label: label)
    } catch { throw DatasetError(file: "\(folder)/\(file)", record: id, problem: "\(error)") }
  }

  /// Which files there are and how their records are laid out.
  private struct Layout {
    let source: String
    let classes: [String]
    let splits: [(name: String, files: [String])]
    let labelBytes, labelPlace, total: Int

    init(_ folder: String, _ labels: Labels) throws(DatasetError) {
      let names: String
      if isFile("\(folder)/data_batch_1.bin") {
        guard labels == .fine else {
          throw DatasetError(
            file: folder, problem: "CIFAR-10 has no coarse labels", remedy: "take the fine ones")
        }
        (source, names) = ("cifar-10", "batches.meta.txt")
        splits = [
          ("train", (1...5).map { "data_batch_\($0).bin" }), ("test", ["test_batch.bin"]),
        ]
        (labelBytes, labelPlace) = (1, 0)
      } else if isFile("\(folder)/train.bin") {
        source = labels == .fine ? "cifar-100" : "cifar-100 coarse"
        names = labels == .fine ? "fine_label_names.txt" : "coarse_label_names.txt"
        splits = [("train", ["train.bin"]), ("test", ["test.bin"])]
        (labelBytes, labelPlace) = (2, labels == .fine ? 1 : 0)
      } else {
        throw DatasetError(
          file: folder, problem: "there is neither data_batch_1.bin nor train.bin in it",
          remedy: "name the unpacked folder of CIFAR's binary version")
      }
      classes = try lines(of: "\(folder)/\(names)").map { String($0.words[0]) }
      total = 60_000
    }
  }
}
