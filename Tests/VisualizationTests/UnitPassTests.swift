import Datasets
import Foundation
import Images
import Inputs
import Layers
import Networks
import Tensors
import Testing
import Visualization

/// The pass finds what a search over everything finds, and keeps little.
struct UnitPassTests {
  private static let settings = UnitSettings(
    layers: ["conv1_2", "conv3_3", "norm4"], top: 4, depth: 6, size: 32)

  private func pass(
    _ folder: UnitSamples.Folder, _ data: Dataset, threads: Int = 2, stoppingAt stop: Int? = nil
  ) throws -> UnitPass {
    let file = folder.path + "/features.safetensors"
    let archive = try UnitSamples.archive(file)
    let pass = try UnitPass(archive: archive, file: file, dataset: data, settings: Self.settings)
    try pass.run(threads: threads) { done, _ in done != stop }
    return pass
  }

  @Test func theBestPhotographsAreThoseOfASearchOverEverything() throws {
    let folder = try UnitSamples.Folder()
    // 103 and 117 are the pictures 3 and 17 under other names: every unit has ties.
    let data = try UnitSamples.noises(Array(0..<20) + [103, 117], folder.path + "/data.h5")
    let found = try pass(folder, data).results(file: "features")
    let archive = try FeatureArchive.read(folder.path + "/features.safetensors").archive
    for layer in found.layers {
      var all: [[(value: Float, id: String, place: Int)]] = layer.units.map { _ in [] }
      for record in 0..<data.count {
        let picture = try data.picture(record, .whole)
        let map = archive.trunk.outputs(
          archive.description.preprocessing.input(of: [picture], on: .cpu), of: [layer.name])[
            layer.name]!
        let (values, count) = (map.floats, map.shape[2] * map.shape[3])
        for unit in layer.units.indices {
          let plane = values[unit * count..<(unit + 1) * count]
          let best = plane.max()!
          all[unit].append((best, data.ids[record], plane.firstIndex(of: best)! - unit * count))
        }
      }
      for unit in layer.units {
        let wanted = all[unit.unit].sorted { ($0.value, $1.id) > ($1.value, $0.id) }.prefix(4)
        #expect(unit.top.map(\.value) == wanted.map(\.value))
        #expect(unit.top.map(\.id) == wanted.map(\.id))
        let width = layer.geometry.stride == 2 ? 20 : 5
        #expect(unit.top.map { $0.row * width + $0.column } == wanted.map(\.place))
      }
    }
  }

  @Test func theOrderOfTheDataAndTheThreadsChangeNothing() throws {
    let folder = try UnitSamples.Folder()
    let numbers = Array(0..<16) + [103, 107]
    let forward = try UnitSamples.noises(numbers, folder.path + "/a.h5")
    let shuffled = try UnitSamples.noises(
      [107] + Array(numbers.dropLast().reversed()), folder.path + "/b.h5")
    let one = try pass(folder, forward, threads: 1)
    let four = try pass(folder, forward, threads: 4)
    let other = try pass(folder, shuffled)
    #expect(one.layers == four.layers)
    #expect(one.results(file: "").layers == other.results(file: "").layers)
  }

  @Test func aResumedPassIsOneThatNeverStopped() throws {
    let folder = try UnitSamples.Folder()
    let data = try UnitSamples.noises(Array(0..<12), folder.path + "/data.h5")
    let whole = try pass(folder, data)
    let stopped = try pass(folder, data, stoppingAt: 5)
    #expect(stopped.done == 5 && stopped.layers != whole.layers)
    let state = folder.path + "/pass.safetensors"
    try stopped.save(to: state)
    let resumed = try pass(folder, data, stoppingAt: 1)
    try resumed.restore(from: state)
    try resumed.run(threads: 2) { _, _ in true }
    #expect(resumed.results(file: "") == whole.results(file: ""))

    let others = try UnitSamples.noises(Array(0..<11), folder.path + "/others.h5")
    let stranger = try pass(folder, others, stoppingAt: 1)
    #expect(throws: ArchiveError.self) { try stranger.restore(from: state) }
  }

