import Datasets
import Images
import Inputs
import Layers
import Networks
import Tensors
import Testing
import Text
import Visualization

/// A unit that sees brightness detects lamps; one that sees darkness does not.
struct DissectionTests {
  /// conv1_1 with the mean of its window in unit 0 and the negative mean in unit 1.
  private func archive(_ path: String) throws -> FeatureArchive {
    try UnitSamples.archive(path) { trunk in
      trunk.transform { named in
        guard named.name == "conv1_1.weight" else { return named.tensor }
        var values = named.tensor.floats
        for tap in 0..<9 { (values[tap], values[9 + tap]) = (1.0 / 9, -1.0 / 9) }
        return Tensor(values, shape: named.tensor.shape, on: .cpu)
      }
    }
  }

  private func pass(_ folder: UnitSamples.Folder, side: Int, share: Double) throws -> UnitPass {
    let file = folder.path + "/features.safetensors"
    let data = try UnitSamples.dataset(
      try (0..<24).map { try UnitSamples.lamp($0, side: side) },
      classes: ["tree", "lamp", "sea"], folder.path + "/lamps.h5")
    // Pictures of 64 x 48 stay as they are.
    let pass = try UnitPass(
      archive: try archive(file), file: file, dataset: data,
      settings: UnitSettings(layers: ["conv1_1"], size: 48, share: share))
    try pass.run(threads: 2) { _, _ in true }
    return pass
  }

  @Test func aBrightUnitDetectsLamps() throws {
    let folder = try UnitSamples.Folder()
    // Lamps cover 144 of 3072 pixels: 4.7 %.
    let pass = try pass(folder, side: 12, share: 0.045)
    let found = try Dissection(pass, file: "features", threads: 2)
    let bright = try #require(found.layers[0].units.first { $0.unit == 0 })
    #expect(bright.best == "lamp" && bright.iou > 0.6, "\(bright.iou)")
    let dark = try #require(found.layers[0].units.first { $0.unit == 1 })
    #expect(dark.ious[1] < 0.02)
    #expect(found.layers[0].detected == ["lamp"])
    #expect(found.photographs == 24)

    let unit = pass.results(file: "features").layers[0].units[0]
    let association = try #require(unit.association)
    #expect(association.name == "lamp" && association.kind == .mask)
    #expect(association.count == association.of)
    #expect(unit.top.allSatisfy { $0.label == "lamp" })
  }

  @Test func countsAreThoseOfEveryPixel() throws {
    let folder = try UnitSamples.Folder()
    let pass = try pass(folder, side: 20, share: 0.1)
    let found = try Dissection(pass, file: "features", threads: 1)
    let threshold = pass.results(file: "").layers[0].units[0].threshold
    var (both, on, lamp) = (0, 0, 0)
    for record in 0..<24 {
      let picture = try pass.dataset.picture(record, .whole)
      let mask = try #require(try pass.dataset.mask(record))
      let map = pass.archive.trunk.outputs(
        pass.archive.description.preprocessing.input(of: [picture], on: .cpu), of: ["conv1_1"])
      let values = map["conv1_1"]!.floats
      for pixel in 0..<64 * 48 {
        if values[pixel] > threshold { on += 1 }
        if mask.samples[pixel] == 2 { lamp += 1 }
        if values[pixel] > threshold && mask.samples[pixel] == 2 { both += 1 }
      }
    }
    let unit = try #require(found.layers[0].units.first { $0.unit == 0 })
    #expect(unit.ious[1] == Double(both) / Double(on + lamp - both))
  }

