import Datasets
import Foundation
import Images
import Randomness
import Testing

@Suite struct SceneBuilderTests {
  private let learned = SceneGenerator(size: (40, 40), key: RandomKey(seed: 1))
  private let tested = SceneGenerator(size: (40, 40), key: RandomKey(seed: 2))

  private func builder(_ pretrain: Int, _ trainval: Int, _ test: Int) -> SceneBuilder {
    SceneBuilder(
      source: learned, testSource: tested, name: "two sources", pretrain: pretrain,
      trainval: trainval, test: test)
  }

  @Test func testPicturesComeFromTheirOwnSource() throws {
    let folder = try TemporaryFolder()
    let report = try builder(40, 3, 2).build(to: folder.file("scenes.h5"))
    let dataset = try Dataset(opening: report.path)
    #expect(dataset.count == 45 && dataset.verify().isSound)
    #expect(try dataset.indices(ofSplit: "val") == [19, 39])
    #expect(try dataset.indices(ofSplit: "train").count == 38)
    #expect(try dataset.indices(ofSplit: "trainval") == [40, 41, 42])
    for record in [0, 42, 43, 44] {
      let scene = (record < 43 ? learned : tested).scene(record)
      #expect(try dataset.bytes(of: record) == scene.picture.encodedJPEG(quality: 95))
      #expect(dataset.boxes(of: record).map(\.box) == scene.objects.map(\.box))
      let shown = Set(scene.objects.map(\.classIndex))
      #expect(
        dataset.presence(of: record)!.enumerated().allSatisfy {
          $1 == (shown.contains($0) ? 1 : -1)
        })
    }
  }

  @Test func theSameSourceGivesTheSameBytes() throws {
    let folder = try TemporaryFolder()
    let first = try builder(5, 1, 1).build(to: folder.file("a.h5"))
    let second = try builder(5, 1, 1).build(to: folder.file("b.h5"))
    #expect(first.contentSHA256 == second.contentSHA256)
    #expect(
      FileManager.default.contents(atPath: first.path)
        == FileManager.default.contents(atPath: second.path))
  }

  @Test func noPicturesAreNoDataset() throws {
    let folder = try TemporaryFolder()
    #expect(throws: DatasetError.self) { try builder(0, 0, 0).build(to: folder.file("none.h5")) }
    #expect(!FileManager.default.fileExists(atPath: folder.file("none.h5")))
  }
}
