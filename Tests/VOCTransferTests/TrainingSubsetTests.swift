import Configurations
import Datasets
import Inputs
import Networks
import Randomness
import Runs
import Testing
import Training
import VOCTransfer

@Suite struct TrainingSubsetTests {
  let scratch: Scratch
  let dataset: Dataset
  let all: [Int]
  init() throws {
    scratch = try Scratch()
    try scratch.scenes("scenes.h5", trainval: 60, test: 2)
    dataset = try Dataset(opening: scratch.file("scenes.h5"))
    all = try dataset.indices(ofSplit: "trainval")
  }

  private func subset(_ fraction: Double, seed: UInt64 = 1) throws -> [Int] {
    try TrainingSubset(pictures: 0, fraction: fraction)
      .records(of: all, in: dataset, key: RandomKey(seed: seed))
  }

  private func classes(_ records: [Int]) -> Set<Int> {
    records.reduce(into: []) { shown, record in
      let presence = dataset.presence(of: record)!
      shown.formUnion(presence.indices.filter { presence[$0] > 0 })
    }
  }

  @Test func fractionsLieWithinEachOtherAndShowEveryClassThatTheyCan() throws {
    for seed in UInt64(1)...5 {
      let (few, some) = (try subset(0.05, seed: seed), try subset(0.2, seed: seed))
      #expect((few.count, some.count) == (3, 12))
      #expect(Set(few).isSubset(of: some) && Set(some).isSubset(of: all))
      #expect(some == some.sorted() && Set(some).count == 12)
      // Twelve scenes can show all there is; a plain draw of them often does not.
      #expect(classes(some) == classes(all))
    }
    #expect(try subset(0.2) == subset(0.2))
    #expect(try subset(0.2, seed: 1) != subset(0.2, seed: 2))
    #expect(try subset(1) == all)
    #expect(try subset(1e-9).count == 1)
  }

  @Test func everyTaskTakesTheSetting() throws {
    var settings = ClassificationConfiguration()
    settings.data.path = scratch.file("scenes.h5")
    settings.data.augmentation.size = 32
    settings.data.trainFraction = 0.1
    settings.trunk.width = 0.05
    (settings.batchSize, settings.iterations) = (2, 1)
    var pictures: [Int] = []
    for start in [Start.scheme(.gaussian), .scheme(.he)] {
      let task = try ClassificationRun(settings, start: start)
      let folder = try RunFolder.create(
        scratch.file("\(start)"), configuration: settings,
        environment: .test(task.dataHash, 1), keep: 1)
      guard case .finished(let result) = try task.run(in: folder, from: nil) else { return }
      pictures.append(result.run.trainPictures)
    }
    #expect(pictures == [6, 6])
  }

  @Test func badRequestsAreNamed() throws {
    for fraction in [0, -1, 1.5, .nan] {
      #expect(throws: ConfigurationError.self) { try subset(fraction) }
    }
    let both = TrainingSubset(pictures: 5, fraction: 0.5)
    let error = #expect(throws: ConfigurationError.self) {
      try both.records(of: all, in: dataset, key: RandomKey(seed: 1))
    }
    #expect(error?.problem.contains("give one of them") == true)
  }
}
