import Datasets
import Foundation
import Images
import Inputs
import Layers
import Networks
import Tensors
import TestSupport
import Testing
import Visualization

/// A GPU keeps the maps and gives what is kept of them. Runs on the emulated one as well.
@Suite(.serialized, .enabled(if: Device.present.contains(.cuda(0)), "needs a GPU"))
struct DeviceUnitTests {
  let folder: UnitSamples.Folder
  let (archive, data): (String, String)
  static let settings = UnitSettings(
    layers: ["conv1_2", "conv3_3", "norm4"], top: 4, depth: 6, size: 32)

  init() throws {
    folder = try UnitSamples.Folder()
    (archive, data) = (folder.path + "/features.safetensors", folder.path + "/data.h5")
    _ = try UnitSamples.archive(archive)
  }

  /// Statistics that the host makes of the very maps of the device.
  private func expected(_ features: FeatureArchive, _ dataset: Dataset) throws -> [LayerStatistics]
  {
    let names = Self.settings.layers
    let units = Dictionary(
      uniqueKeysWithValues: features.description.layers.map { ($0.name, $0.channels) })
    var layers = names.map { LayerStatistics(name: $0, units: units[$0]!, depth: 6) }
    let ranked = (0..<dataset.count).sorted { dataset.ids[$0] < dataset.ids[$1] }
    for record in 0..<dataset.count {
      let input = features.description.preprocessing.input(
        of: [try dataset.picture(record, .whole)], on: .cuda(0))
      let maps = features.trunk.outputs(input, of: Set(names))
      for (index, name) in names.enumerated() {
        let odd = layers[index].add(
          maps[name]!.floats, width: maps[name]!.shape[3],
          rank: Int32(ranked.firstIndex(of: record)!)
        ) { _, _ in 255 }
        #expect(odd == nil)
      }
    }
    return layers
  }

  @Test func peaksAndCountsAreThoseOfAllMaps() throws {
    let dataset = try UnitSamples.noises(Array(0..<7) + [103], data)
    let features = try FeatureArchive.read(archive, on: .cuda(0)).archive
    let pass = try UnitPass(
      archive: features, file: archive, dataset: dataset, settings: Self.settings)
    // Stopped, saved while it runs, and gone on with.
    let state = folder.path + "/pass.safetensors"
    try pass.run(threads: 1) { done, _ in
      if done == 2 { try pass.save(to: state) }
      return done < 5
    }
    let resumed = try UnitPass(
      archive: features, file: archive, dataset: dataset, settings: Self.settings)
    try resumed.restore(from: state)
    #expect(resumed.done == 2 && pass.done == 5)
    try pass.run(threads: 1) { _, _ in true }
    try resumed.run(threads: 1) { _, _ in true }
    let expected = try expected(features, dataset)
    for found in [pass.layers, resumed.layers] {
      for (mine, host) in zip(found, expected) {
        #expect(mine.peaks.map(\.sorted) == host.peaks.map(\.sorted), "\(mine.name)")
        #expect(mine.responses.total == host.responses.total && host.responses.total > 0)
        // All that can be asked of the counts.
        let asked = [mine, host].map { layer in
          layer.peaks.indices.map { unit in
            (1...99).map { layer.responses.threshold(unit, topShare: Double($0) / 100) }
              + [Float(layer.responses.activeShare(unit))]
          }
        }
        #expect(asked[0] == asked[1], "\(mine.name)")
      }
    }
  }

  @Test func aNumberThatIsNoneIsAnErrorThere() throws {
    let dataset = try UnitSamples.noises([1], data)
    let good = try FeatureArchive.read(archive).archive
    // Infinite inputs of both signs, of which convolutions make what is no number.
    try FeatureArchive(
      trunk: good.trunk, configuration: good.description.trunk,
      preprocessing: .init(.lightness, mean: [50], scale: [1e38], size: 32),
      provenance: good.description.provenance
    ).write(to: archive)
    let features = try FeatureArchive.read(archive, on: .cuda(0)).archive
    let pass = try UnitPass(
      archive: features, file: archive, dataset: dataset, settings: Self.settings)
    #expect {
      try pass.run(threads: 1) { _, _ in true }
    } throws: {
      "\($0)".contains("unit 0 is not a number at photograph 'photo-01'")
    }
  }

  /// Every command that runs a network runs it there.
  @Test func commandsTakeTheDevice() throws {
    _ = try UnitSamples.noises(Array(0..<4), data)
    let photograph = folder.path + "/photograph.png"
    try UnitSamples.noise(1).write(to: photograph)
    func run(_ device: String, _ arguments: [String], into output: String) throws {
      let found = try Program.run(
        Program.pigment, ["units"] + arguments + ["--device", device, "--output", output])
      #expect(found.status == 0, "\(arguments): \(found.output)")
    }
    let top = try ["cuda:0", "cpu"].map { device in
      let output = folder.path + "/" + device
      let arguments = ["top", archive, data, "--layer", "conv2", "--size", "32", "--top", "2"]
      try run(device, arguments, into: output)
      return try UnitGallery.results(in: output)
    }
    #expect(top[0].layers[0].units.count == top[1].layers[0].units.count)
    for (mine, host) in zip(top[0].layers[0].units, top[1].layers[0].units) {
      #expect(abs(mine.top[0].value - host.top[0].value) < 1e-4 * abs(host.top[0].value) + 1e-6)
      #expect(abs(mine.threshold - host.threshold) < 0.04 * abs(host.threshold) + 1e-6)
    }
    for arguments in [
      ["maps", archive, photograph, "--layer", "conv2", "--units", "3", "--force"],
      ["explain", archive, photograph, "--layer", "conv2", "--unit", "1", "--force"],
    ] {
      let pictures = try ["cuda:0", "cpu"].map { device in
        let output = folder.path + "/\(device).png"
        try run(device, arguments, into: output)
        return try Picture(contentsOfFile: output)
      }
      #expect(pictures[0].width == pictures[1].width && pictures[0].height == pictures[1].height)
      let off = zip(pictures[0].samples, pictures[1].samples).count {
        abs(Int($0) - Int($1)) > 2
      }
      #expect(off < pictures[0].samples.count / 200, "\(arguments): \(off) samples differ")
    }
  }
}