  @Test func aNumberThatIsNoneIsAnError() throws {
    let folder = try UnitSamples.Folder()
    let data = try UnitSamples.noises([1], folder.path + "/data.h5")
    var statistics = LayerStatistics(name: "a", units: 2, depth: 1)
    #expect(statistics.add([1, 2, .nan, 3], width: 2, rank: 0) { _, _ in 255 } == 1)
    #expect(data.count == 1)
  }

  @Test func theSizeIsNotThatOfTheData() {
    let (units, side) = (64, 22)
    var statistics = LayerStatistics(name: "conv5_3", units: units, depth: 50)
    var sizes: [Int] = []
    let maps = (0..<units * side * side).map { Float(($0 &* 2_654_435_761) % 4096) / 512 - 3 }
    for photograph in 0..<400 {
      _ = statistics.add(
        maps.map { max(0, $0 * Float(1 + photograph % 7)) }, width: side, rank: Int32(photograph)
      ) { _, _ in 255 }
      sizes.append(statistics.byteCount)
    }
    #expect(sizes[399] == sizes[20])
    // 133 KiB of counts and 50 peaks of 20 bytes a unit at most: 68 MiB for 512 units.
    #expect(sizes[399] < units * (16 << 10))
  }

  @Test func aHundredThousandPhotographsTakeNoMoreThanAThousand() {
    var statistics = LayerStatistics(name: "conv5_3", units: 4, depth: 50)
    var after: [Int: Int] = [:]
    for photograph in 0..<100_000 {
      let value = Float((photograph &* 2_654_435_761) % 1000) / 100
      _ = statistics.add(
        [0, value, -value, 1, 2, value / 2, 3, value * value], width: 2, rank: Int32(photograph)
      ) { _, _ in 255 }
      if photograph == 999 || photograph == 99_999 { after[photograph] = statistics.byteCount }
    }
    #expect(after[999] == after[99_999])
    #expect(statistics.peaks.allSatisfy { $0.sorted.count == 50 })
    #expect(statistics.responses.total == 200_000)
  }

  @Test func theThresholdIsTheQuantile() {
    var stream = RandomStreamSample()
    for scale in [Float(1e-12), 1, 3e6] {
      var histogram = ResponseHistogram(units: 2)
      var all: [Float] = []
      for _ in 0..<50 {
        let values = (0..<400).map { _ in stream.next() * scale }
        all += values
        // The second unit is silent.
        let both = values + [Float](repeating: 0, count: 400)
        _ = both.withUnsafeBufferPointer { histogram.add($0) }
      }
      all.sort()
      for share in [0.3, 0.01, 0.005] {
        let exact = all[all.count - 1 - Int(Double(all.count) * share)]
        let found = histogram.threshold(0, topShare: share)
        #expect(abs(found - exact) < 0.02 * abs(exact), "\(found) for \(exact)")
        #expect(histogram.threshold(1, topShare: share) == 0)
      }
      #expect(histogram.activeShare(1) == 0)
      let positive = Double(all.count { $0 > 0 }) / Double(all.count)
      #expect(abs(histogram.activeShare(0) - positive) < 1e-9)
    }
  }

  @Test func aFullHeapKeepsTheBest() {
    var heap = TopPeaks(capacity: 3)
    for (rank, value) in [5, 1, 4, 4, 2, 5, 3].enumerated() {
      heap.offer(Peak(value: Float(value), rank: Int32(6 - rank), row: 0, column: 0))
    }
    #expect(heap.sorted.map(\.value) == [5, 5, 4])
    #expect(heap.sorted.map(\.rank) == [1, 6, 3])
    #expect(heap.wants(4, rank: 2) && !heap.wants(4, rank: 3) && !heap.wants(3, rank: 0))
  }
}

/// Numbers in -4...4 that are mostly small.
private struct RandomStreamSample {
  private var state: UInt64 = 1
  mutating func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let unit = Float(state >> 40) / Float(1 << 24) * 2 - 1
    return unit * unit * unit * 4
  }
}