  /// A pass over lamps at these places.
  private func pass(_ folder: UnitSamples.Folder, lamps places: [(x: Int, y: Int)]) throws
    -> UnitPass
  {
    let file = folder.path + "/features.safetensors"
    let records = try places.enumerated().map { number, place in
      var picture = Picture(width: 64, height: 48, channels: 3, filledWith: 40)
      var mask = Picture(width: 64, height: 48, channels: 1)
      picture.fill(x: place.x, y: place.y, width: 12, height: 12, color: [250, 250, 240])
      mask.fill(x: place.x, y: place.y, width: 12, height: 12, color: [2, 2, 2])
      return DatasetRecord(
        id: UnitSamples.id(number), image: try picture.encodedPNG(), presence: [-1, 1, -1],
        mask: try mask.encodedPNG())
    }
    let pass = try UnitPass(
      archive: try archive(file), file: file,
      dataset: try UnitSamples.dataset(
        records, classes: ["tree", "lamp", "sea"], folder.path + "/lamps.h5"),
      settings: UnitSettings(layers: ["conv1_1"], size: 48, share: 0.045))
    try pass.run(threads: 2) { _, _ in true }
    return pass
  }

  @Test func whereThingsAreAlwaysInOnePlaceChanceIsAllThereIs() throws {
    let folder = try UnitSamples.Folder()
    let pass = try pass(folder, lamps: Array(repeating: (x: 20, y: 10), count: 24))
    let layer = try Dissection(pass, file: "", threads: 2).layers[0]
    let chance = try #require(layer.chance)
    // The masks of others are the picture's own.
    #expect(layer.units.allSatisfy { $0.chance == $0.iou })
    #expect(chance.shuffles == 19 && chance.detectors == Double(layer.detectors))
    #expect(layer.detectors > 0 && chance.detectorsBeyond == 0)
    #expect(abs(chance.meanBest - layer.meanBest) < 1e-12)
  }

  @Test func whereThingsAreElsewhereChanceIsNothing() throws {
    let folder = try UnitSamples.Folder()
    let pass = try pass(folder, lamps: [(x: 2, y: 2), (x: 44, y: 30)])
    let layer = try Dissection(pass, file: "", threads: 2).layers[0]
    let bright = try #require(layer.units.first { $0.unit == 0 })
    // One other mask; where the lamp of a picture is, the other has none.
    #expect(bright.iou > 0.6 && bright.chance == 0 && layer.chance?.shuffles == 1)
    #expect(layer.chance?.detectorsBeyond == layer.detectors)
    let single = try UnitSamples.Folder()
    let alone = try Dissection(
      try self.pass(single, lamps: [(x: 2, y: 2)]), file: "", threads: 1)
    #expect(alone.layers[0].chance == nil && alone.layers[0].units[0].chance == nil)
    let comparison = DissectionComparison([.init(name: "a", dissection: alone)])
    #expect(comparison.table.rows[0].count == comparison.table.headings.count)
  }

  @Test func withoutMasksThereIsNothingToDissect() throws {
    let folder = try UnitSamples.Folder()
    let file = folder.path + "/features.safetensors"
    let pass = try UnitPass(
      archive: try archive(file), file: file,
      dataset: try UnitSamples.noises([1, 2], folder.path + "/data.h5"),
      settings: UnitSettings(layers: ["conv1_1"], size: 32))
    try pass.run(threads: 1) { _, _ in true }
    #expect(throws: DatasetError.self) { try Dissection(pass, file: "", threads: 1) }
  }

  @Test func differencesAreCounted() throws {
    let folder = try UnitSamples.Folder()
    let data = try UnitSamples.noises(Array(0..<20), folder.path + "/data.h5")
    func results(seed: UInt64) throws -> UnitResults {
      let file = folder.path + "/\(seed).safetensors"
      let pass = try UnitPass(
        archive: try UnitSamples.archive(file, seed: seed), file: file, dataset: data,
        settings: UnitSettings(layers: ["conv2_1"], top: 5, size: 32))
      try pass.run(threads: 2) { _, _ in true }
      return pass.results(file: file)
    }
    let (one, other) = (try results(seed: 1), try results(seed: 2))
    let same = try UnitDifference(from: one, to: one)
    #expect(same.layers[0].meanKept == 1 && same.layers[0].units.allSatisfy { $0.kept == 5 })
    let changed = try UnitDifference(from: one, to: other)
    #expect(changed.layers[0].meanKept < 1)
    let unit = changed.layers[0].units[0]
    let ids = [one, other].map { Set($0.layers[0].units[unit.unit].top.map(\.id)) }
    #expect(unit.kept == ids[0].intersection(ids[1]).count)
  }
}
