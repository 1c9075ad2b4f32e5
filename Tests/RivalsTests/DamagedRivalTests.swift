import Foundation
import Networks
import Runs
import TestSupport
import Testing

/// Rivals on data with damaged records: the same code as for colorization, so one of them is asked.
@Suite struct DamagedRivalTests {
  @Test func aRivalLearnsWhatItLearnsWithoutThem() throws {
    let tiny = try TinyRuns()
    let rival = TinyRival.all.first { $0.name == "rotation" }!
    let (damaged, without) = ("\(tiny.folder)/damaged.h5", "\(tiny.folder)/without.h5")
    try DamagedData.write(tiny.data, damaging: [0, 8, 21], .changed, to: damaged)
    try DamagedData.write(tiny.data, without: [0, 8, 21], to: without)
    try tiny.start("damaged", rival, "data.path=\(damaged)")
    try tiny.start("without", rival, "data.path=\(without)")
    #expect(
      try tiny.last("damaged").archive.entries == tiny.last("without").archive.entries)
    #expect(try tiny.losses("damaged") == tiny.losses("without"))
  }
}
