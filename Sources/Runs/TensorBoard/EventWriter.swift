internal import Files
internal import Foundation
internal import Images
public import Networks
internal import SwiftProtobuf

/// Writes what a run does as TensorBoard shows it: curves of steps and evaluations, pictures, and
/// histograms of the weights.
///
/// Every session of a run writes a file of its own into one folder. It begins with a session-log
/// START at the first step it will write: TensorBoard then drops what an earlier session wrote from
/// that step on.
/// - Source: what torch's SummaryWriter writes, and tensorboard reads.
public final class EventWriter: RunObserver {
  /// The file.
  public var path: String { file.path }
  private let file: RecordFile
  private let now: () -> Double

  /// A new file in `folder` for the session that goes on after `step` steps. Its name has the host
  /// and the process, those that run this unless told otherwise; `now` gives seconds since 1970.
  public init(
    _ folder: String, after step: Int, host: String? = nil, process: Int32? = nil,
    now: (() -> Double)? = nil
  ) throws {
    let now = now ?? { Date().timeIntervalSince1970 }
    let name = "\(host ?? ProcessInfo.processInfo.hostName).\(process ?? getpid())"
    try POSIXFiles.posix.makeDirectory(folder)
    // Files are read in the order of their names; several may begin within a second, and the clock
    // may have been put back.
    let mark = "events.out.tfevents."
    let names = try POSIXFiles.posix.list(folder)
    let latest = names.compactMap { name in
      name.hasPrefix(mark) ? Int(name.dropFirst(mark.count).prefix { $0 != "." }) : nil
    }.max()
    let seconds = String(max(Int(now()), latest.map { $0 + 1 } ?? 0))
    let padded = String(repeating: "0", count: max(0, 10 - seconds.count)) + seconds
    file = try RecordFile("\(folder)/\(mark)\(padded).\(name).\(names.count)")
    self.now = now
    try append(.fileVersion("brain.Event:2"), step: 0)
    var log = TensorBoardSessionLog()
    log.status = .start
    try append(.sessionLog(log), step: step == 0 ? 0 : step + 1)
  }

  /// Loss, rate, images a second, waiting for data, and the step's other numbers, under `train/`.
  public func record(_ step: StepRecord) throws {
    var values = [
      ("loss", step.loss), ("rate", step.rate), ("imagesPerSecond", step.imagesPerSecond),
      ("dataWait", step.dataWait),
    ]
    values += step.more.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    try append(values.map { Self.scalar("train/\($0.0)", $0.1) }, step: step.step)
  }

  /// The metrics, the pictures under `pictures/`, and a histogram of each tensor under `weights/`.
  public func record(_ evaluation: Evaluation, step: Int, model: TensorArchive) throws {
    var values = evaluation.metrics.sorted { $0.key < $1.key }.map { Self.scalar($0.key, $0.value) }
    for (name, picture) in evaluation.pictures.sorted(by: { $0.key < $1.key }) {
      values.append(try Self.image("pictures/\(name)", picture))
    }
    for entry in model.entries {
      guard let numbers = entry.floats, let histogram = ValueHistogram(numbers) else { continue }
      values.append(Self.histogram("weights/\(entry.name)", histogram))
    }
    try append(values, step: step)
  }

  private func append(_ values: [TensorBoardSummary.Value], step: Int) throws {
    var summary = TensorBoardSummary()
    summary.value = values
    try append(.summary(summary), step: step)
  }

  private func append(_ what: TensorBoardEvent.OneOf_What, step: Int) throws {
    var event = TensorBoardEvent()
    event.wallTime = now()
    event.step = Int64(step)
    event.what = what
    file.append(try event.serializedBytes())
  }

  /// The reader's tags are made of letters, digits and `- / _ .`.
  private static func tag(_ name: String) -> String {
    String(
      name.map { $0.isASCII && ($0.isLetter || $0.isNumber) || "-/_.".contains($0) ? $0 : "_" })
  }

  private static func scalar(_ name: String, _ number: Double) -> TensorBoardSummary.Value {
    var value = TensorBoardSummary.Value()
    value.tag = tag(name)
    value.simpleValue = Float(number)
    return value
  }

  private static func image(_ name: String, _ picture: Picture) throws -> TensorBoardSummary.Value {
    var value = TensorBoardSummary.Value()
    value.tag = tag(name)
    value.image.width = Int32(picture.width)
    value.image.height = Int32(picture.height)
    value.image.colorspace = Int32(picture.channels)
    value.image.encodedImageString = Data(try picture.encodedPNG())
    return value
  }

  private static func histogram(
    _ name: String, _ histogram: ValueHistogram
  ) -> TensorBoardSummary.Value {
    var value = TensorBoardSummary.Value()
    value.tag = tag(name)
    value.histo.min = histogram.least
    value.histo.max = histogram.greatest
    value.histo.num = histogram.count
    value.histo.sum = histogram.sum
    value.histo.sumSquares = histogram.squares
    value.histo.bucketLimit = histogram.limits
    value.histo.bucket = histogram.counts
    return value
  }
}

extension TensorArchive.Entry {
  /// The elements of a single-precision tensor.
  fileprivate var floats: [Float]? {
    guard type == .f32 else { return nil }
    return bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
    }
  }
}
