internal import Images
internal import Processes

/// Builds a dataset from a source of annotated pictures: drawn scenes, or composed cut-outs.
///
/// Pictures 0 ..< pretrain make the splits `train` and `val` (one in twenty), to be learned from
/// without labels; the next ones make `trainval` and `test`, so that a task is never learned or
/// tested on a picture that pretraining saw.
public struct SceneBuilder: Sendable {
  /// Where scenes come from.
  public var source: any SceneSource
  /// Where those of the split `test` come from: another source of the same classes, when things
  /// and places should be tested on that nothing was learned from.
  public var testSource: any SceneSource
  /// What the dataset says of its origin.
  public var name: String
  /// Pictures for pretraining.
  public var pretrain: Int
  /// Pictures to learn a task from.
  public var trainval: Int
  /// Pictures to report a task on.
  public var test: Int

  /// A builder of these numbers of pictures.
  public init(
    source: any SceneSource, testSource: (any SceneSource)? = nil, name: String, pretrain: Int,
    trainval: Int, test: Int
  ) {
    self.source = source
    self.testSource = testSource ?? source
    precondition(
      self.testSource.classNames == source.classNames,
      "SceneBuilder: classes \(source.classNames) and \(self.testSource.classNames)")
    self.name = name
    self.pretrain = pretrain
    self.trainval = trainval
    self.test = test
  }

  /// Draws everything and writes the dataset; without success no file is left.
  public func build(
    to path: String, progress: (BuildProgress) -> Void = { _ in }
  ) throws(DatasetError) -> BuildReport {
    let total = pretrain + trainval + test
    guard pretrain >= 0, trainval >= 0, test >= 0, total > 0 else {
      throw DatasetError(
        file: path, problem: "\(pretrain) + \(trainval) + \(test) pictures make no dataset",
        remedy: "give at least one picture")
    }
    var writer = try DatasetWriter(creating: path, classes: source.classNames, source: name)
    var bytes = 0
    for start in stride(from: 0, to: total, by: 64) {
      let count = min(64, total - start)
      let records = inParallel(count) { place in
        Result { try record(start + place) }
      }
      for (place, result) in records.enumerated() {
        let record: DatasetRecord
        do { record = try result.get() } catch {
          throw DatasetError(
            file: path, record: Self.id(start + place), problem: "could not be made: \(error)",
            remedy: "mend the source")
        }
        bytes += record.image.count
        try writer.append(record)
      }
      progress(BuildProgress(done: start + count, total: total, bytes: bytes))
    }
    let splits: [(String, [Int])] = [
      ("train", (0..<pretrain).filter { $0 % 20 != 19 }),
      ("val", (0..<pretrain).filter { $0 % 20 == 19 }),
      ("trainval", Array(pretrain..<pretrain + trainval)),
      ("test", Array(pretrain + trainval..<total)),
    ]
    for (name, indices) in splits where !indices.isEmpty { try writer.addSplit(name, indices) }
    let hash = try writer.finish()
    return BuildReport(path: path, count: total, contentSHA256: hash, skipped: [], notes: [])
  }

  private static func id(_ index: Int) -> String {
    let digits = String(index)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  private func record(_ index: Int) throws -> DatasetRecord {
    let source = index < pretrain + trainval ? source : testSource
    let scene = try source.scene(index)
    var presence = [Int8](repeating: -1, count: source.classNames.count)
    for object in scene.objects { presence[object.classIndex] = 1 }
    return DatasetRecord(
      id: Self.id(index), image: try scene.picture.encodedJPEG(quality: 95), presence: presence,
      boxes: scene.objects.map {
        BoxAnnotation(box: $0.box, classIndex: $0.classIndex, isDifficult: false)
      }, mask: try scene.mask.encodedPNG(palette: .voc))
  }
}
