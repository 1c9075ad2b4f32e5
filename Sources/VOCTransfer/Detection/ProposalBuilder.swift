public import Datasets
internal import Files
internal import Foundation
internal import Images
internal import Inputs
internal import Metrics
internal import Processes
public import Proposals

/// Finds the proposals of a whole dataset by selective search.
public struct ProposalBuilder: Sendable {
  /// How they are found.
  public var search: SelectiveSearch
  /// Threads, each with a picture of its own.
  public var threads: Int

  /// A builder.
  public init(_ search: SelectiveSearch = .init(), threads: Int) {
    self.search = search
    self.threads = threads
  }

  /// What building came to.
  public struct Report: Sendable {
    /// Boxes of all pictures.
    public let boxes: Int
    /// Pictures.
    public let pictures: Int
    /// Seconds of one core that a picture took, decoding left out, on average.
    public let secondsPerPicture: Double
    /// The longest.
    public let longestSeconds: Double
  }

  /// Finds the proposals of every record and writes them to `path`, whole or not at all; the result
  /// does not depend on the number of threads. A search that was stopped, by a signal (an
  /// `Interruption`) or otherwise, goes on where it was when the same call is made again.
  public func build(
    _ dataset: Dataset, to path: String, progress: (_ done: Int) -> Void = { _ in }
  ) throws -> Report {
    let search = search
    let method = "selective search " + (try JSON.text(of: search))
    let pieces = try ProposalPieces(
      beside: path, identity: "\(method) data \(dataset.contentSHA256)")
    let kept = Array(pieces.found.prefix(dataset.count))
    var (boxes, seconds) = (kept.map(\.boxes), kept.map(\.seconds))
    if !kept.isEmpty { Output.say("\(path): goes on after \(kept.count) pictures") }
    let found = Prefetcher(range: kept.count..<dataset.count, threads: threads, ahead: 4 * threads)
    {
      record -> (boxes: [Box], seconds: Double, damage: DamagedRecords.Record?) in
      do throws(DatasetError) {
        let picture = try dataset.picture(record, .whole)
        let begin = threadSeconds()
        let boxes = search.boxes(of: picture).map(Box.init)
        return (boxes, threadSeconds() - begin, nil)
      } catch {
        guard let damage = error.damage else { throw error }
        return ([], 0, damage.record)
      }
    }
    var damaged: [DamagedRecords.Record] = []
    do {
      while let next = try found.next() {
        if let record = next.damage {
          Output.warn("\(record); it gets no proposals")
          damaged.append(record)
          let limit = DamagedRecords.limit(of: dataset.count)
          guard damaged.count <= limit else {
            throw DamagedDataError(path: dataset.path, limit: limit, found: damaged)
          }
        }
        boxes.append(next.boxes)
        seconds.append(next.seconds)
        try pieces.append(.init(boxes: next.boxes, seconds: next.seconds))
        if boxes.count % 64 == 0 { try pieces.sync() }
        progress(boxes.count)
      }
      try ProposalFile.write(boxes, of: dataset, method: method, to: path)
    } catch {
      try? pieces.close()
      throw error
    }
    try pieces.remove()
    return Report(
      boxes: boxes.reduce(0) { $0 + $1.count }, pictures: boxes.count,
      secondsPerPicture: seconds.reduce(0, +) / Double(max(1, seconds.count)),
      longestSeconds: seconds.max() ?? 0)
  }
}

/// Seconds of a core that this thread has used, whatever else the machine does.
private func threadSeconds() -> Double {
  var time = timespec()
  let status = clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  precondition(status == 0, "clock_gettime: there is no clock of this thread")
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

extension Box {
  /// The rectangle of a proposal.
  init(_ box: ProposalBox) {
    self.init(
      xMin: Float(box.xMin), yMin: Float(box.yMin), xMax: Float(box.xMax), yMax: Float(box.yMax))
  }
}

extension DetectionBox {
  /// The rectangle of an annotation or proposal.
  init(_ box: Box) {
    self.init(
      xMin: Double(box.xMin), yMin: Double(box.yMin), xMax: Double(box.xMax),
      yMax: Double(box.yMax))
  }
}
