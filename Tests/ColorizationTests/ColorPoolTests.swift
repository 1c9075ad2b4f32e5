import Colorization
import Configurations
import Datasets
import Foundation
import Images
import Testing
import Training

/// Pools of pictures without color.
@Suite struct ColorPoolTests {
  let runs = try! TinyRuns()

  /// A pool of 20 pictures of 40 x 40, of which the last few have color.
  private func pool(colored: Int) throws -> String {
    let path = "\(runs.folder)/pool\(colored).h5"
    let scenes = try Dataset(opening: runs.data)
    var writer = try DatasetWriter(creating: path, source: "test")
    for record in 0..<20 {
      var picture = try scenes.picture(record, .whole)
      if record < 20 - colored {
        for at in stride(from: 0, to: picture.samples.count, by: 3) {
          picture.samples[at] = picture.samples[at + 1]
          picture.samples[at + 2] = picture.samples[at + 1]
        }
      }
      try writer.append(DatasetRecord(id: "\(record)", image: picture.encodedJPEG()))
    }
    try writer.addSplit("train", Array(0..<20))
    try writer.addSplit("val", [0])
    _ = try writer.finish()
    return path
  }

  private func warnings(colored: Int, _ settings: String...) throws -> [String] {
    let path = try pool(colored: colored)
    let configuration = try PretrainingConfiguration<ColorizationTask>(
      yaml: TinyRuns.yaml, source: "tiny",
      settings: ["data.path=\(path)", "data.validationPictures=1"] + settings)
    return try Pretraining(configuration).task.warnings
  }

  @Test func withoutAnyColorThereIsNothingToLearn() throws {
    let error = #expect(throws: DatasetError.self) { try warnings(colored: 0) }
    #expect(error?.problem.contains("none of the 20 pictures to learn from has color") == true)
    #expect(try warnings(colored: 0, "objective.grayThreshold=-1") == [])
  }

  @Test func whereSomeHaveColorTheOthersAreCounted() throws {
    #expect(
      try warnings(colored: 2) == [
        "18 of 20 pictures looked at have no color: nothing is learned from such"
      ])
    #expect(try warnings(colored: 20) == [])
    #expect(
      try warnings(colored: 20, "objective.temperature=2").map { $0.prefix(38) } == [
        "objective.temperature 2.0 is above 1, "
      ])
  }
}
