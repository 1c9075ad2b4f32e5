import Datasets
import Foundation
import Images
import Networks
import Randomness
import Tensors
import Testing
import Visualization

/// What a look at units leaves in its folder.
struct GalleryTests {
  @Test func aGalleryHoldsSheetsStripsAndResults() throws {
    let folder = try UnitSamples.Folder()
    let file = folder.path + "/features.safetensors"
    let archive = try UnitSamples.archive(file)
    let data = try UnitSamples.noises(Array(0..<8), folder.path + "/data.h5")
    let pass = try UnitPass(
      archive: archive, file: file, dataset: data,
      settings: UnitSettings(layers: ["relu1_1", "relu5_3"], top: 3, size: 32))
    try pass.run(threads: 2) { _, _ in true }
    var gallery = try UnitGallery(folder.path + "/units")
    (gallery.side, gallery.rows) = (40, 20)
    let sheets = try gallery.write(pass, archive: file, threads: 2) { _, _ in }
    // relu1_1 has 4 units, relu5_3 has 32: two sheets.
    #expect(
      sheets.map { $0.split(separator: "/").last! } == [
        "relu1_1.png", "relu5_3-1.png", "relu5_3-2.png",
      ])
    let results = try UnitGallery.results(in: gallery.path)
    #expect(results == pass.results(file: file))
    let strip = try Picture(contentsOfFile: gallery.path + "/strips/relu5_3/0031.jpg")
    #expect(strip.width == 3 * 40 + 2 * 4 && strip.height == 40)

    // relu1_1 sees 3 x 3 pixels: each is a square of the strip, and the middle one has the color
    // of the photograph at the peak.
    let place = results.layers[0].units[0].top[0]
    #expect(place.window[2...] == [3, 3])
    let crop = try Picture(contentsOfFile: gallery.path + "/strips/relu1_1/0000.jpg")
    let photograph = try data.picture(data.ids.firstIndex(of: place.id)!, .whole)
    for channel in 0..<3 {
      let shown = Int(crop.samples[(20 * crop.width + 20) * 3 + channel])
      let real = Int(
        photograph.samples[(place.row * photograph.width + place.column) * 3 + channel])
      #expect(abs(shown - real) < 40, "\(shown) for \(real)")
    }
  }

  @Test func withoutTheBorderACropIsWhatTheUnitSawOfThePhotograph() throws {
    let folder = try UnitSamples.Folder()
    let file = folder.path + "/features.safetensors"
    let archive = try UnitSamples.archive(file)
    let pass = try UnitPass(
      archive: archive, file: file,
      dataset: try UnitSamples.noises(Array(0..<4), folder.path + "/data.h5"),
      settings: UnitSettings(layers: ["conv7_3"], top: 1, size: 32))
    try pass.run(threads: 1) { _, _ in true }
    var gallery = try UnitGallery(folder.path + "/units")
    (gallery.side, gallery.showsBorder) = (80, false)
    _ = try gallery.write(pass, archive: file, threads: 1) { _, _ in }
    // 325 pixels hold the whole photograph of 40 x 32.
    let strip = try Picture(contentsOfFile: gallery.path + "/strips/conv7_3/0000.jpg")
    #expect(strip.width == 80 && strip.height == 64)
    gallery.showsBorder = true
    _ = try gallery.write(pass, archive: file, threads: 1) { _, _ in }
    let whole = try Picture(contentsOfFile: gallery.path + "/strips/conv7_3/0000.jpg")
    #expect(whole.width == 80 && whole.height == 80)
  }

  @Test func layersAreFoundByNameBlockAndAll() throws {
    let folder = try UnitSamples.Folder()
    let archive = try UnitSamples.archive(folder.path + "/features.safetensors")
    #expect(try archive.layers(["conv5", "norm2"], file: "") == ["norm2", "conv5_3"])
    #expect(try archive.layers(["all"], file: "").count == 19)
    #expect(throws: ArchiveError.self) { try archive.layers(["conv9"], file: "") }
  }

  @Test func aPictureTooSmallForALayerIsAnError() throws {
    let folder = try UnitSamples.Folder()
    let file = folder.path + "/alexnet.safetensors"
    var configuration = TrunkConfiguration(.alexnet, width: 0.03125)
    configuration.form = .transfer
    let trunk = configuration.build(key: .init(seed: 1), on: .cpu)
    let archive = FeatureArchive(
      trunk: trunk, configuration: configuration, preprocessing: .init(.lightness, size: 227),
      provenance: UnitSamples.provenance("noise"))
    try archive.write(to: file)
    let data = try UnitSamples.noises([1], folder.path + "/data.h5")
    #expect(throws: ArchiveError.self) {
      try UnitPass(
        archive: archive, file: file, dataset: data,
        settings: UnitSettings(layers: ["fc6"], size: 128))
    }
    _ = try UnitPass(
      archive: archive, file: file, dataset: data,
      settings: UnitSettings(layers: ["fc6"], size: 227))
  }
}
