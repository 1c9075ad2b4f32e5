import Configurations
import Files
import Foundation
import Networks
import Probes
import Statistics
import Testing
import Text
import Training
import VOCTransfer

@Suite struct ProtocolTests {
  let scratch: Scratch
  init() throws {
    scratch = try Scratch()
    try scratch.scenes("scenes.h5", trainval: 40, test: 16)
  }

  private func result(
    _ change: (inout ProbingConfiguration) -> Void = { _ in }
  ) throws -> ProbingResult {
    var settings = ProbingConfiguration()
    settings.data.path = scratch.file("scenes.h5")
    settings.trunk = TrunkConfiguration(.eccv16, width: 0.05)
    settings.size = 32
    settings.features = 100
    settings.methods = ProbingConfiguration.Method.allCases
    settings.choosesLayer = true
    settings.few.positives = [1]
    settings.few.draws = 2
    settings.costs.costs = [0.1, 1]
    settings.decays = [0.1, 0.01]
    settings.input.startPictures = 8
    settings.resamples = 20
    settings.linear.iterations = 30
    settings.attentive.epochs = 2
    settings.dense.iterations = 10
    change(&settings)
    return try ProbingRun(settings, start: .scheme(.he)).result()
  }

  @Test func everyProtocolAnswersOnEveryBlock() throws {
    let found = try result()
    let blocks = (1...7).map { "norm\($0)" }
    for method in ProbingConfiguration.Method.allCases {
      let rows = found.rows.filter { $0.method == method }
      #expect(rows.map(\.layer) == blocks, "\(method)")
      for row in rows {
        #expect(row.protocolName == method.protocolName && row.size == 32)
        let (value, isShare) = (row.headline.value, row.figure?.isShare ?? true)
        #expect(value.mean.isFinite && (!isShare || (0...1).contains(value.mean)))
        #expect((row.validation == nil) == [.lowShot, .rank].contains(method), "\(method)")
      }
    }
    let names = Set(found.rows.compactMap(\.protocolName))
    #expect(names.contains("knn@1") && names.contains("dense-linear@1") && names.count == 9)
    // The trunk has few channels, and no rank is beyond them.
    let ranks = found.rows.filter { $0.method == .rank }.map(\.headline.value.mean)
    #expect(ranks.allSatisfy { $0 >= 1 && $0 <= 30 })
    // The same numbers come from a protocol alone.
    let alone = try result { $0.methods = [.denseNeighbors] }
    #expect(alone.rows == found.rows.filter { $0.method == .denseNeighbors })
  }

  @Test func theTableStarsTheChosenLayerAndFlagsWhatIsOld() throws {
    let found = try result { $0.methods = [.neighbors, .discovery] }
    let table = ProbingTables([("he", [found])])
    let best = found.rows.filter { $0.method == .neighbors }.max { $0.validation! < $1.validation! }
    let starred = table.overview.rows.filter { $0[0] == "knn@1" && $0[4].contains("*") }
    #expect(starred.map { $0[2] } == [best?.layer])
    #expect(!table.note.contains("older protocol") && !table.markdown.contains("!"))
    var old = found
    old.program = "another"
    #expect(ProbingTables([("he", [old])]).note.contains("older protocol or another program"))
    #expect(ProbingTables([("he", [old])]).overview.rows.allSatisfy { $0[4].hasSuffix("!") })
    // As a file of an earlier version of one protocol would be.
    let text = try JSON.text(of: found).replacingOccurrences(of: "knn@1", with: "knn@0")
    let earlier = try JSONDecoder().decode(ProbingResult.self, from: Data(text.utf8))
    let note = ProbingTables([("he", [earlier])]).note
    #expect(note.contains("(knn@0)"))
  }

  @Test func protocolsAreNamedWithTheirVersionOrWithout() throws {
    typealias Method = ProbingConfiguration.Method
    #expect(try Method(protocolName: "knn") == .neighbors)
    #expect(try Method(protocolName: "dense-knn@1") == .denseNeighbors)
    let unknown = #expect(throws: ConfigurationError.self) { try Method(protocolName: "knm") }
    #expect(unknown?.problem.contains("is none; there are all, knn") == true)
    let old = #expect(throws: ConfigurationError.self) { try Method(protocolName: "knn@7") }
    #expect(old?.problem.contains("knn@1") == true)
  }
}
