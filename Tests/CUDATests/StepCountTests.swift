import Backends
import Foundation
import Testing

/// What a training step of ECCV16 costs besides convolutions: 224 pixels, 64 pictures, bfloat16.
@Suite(
  .enabled(
    if: Device.present.contains(.cuda(0))
      && ProcessInfo.processInfo.environment["EMULATED_GPU_COUNTS"] != nil,
    "needs the emulated GPU, counting: EMULATED_GPU_COUNTS=1"))
struct StepCountTests {
  /// What an H200 copies in a second, in bytes read and written.
  static let bandwidth = 4.3e12

  @Test func aStepMovesNoMoreThanItDid() throws {
    let small = (1, try StepCount.colorization(batch: 1, size: 224))
    let large = (2, try StepCount.colorization(batch: 2, size: 224))
    let whole = StepCount.extrapolated(small, large, to: 64)
    print("is counted: \(Device.cuda(0))")  // the test that started this one looks for it
    print(Self.table(of: whole))
    #expect(small.1.launches == large.1.launches, "launches depend on the batch")
    #expect(whole.launches <= 260, "\(whole.launches) launches")
    #expect(whole.ownBytes <= 10.2e9, "\(whole.ownBytes / 1e9) GB")
  }

  /// Every pass, the largest first, and what it would take at the memory's bandwidth.
  static func table(of count: StepCount) -> String {
    func number(_ value: Double) -> String { String(format: "%.3f", value) }
    let passes = count.passes.sorted { $0.value.bytes > $1.value.bytes }
    let rows = passes.map { name, pass in
      let time = StepCount.isOwn(pass) ? number(pass.bytes / bandwidth * 1e3) : ""
      return "| \(name) | \(pass.kind) | \(Int(pass.launches)) | \(number(pass.read / 1e9)) "
        + "| \(number(pass.written / 1e9)) | \(time) |"
    }
    let own = count.ownBytes
    return """
      | pass | kind | launches | GB read | GB written | ms |
      |---|---|--:|--:|--:|--:|
      \(rows.joined(separator: "\n"))
      | own passes together | | \(Int(count.launches)) in all | \(number(own / 1e9)) moved | \
      | \(number(own / bandwidth * 1e3)) |
      """
  }
}
