import Datasets
import Foundation
import Images
import Layers
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
    (gallery.side, gallery.rows, gallery.showsBorder) = (40, 20, true)
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

  @Test func aCropIsWhatTheUnitSawOfThePhotograph() throws {
    let folder = try UnitSamples.Folder()
    let file = folder.path + "/features.safetensors"
    let archive = try UnitSamples.archive(file)
    let pass = try UnitPass(
      archive: archive, file: file,
      dataset: try UnitSamples.noises(Array(0..<4), folder.path + "/data.h5"),
      settings: UnitSettings(layers: ["conv7_3"], top: 1, size: 32))
    try pass.run(threads: 1) { _, _ in true }
    var gallery = try UnitGallery(folder.path + "/units")
    gallery.side = 80
    _ = try gallery.write(pass, archive: file, threads: 1) { _, _ in }
    // 325 pixels hold the whole photograph of 40 x 32.
    let strip = try Picture(contentsOfFile: gallery.path + "/strips/conv7_3/0000.jpg")
    #expect(strip.width == 80 && strip.height == 64)
    gallery.showsBorder = true
    _ = try gallery.write(pass, archive: file, threads: 1) { _, _ in }
    let whole = try Picture(contentsOfFile: gallery.path + "/strips/conv7_3/0000.jpg")
    #expect(whole.width == 80 && whole.height == 80)
  }

  /// conv1_1 whose unit 0 sees nothing and whose unit 1 sees lamps; two of six photographs have
  /// lamps.
  private func lamps(_ folder: UnitSamples.Folder) throws -> (UnitPass, file: String) {
    let file = folder.path + "/features.safetensors"
    let archive = try UnitSamples.archive(file) { trunk in
      trunk.transform { named in
        var values = named.tensor.floats
        switch named.name {
        case "conv1_1.weight":
          for tap in 0..<9 { (values[tap], values[9 + tap]) = (0, 1.0 / 9) }
        case "conv1_1.bias": (values[0], values[1]) = (-1, 0)
        default: return named.tensor
        }
        return Tensor(values, shape: named.tensor.shape, on: .cpu)
      }
    }
    var records = try [1, 4].map { try UnitSamples.lamp($0, side: 12) }
    for number in [0, 2, 3, 5] {
      let dark = Picture(width: 64, height: 48, channels: 3, filledWith: 40)
      records.append(
        DatasetRecord(
          id: UnitSamples.id(number), image: try dark.encodedPNG(), presence: [-1, 1, -1]))
    }
    let data = try UnitSamples.dataset(
      records, classes: ["tree", "lamp", "sea"], folder.path + "/data.h5")
    let pass = try UnitPass(
      archive: archive, file: file, dataset: data,
      settings: UnitSettings(layers: ["conv1_1", "relu1_1"], top: 3, size: 48))
    try pass.run(threads: 1) { _, _ in true }
    return (pass, file)
  }

  @Test func aDeadUnitSaysSoAndAQuietOneShowsOnlyWhatItSaw() throws {
    let folder = try UnitSamples.Folder()
    let (pass, file) = try lamps(folder)
    // Before the rectifier the unit gives its bias, below zero, everywhere.
    let plain = pass.results(file: file).layers[0].units
    #expect(plain[0].isDead && plain[0].association == nil && plain[0].threshold < 0)
    let units = pass.results(file: file).layers[1].units
    #expect(units[0].isDead && units[0].association == nil)
    // Of six photographs the unit is above zero in two, where the lamps are.
    #expect(units[1].top.map(\.id).sorted() == ["photo-01", "photo-04"])
    #expect(units[1].top.allSatisfy { $0.value > 0 })
    let gallery = try UnitGallery(folder.path + "/units")
    _ = try gallery.write(pass, archive: file, threads: 1) { _, _ in }
    let strips = try FileManager.default.contentsOfDirectory(
      atPath: gallery.path + "/strips/relu1_1")
    #expect(!strips.contains("0000.jpg") && strips.contains("0001.jpg"))
    // 3 x 3 pixels inside of the photograph are 96 x 96 of the crop, and two are shown.
    let strip = try Picture(contentsOfFile: gallery.path + "/strips/relu1_1/0001.jpg")
    #expect(strip.height == 96 && strip.width <= 2 * 96 + 4)
    let html = try String(contentsOfFile: gallery.page, encoding: .utf8)
    #expect(html.contains("dead: gives the same number everywhere") && html.contains("1 dead"))
    #expect(html.contains("src=\"strips/relu1_1/0001.jpg\"") && !html.contains("0000.jpg"))
    // A sheet shows what changed of a dead unit too.
    let other = try UnitGallery(folder.path + "/other")
    _ = try other.write(pass, archive: file, threads: 1) { _, _ in }
    let same = try UnitDifference(
      from: UnitGallery.results(in: gallery.path), to: UnitGallery.results(in: other.path))
    #expect(same.layers[1].meanKept == 1 && same.layers[1].units.last { $0.unit == 0 }?.of == 0)
    #expect(
      try UnitGallery.sheet(
        of: same.layers[1], before: gallery.path, after: other.path, rows: 4) != nil)
  }

  @Test func aSheetOfDeadUnitsAloneIsASheet() throws {
    let folder = try UnitSamples.Folder()
    let (pass, file) = try lamps(folder)
    var gallery = try UnitGallery(folder.path + "/units")
    gallery.rows = 1
    let sheets = try gallery.write(pass, archive: file, threads: 1) { _, _ in }
    let dead = try Picture(contentsOfFile: sheets[0])
    let alive = try Picture(contentsOfFile: sheets[1])
    #expect(dead.height < alive.height - 40)
  }

  @Test(.enabled(if: ReportTests.hasChromium, "needs chromium: apt install chromium"))
  func unitsAreFoundByNumberClassAndState() throws {
    let folder = try UnitSamples.Folder()
    let file = folder.path + "/features.safetensors"
    let pass = try UnitPass(
      archive: try UnitSamples.archive(file), file: file,
      dataset: try UnitSamples.noises(Array(0..<4), folder.path + "/data.h5"),
      settings: UnitSettings(layers: ["conv2_1", "relu5_3"], top: 2, size: 32))
    try pass.run(threads: 1) { _, _ in true }
    let gallery = try UnitGallery(folder.path + "/units")
    _ = try gallery.write(pass, archive: file, threads: 1) { _, _ in }
    for (query, found) in [
      ("", 40), ("search=unit+3", 2), ("search=3", 2), ("search=unit+30", 1),
      ("search=unit+3-9", 12), ("search=unit+3&layer=relu5_3", 1), ("search=photo-02", nil),
      ("search=relu5_3+unit+13", 1), ("search=nothing", 0),
    ] as [(String, Int?)] {
      let (dom, complaints) = try ReportTests.browse(
        gallery.page, query: query, home: folder.path, width: 400)
      if let found { #expect(dom.contains(">\(found) of 40 units<"), "\(query)") }
      #expect(dom.contains("data-overflow=\"0\"") && dom.contains("data-broken=\"0\""))
      #expect(!complaints.contains("CONSOLE"), "\(complaints)")
    }
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
