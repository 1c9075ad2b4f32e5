internal import HDF5
internal import Images
internal import Processes

/// What a check of every byte of a dataset found.
public struct DatasetVerification: Sendable, CustomStringConvertible {
  /// Records looked at.
  public let checked: Int
  /// Everything that is wrong, in the order of the records.
  public let failures: [DatasetError]
  /// Whether nothing is wrong.
  public var isSound: Bool { failures.isEmpty }

  /// One line for each failure, and a last one with the numbers.
  public var description: String {
    let last =
      isSound
      ? "\(checked) records verified: every checksum agrees and every picture decodes"
      : "\(failures.count) failures in \(checked) records"
    return (failures.map(\.description) + [last]).joined(separator: "\n")
  }
}

extension Dataset {
  /// Reads and decodes every record: checksums, sizes, boxes inside their pictures, masks of their
  /// pictures' sizes with indices that are classes, ids that differ, and the hash of all content.
  ///
  /// - Parameter progress: called now and then with the number of records done.
  public func verify(progress: (Int) -> Void = { _ in }) -> DatasetVerification {
    var failures: [DatasetError] = []
    for start in stride(from: 0, to: count, by: 64) {
      let records = start..<min(start + 64, count)
      failures += inParallel(records.count) { self.failures(of: start + $0) }.joined()
      progress(records.upperBound)
    }
    if Set(ids).count != ids.count {
      failures.append(DatasetError(file: path, record: "/ids", problem: "two records share an id"))
    }
    for shard in shards {
      do throws(DatasetError) {
        let hash = try shard.computedContentHash()
        if hash != shard.contentSHA256 {
          failures.append(
            DatasetError(
              file: shard.path,
              problem: "the content has SHA-256 \(hash), but \(shard.contentSHA256) is recorded",
              remedy: "the file was changed after it was built; build it anew"))
        }
      } catch { failures.append(error) }
    }
    return DatasetVerification(checked: count, failures: failures)
  }

  private func failures(of record: Int) -> [DatasetError] {
    var failures: [DatasetError] = []
    let size = size(of: record)
    do throws(DatasetError) {
      let bytes = try bytes(of: record)
      let picture = try picture(record, .whole)
      let channels = (try? imageHeader(of: bytes))?.channels ?? 0
      let stored = Int(shapes[record * 3 + 2])
      if picture.width != size.width || picture.height != size.height || channels != stored {
        failures.append(
          error(
            record,
            "its picture is \(picture.width) x \(picture.height) x \(channels), but the "
              + "index says \(size.width) x \(size.height) x \(stored)"))
      }
    } catch { failures.append(error) }
    for (number, annotation) in boxes(of: record).enumerated()
    where !annotation.box.isInside(width: size.width, height: size.height) {
      failures.append(error(record, "box \(number) is outside its picture: \(annotation.box)"))
    }
    do throws(DatasetError) {
      guard let mask = try mask(record) else { return failures }
      if mask.width != size.width || mask.height != size.height {
        failures.append(error(record, "its mask is \(mask.width) x \(mask.height)"))
      }
      if let index = mask.firstIndex(beyond: classes.count) {
        failures.append(error(record, "its mask holds \(index), which is no class"))
      }
    } catch { failures.append(error) }
    return failures
  }
}

extension DatasetShard {
  /// The content hash from what the file holds now.
  fileprivate func computedContentHash() throws(DatasetError) -> String {
    do {
      let file = try HDF5File(reading: path)
      let parts = try DatasetSchema.contents(of: file).map { try file.contents(of: $0) }
      return ContentHash(parts, colorProfiles, profiles).value
    } catch {
      throw DatasetError(file: path, problem: (error as? HDF5Error)?.problem ?? "\(error)")
    }
  }
}

extension Picture {
  /// The first palette index of a mask that is neither background, one of `count` classes, nor
  /// void.
  func firstIndex(beyond count: Int) -> UInt8? {
    samples.first { Int($0) > count && $0 != DatasetSchema.void }
  }
}
