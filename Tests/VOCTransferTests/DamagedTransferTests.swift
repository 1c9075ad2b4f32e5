import Datasets
import Foundation
import Networks
import Runs
import TestSupport
import Testing
import Training
import VOCTransfer

/// Transfer runs on data with damaged records end as without them, tests included.
@Suite struct DamagedTransferTests {
  let scratch: Scratch
  init() throws {
    scratch = try Scratch()
    try scratch.scenes("whole.h5", trainval: 14, test: 6)
  }

  private func result(_ name: String) throws -> ClassificationResult {
    var settings = ClassificationConfiguration()
    settings.data.path = scratch.file("\(name).h5")
    settings.data.augmentation.size = 32
    settings.trunk.width = 0.05
    settings.batchSize = 2
    settings.iterations = 4
    settings.checkpointInterval = 1
    settings.evaluationInterval = 2
    settings.heldOutFraction = 0.3
    settings.dropout = 0
    let run = try ClassificationRun(settings, start: .scheme(.he))
    let folder = try RunFolder.create(
      scratch.file(name), configuration: settings, environment: .test(run.dataHash, 1))
    guard case .finished(let result) = try run.run(in: folder, from: nil) else {
      throw RunError(path: name, problem: "was interrupted")
    }
    return result
  }

  private func entries(_ name: String) throws -> [TensorArchive.Entry] {
    try Checkpoint(reading: scratch.file("\(name)/checkpoints/step-4.ckpt")).archive.entries
  }

  /// Of the training pictures, or of those of the test alone, which only the end of a run reads.
  @Test(arguments: [[1, 4, 16], [15]]) func classificationIsThatWithoutThem(damaged: [Int]) throws {
    let whole = scratch.file("whole.h5")
    try DamagedData.write(whole, damaging: damaged, .changed, to: scratch.file("damaged.h5"))
    try DamagedData.write(whole, without: damaged, to: scratch.file("without.h5"))
    let (found, wanted) = (try result("damaged"), try result("without"))
    #expect(found.classes == wanted.classes)
    #expect(found.run.trainPictures == wanted.run.trainPictures)
    #expect(found.run.testPictures == wanted.run.testPictures)
    #expect(try entries("damaged") == entries("without"))
  }
}
