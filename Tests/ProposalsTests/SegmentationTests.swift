import Foundation
import Proposals
import TestSupport
import Testing

@Suite struct SegmentationTests {
  struct Golden: Decodable {
    struct Case: Decodable {
      let k: Float
      let minimumSize: Int
      let labels: [Int]
    }
    let width, height: Int
    let planes: [[Float]]
    let cases: [Case]
  }

  @Test func agreesWithScikitImage() throws {
    let path = SharedData.packagePath("Tests/ProposalsTests/Golden/segmentation.json")
    let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: URL(filePath: path)))
    let graph = PixelGraph(golden.planes, width: golden.width, height: golden.height)
    #expect(golden.cases.count == 4)
    for one in golden.cases {
      let found = graph.segments(k: one.k, minimumSize: one.minimumSize)
      // The same regions, whatever their numbers: each of ours has one of theirs, and conversely.
      let pairs = Set(zip(found.labels, one.labels).map { "\($0) \($1)" })
      #expect(pairs.count == found.count && Set(one.labels).count == found.count, "k \(one.k)")
    }
  }

  @Test func regionsAreNumberedInReadingOrder() {
    // Two halves and a bright corner, too small to stay alone.
    let plane: [Float] = [0, 0, 90, 90, 0, 0, 90, 90, 0, 0, 90, 255]
    let graph = PixelGraph([plane], width: 4, height: 3)
    #expect(graph.segments(k: 1, minimumSize: 1).labels == [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 2])
    #expect(graph.segments(k: 1, minimumSize: 2).labels == [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1])
    #expect(graph.segments(k: 1e6, minimumSize: 1).count == 1)
  }
}
