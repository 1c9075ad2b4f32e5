internal import Images
internal import Processes

/// What a record is made of.
struct Candidate: Sendable {
  let id: String
  /// The picture: a file, or a part of one.
  let picture: PictureSource
  var maskPath: String?

  init(id: String, imagePath: String, maskPath: String? = nil) {
    self.init(id: id, picture: .file(imagePath), maskPath: maskPath)
  }

  init(id: String, picture: PictureSource, maskPath: String? = nil) {
    (self.id, self.picture, self.maskPath) = (id, picture, maskPath)
  }
}

/// Where the bytes of a picture's file come from.
struct PictureSource: Sendable {
  /// The file, and what part of it, as errors name them.
  let file: String
  var part = ""
  /// Reads them.
  let read: @Sendable () throws(DatasetError) -> [UInt8]

  /// A file of its own.
  static func file(_ path: String) -> PictureSource {
    PictureSource(file: path) { () throws(DatasetError) in try contents(of: path) }
  }
}

/// A picture that was read and decoded once, so that nothing unreadable gets into a dataset.
struct CheckedFiles: Sendable {
  let image: [UInt8]
  let header: ImageHeader
  /// Class indices, of the upright picture's size.
  let mask: [UInt8]?
  /// On which pixels the mask was made.
  let maskFrame: AnnotationFrame?
}

/// Reads candidates on all cores, a few at a time, and hands the good ones on in their order.
struct ImageIntake {
  var unreadable: UnreadableFiles
  /// The number of classes, which bounds what masks may hold.
  var classCount: Int
  /// How many bad files are named before a build gives up.
  private static var namedFailures: Int { 10 }

  /// Turns each candidate into a record by `make` and hands it to `store`, in order. What `make`
  /// throws counts as a bad file; what `store` throws ends the build. Returns what was skipped.
  func run(
    _ candidates: [Candidate], progress: (BuildProgress) -> Void,
    make: (Int, CheckedFiles) throws(DatasetError) -> DatasetRecord,
    store: (Int, DatasetRecord) throws(DatasetError) -> Void
  ) throws(DatasetError) -> [DatasetError] {
    var failures: [DatasetError] = []
    var bytes = 0
    for start in stride(from: 0, to: candidates.count, by: 16) {
      let batch = Array(candidates[start..<min(start + 16, candidates.count)])
      for (offset, result) in inParallel(batch.count, { check(batch[$0]) }).enumerated() {
        let record: DatasetRecord
        do throws(DatasetError) { record = try make(start + offset, result.get()) } catch {
          failures.append(error)
          continue
        }
        bytes += record.image.count
        // After a failure that is final, the rest is only looked at.
        if unreadable == .skip || failures.isEmpty { try store(start + offset, record) }
      }
      progress(BuildProgress(done: start + batch.count, total: candidates.count, bytes: bytes))
      if unreadable == .refuse && failures.count >= Self.namedFailures { break }
    }
    guard unreadable == .skip || failures.isEmpty else { throw refusal(failures) }
    return failures
  }

  private func refusal(_ failures: [DatasetError]) -> DatasetError {
    if failures.count == 1 { return failures[0] }
    let named = failures.prefix(Self.namedFailures)
    let more = failures.count >= Self.namedFailures ? " or more" : ""
    return DatasetError(
      file: named[0].file,
      problem: "\(named.count)\(more) bad files:\n"
        + named.map { "  \($0)" }.joined(separator: "\n"),
      remedy: "mend or remove them, or build with unreadable files skipped")
  }

  private func check(_ candidate: Candidate) -> Result<CheckedFiles, DatasetError> {
    Result { () throws(DatasetError) in
      let (image, header) = try checkedImage(candidate.picture)
      guard let path = candidate.maskPath else {
        return CheckedFiles(image: image, header: header, mask: nil, maskFrame: nil)
      }
      let (mask, frame) = try checkedMask(path, for: header)
      return CheckedFiles(image: image, header: header, mask: mask, maskFrame: frame)
    }
  }

  private func checkedImage(
    _ source: PictureSource
  ) throws(DatasetError) -> ([UInt8], ImageHeader) {
    let bytes = try source.read()
    do throws(ImageError) {
      let header = try imageHeader(of: bytes)
      guard max(header.width, header.height) <= DatasetSchema.largestSide else {
        throw ImageError(.tooLarge(width: header.width, height: header.height))
      }
      _ = try Picture(decoding: bytes)
      return (bytes, header)
    } catch {
      throw DatasetError(file: source.file, record: source.part, problem: error.description)
    }
  }

  /// The mask at `path` as datasets hold it: its file as it came where that holds class indices of
  /// the upright picture, and otherwise a new one.
  private func checkedMask(
    _ path: String, for header: ImageHeader
  ) throws(DatasetError) -> ([UInt8], AnnotationFrame) {
    let bytes = try contents(of: path)
    let mask: LabelMask
    do throws(ImageError) { mask = try LabelMask(decoding: bytes) } catch {
      throw DatasetError(file: path, problem: error.description)
    }
    let (width, height) = (mask.classes.width, mask.classes.height)
    guard let frame = AnnotationFrame(width: width, height: height, of: header) else {
      throw DatasetError(
        file: path,
        problem: "the mask is \(width) x \(height), but its picture is "
          + "\(header.width) x \(header.height)\(header.exifWords)",
        remedy: header.exifRemedy("make the mask anew from the picture"))
    }
    if let index = mask.classes.firstIndex(beyond: classCount) {
      throw DatasetError(
        file: path, problem: "the mask holds \(index), which is none of \(classCount) classes",
        remedy: "name all classes, or mark such pixels 255 (void)")
    }
    if mask.isStoredSo && !frame.isTurned { return (bytes, frame) }
    let upright = mask.classes.turnedUpright(from: frame.orientation)
    do throws(ImageError) { return (try upright.encodedPNG(palette: .voc), frame) } catch {
      throw DatasetError(file: path, problem: error.description)
    }
  }
}
