import Datasets
import Foundation
import Images
import Randomness
import Testing

/// A folder of small cut-outs and backgrounds, deleted when the test is over.
private struct Workshop: ~Copyable {
  let path = FileManager.default.temporaryDirectory.appending(path: "pigment-\(UUID())").path

  /// Two classes of noisy disks (reddish) and bars (bluish), a drawing, and two backgrounds.
  init() throws {
    var random = RandomKey(seed: 5).stream()
    for folder in ["things/disks", "things/bars/long", "places"] {
      try FileManager.default.createDirectory(
        atPath: path + "/" + folder, withIntermediateDirectories: true)
    }
    for number in 0..<4 {
      try cutout(isDisk: true, noise: 40, &random).write(to: path + "/things/disks/\(number).png")
      try cutout(isDisk: false, noise: 40, &random)
        .write(to: path + "/things/bars/long/\(number).png")
    }
    try cutout(isDisk: true, noise: 0, &random).write(to: path + "/things/disks/drawn.png")
    try cutout(isDisk: true, noise: 40, &random).write(to: path + "/things/disks/0_mirror.png")
    for name in ["a", "b"] {
      let samples = (0..<(300 * 200 * 3)).map { _ in UInt8(90 + random.index(below: 40)) }
      try Picture(width: 300, height: 200, channels: 3, samples: samples)
        .write(to: path + "/places/\(name).jpg")
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// 60 x 60 pixels; a disk, or a bar, in the middle of nothing.
  private func cutout(isDisk: Bool, noise: Int, _ random: inout RandomStream) -> Picture {
    var picture = Picture(width: 60, height: 60, channels: 4)
    for y in 0..<60 {
      for x in 0..<60 {
        let inside =
          isDisk
          ? (x - 30) * (x - 30) + (y - 30) * (y - 30) < 500 : abs(y - 30) < 9 && abs(x - 30) < 25
        guard inside else { continue }
        let at = (y * 60 + x) * 4
        let grain = noise == 0 ? 0 : random.index(below: noise)
        picture.samples[at] = UInt8((isDisk ? 200 : 20) + grain)
        picture.samples[at + 1] = UInt8(20 + grain)
        picture.samples[at + 2] = UInt8((isDisk ? 20 : 200) + grain)
        picture.samples[at + 3] = 255
      }
    }
    return picture
  }

  var configuration: CutoutConfiguration {
    CutoutConfiguration(cutouts: path + "/things", backgrounds: [path + "/places"])
  }
}

@Suite struct CutoutTests {
  @Test func aLibraryHoldsTrimmedPhotographsByClass() throws {
    let workshop = try Workshop()
    let library = try CutoutLibrary(workshop.configuration)
    #expect(library.classNames == ["bars", "disks"])
    #expect(library.cutouts.map(\.classIndex) == [0, 0, 0, 0, 1, 1, 1, 1])
    #expect(library.drawings == ["disks/drawn.png"])
    #expect(library.cutouts[0].picture.width == 49 && library.cutouts[0].picture.height == 17)
    #expect(library.backgrounds.map(\.name) == ["a", "b"])

    let (first, second) = try library.split(every: 4)
    #expect(first.cutouts.count == 6 && second.cutouts.count == 2)
    #expect(Set(first.cutouts.map(\.name)).isDisjoint(with: second.cutouts.map(\.name)))
    #expect(first.backgrounds.count == 1 && second.backgrounds.count == 1)
  }

  @Test func scenesAreReproducibleAndExactlyLabeled() throws {
    let workshop = try Workshop()
    let library = try CutoutLibrary(workshop.configuration)
    let composer = CutoutComposer(library: library, size: (96, 72), key: RandomKey(seed: 1))
    let again = CutoutComposer(library: library, size: (96, 72), key: RandomKey(seed: 1))
    let other = CutoutComposer(library: library, size: (96, 72), key: RandomKey(seed: 2))
    #expect(composer.scene(3) == again.scene(3))
    #expect(composer.scene(3).picture != other.scene(3).picture)
    var counts = [0, 0]
    var (rightColor, pixels) = (0, 0)
    for index in 0..<60 {
      let scene = composer.scene(index)
      expectConsistentLabels(scene, classes: 2, #_sourceLocation)
      for object in scene.objects { counts[object.classIndex] += 1 }
      // What is labeled as a disk is red, and what is labeled as a bar is blue.
      for (at, label) in scene.mask.samples.enumerated() where label == 1 || label == 2 {
        let (red, blue) = (scene.picture.samples[at * 3], scene.picture.samples[at * 3 + 2])
        pixels += 1
        if label == 2 ? red > blue : blue > red { rightColor += 1 }
      }
    }
    #expect(counts.allSatisfy { $0 > 25 })
    #expect(pixels > 10_000 && Double(rightColor) > 0.97 * Double(pixels))
  }

  @Test func whatIsMissingIsNamed() throws {
    let workshop = try Workshop()
    var configuration = workshop.configuration
    configuration.classes = ["disk": ["disks"], "ring": ["rings"]]
    let error = #expect(throws: CutoutError.self) { try CutoutLibrary(configuration) }
    #expect(error?.description.contains("class 'ring' in rings") == true)
    configuration = workshop.configuration
    configuration.backgrounds = ["/no/such/place"]
    let place = #expect(throws: CutoutError.self) { try CutoutLibrary(configuration) }
    #expect(place?.description.hasPrefix("/no/such/place") == true)

    let file = workshop.path + "/c.json"
    try #"{"cutouts": "things", "backgrounds": ["places"], "klasses": {}}"#
      .write(toFile: file, atomically: true, encoding: .utf8)
    let unknown = #expect(throws: CutoutError.self) {
      try CutoutConfiguration(contentsOfFile: file)
    }
    #expect(unknown?.description.contains("no setting 'klasses'") == true)
    try #"{"cutouts": "things", "backgrounds": ["places"], "without": ["long"]}"#
      .write(toFile: file, atomically: true, encoding: .utf8)
    let library = try CutoutLibrary(CutoutConfiguration(contentsOfFile: file))
    #expect(library.classNames == ["disks"])
  }
}
