internal import Images

/// A file that a record is made of.
struct Candidate: Sendable {
  let id: String
  let imagePath: String
  var maskPath: String?
}

/// A picture that was read and decoded once, so that nothing unreadable gets into a dataset.
struct CheckedFiles: Sendable {
  let image: [UInt8]
  let header: ImageHeader
  let mask: [UInt8]?
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
      let (image, header, _) = try decoded(candidate.imagePath, as: .rgb)
      guard let path = candidate.maskPath else {
        return CheckedFiles(image: image, header: header, mask: nil)
      }
      let (mask, _, picture) = try decoded(path, as: .paletteIndices)
      guard picture.width == header.width, picture.height == header.height else {
        throw DatasetError(
          file: path,
          problem: "the mask is \(picture.width) x \(picture.height), but its picture is "
            + "\(header.width) x \(header.height)", remedy: "make the mask anew from the picture")
      }
      if let index = picture.firstIndex(beyond: classCount) {
        throw DatasetError(
          file: path, problem: "the mask holds \(index), which is none of \(classCount) classes",
          remedy: "name all classes, or mark such pixels 255 (void)")
      }
      return CheckedFiles(image: image, header: header, mask: mask)
    }
  }

  private func decoded(
    _ path: String, as space: ColorSpace
  ) throws(DatasetError) -> ([UInt8], ImageHeader, Picture) {
    let bytes = try contents(of: path)
    do throws(ImageError) {
      let header = try imageHeader(of: bytes)
      guard max(header.width, header.height) <= DatasetSchema.largestSide else {
        throw ImageError(.tooLarge(width: header.width, height: header.height))
      }
      return (bytes, header, try Picture(decoding: bytes, as: space))
    } catch {
      throw DatasetError(file: path, problem: error.description)
    }
  }
}
