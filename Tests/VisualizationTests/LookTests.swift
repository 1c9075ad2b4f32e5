import Datasets
import Images
import Layers
import Networks
import Randomness
import Tensors
import Testing
import Visualization

/// Single looks at a network.
struct LookTests {
  @Test func aFilterLooksLikeWhatItAnswersTo() throws {
    let folder = try UnitSamples.Folder()
    func sheet(_ channels: Preprocessing.Channels, _ weights: [Float]) throws -> Picture {
      let file = folder.path + "/\(channels.rawValue).safetensors"
      let archive = try UnitSamples.archive(file, channels: channels) { trunk in
        trunk.transform { named in
          guard named.name == "conv1_1.weight" else { return named.tensor }
          var values = [Float](repeating: 0, count: named.tensor.shape.count)
          for (channel, weight) in weights.enumerated() {
            for tap in 0..<9 { values[channel * 9 + tap] = weight }
          }
          return Tensor(values, shape: named.tensor.shape, on: .cpu)
        }
      }
      return try FilterSheet.sheet(of: archive, file: file, columns: 2)
    }
    /// The most frequent color that is no white.
    func color(_ picture: Picture) -> [UInt8] {
      var counts: [[UInt8]: Int] = [:]
      for pixel in stride(from: 0, to: picture.samples.count, by: 3) {
        let color = Array(picture.samples[pixel..<pixel + 3])
        // Filters without weights are mid-gray.
        if color != [255, 255, 255], !(118...128).contains(color[0]) {
          counts[color, default: 0] += 1
        }
      }
      return counts.max { $0.value < $1.value }!.key
    }
    let dark = color(try sheet(.lightness, [-1]))
    #expect(dark == [0, 0, 0])
    let red = color(try sheet(.rgb, [1, -1, -1]))
    #expect(red == [255, 0, 0])
    // Toward a (red) and away from b (blue).
    let magenta = color(try sheet(.lab, [0, 1, -1]))
    #expect(magenta[0] > magenta[1] && magenta[2] > magenta[1], "\(magenta)")
  }

  @Test func theGuidedGradientIsTheGradientWithoutRectifiers() {
    let key = RandomKey(seed: 8)
    let plain = Stack([
      .init("a", Convolution(1, 3, kernel: 3, .init(padding: 1), key: key.folding(1), on: .cpu)),
      .init("b", Convolution(3, 2, kernel: 3, .init(), key: key.folding(2), on: .cpu)),
    ])
    let x = Tensor((0..<49).map { Float($0 % 7) - 3 }, shape: [1, 1, 7, 7], on: .cpu)
    let seed = Tensor(
      (0..<50).map { Float($0 == 12 ? 1 : 0) }, shape: [1, 2, 5, 5], on: .cpu)
    let watched = x.watched()
    let gradient = gradients(of: plain(watched), weightedBy: seed, for: [watched])[0].floats
    #expect(plain.guidedGradient(of: seed, input: x).floats == gradient)
  }

  @Test func onlyWhatHelpsPassesARectifier() {
    // One tap of 1, a rectifier, then +1 and -1: only the helpful path may come back.
    func tap(_ weight: [Float], relu: Bool) -> Convolution {
      Convolution(
        weight: Tensor(weight, shape: [1, 1, 1, weight.count], on: .cpu), bias: nil,
        .init(relu: relu))
    }
    let stack = Stack([.init("a", tap([1], relu: true)), .init("b", tap([1, -1], relu: false))])
    let x = Tensor([2, 3] as [Float], shape: [1, 1, 1, 2], on: .cpu)
    let seed = Tensor([1] as [Float], shape: [1, 1, 1, 1], on: .cpu)
    #expect(stack.guidedGradient(of: seed, input: x).floats == [1, 0])
  }

  @Test func anExplanationFindsTheLamp() throws {
    let folder = try UnitSamples.Folder()
    let file = folder.path + "/features.safetensors"
    let archive = try UnitSamples.archive(file) { trunk in
      trunk.transform { named in
        // Unit 0 of every layer up to conv2_2 carries brightness on.
        guard named.role == .weight, named.name.hasPrefix("conv1") || named.name.hasPrefix("conv2")
        else { return named.tensor }
        let (shape, taps) = (named.tensor.shape, named.tensor.shape[2] * named.tensor.shape[3])
        var values = [Float](repeating: 0, count: shape.count)
        for tap in 0..<taps { values[tap] = 1 / Float(taps) }
        return Tensor(values, shape: shape, on: .cpu)
      }
    }
    var picture = Picture(width: 64, height: 48, channels: 3, filledWith: 20)
    picture.fill(x: 40, y: 12, width: 12, height: 12, color: [250, 250, 250])
    let found = try Explanation(
      of: 0, layer: "conv2_2", archive: archive, file: file, picture: picture, size: 48)
    func center(_ values: [Float]) -> (Double, Double) {
      let total = values.reduce(0) { $0 + Double(abs($1)) }
      var (x, y) = (0.0, 0.0)
      for (place, value) in values.enumerated() {
        x += Double(abs(value)) * Double(place % 64) / total
        y += Double(abs(value)) * Double(place / 64) / total
      }
      return (x, y)
    }
    for (x, y) in [center(found.occlusion), center(found.guided)] {
      #expect(abs(x - 45.5) < 4 && abs(y - 17.5) < 4, "\(x), \(y)")
    }
    #expect(found.cells.count == 4)
    #expect(throws: ArchiveError.self) {
      try Explanation(
        of: 99, layer: "conv2_2", archive: archive, file: file, picture: picture, size: 48)
    }
  }

  @Test(arguments: [40, 6])
  func principalComponentsAreThoseOfTheData(count: Int) throws {
    // Rows along two directions in twelve dimensions, one three times the other.
    var stream = RandomKey(seed: 2).stream()
    let (a, b) = (0, 5)
    let rows = (0..<count).map { _ -> [Float] in
      var row = (0..<12).map { _ in Float(0.001 * stream.normal()) }
      row[a] += Float(3 * stream.normal())
      row[b] += Float(stream.normal())
      return row.map { $0 + 7 }
    }
    let found = try PrincipalComponents(rows, count: 3)
    #expect(
      found.variances[0] > found.variances[1] && found.variances[1] > 100 * found.variances[2])
    for (i, u) in found.directions.enumerated() {
      for (j, v) in found.directions.enumerated() {
        let product = zip(u, v).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-6)
      }
    }
    // The plane of the first two is that of the data.
    for direction in found.directions.prefix(2) {
      #expect(direction[a] * direction[a] + direction[b] * direction[b] > 0.9999)
    }
    let coordinates = rows.map { found.coordinates(of: $0)[0] }
    let variance = coordinates.reduce(0) { $0 + $1 * $1 } / Double(count)
    #expect(abs(variance - found.variances[0]) < 1e-4 * variance)
  }

  @Test func neighborsStayNeighbors() {
    var stream = RandomKey(seed: 6).stream()
    let rows = (0..<60).map { point in
      (0..<8).map { axis in (axis == point % 3 ? 10 : 0) + stream.normal() }
    }
    var tsne = TSNE()
    (tsne.perplexity, tsne.steps) = (8, 400)
    let map = tsne.map(rows, key: RandomKey(seed: 1))
    var right = 0
    for (i, here) in map.enumerated() {
      let nearest = map.indices.filter { $0 != i }.min { a, b in
        func far(_ j: Int) -> Double {
          (map[j].x - here.x) * (map[j].x - here.x) + (map[j].y - here.y) * (map[j].y - here.y)
        }
        return far(a) < far(b)
      }!
      if nearest % 3 == i % 3 { right += 1 }
    }
    #expect(right >= 58, "\(right) of 60")
    let again = tsne.map(rows, key: RandomKey(seed: 1))
    #expect(zip(map, again).allSatisfy { $0.0 == $0.1 })
  }

  @Test func componentsGiveWhatIsAlikeOneColor() throws {
    let folder = try UnitSamples.Folder()
    let archive = try UnitSamples.archive(folder.path + "/features.safetensors")
    // The left half of one picture is the right half of the other.
    var pictures = [Picture(width: 64, height: 64, channels: 3, filledWith: 30)]
    pictures.append(pictures[0])
    pictures[0].fill(x: 0, y: 0, width: 32, height: 64, color: [230, 230, 230])
    pictures[1].fill(x: 32, y: 0, width: 32, height: 64, color: [230, 230, 230])
    // What a picture alone holds is not stretched: all of the third looks as the dark halves.
    pictures.append(Picture(width: 64, height: 64, channels: 3, filledWith: 30))
    let sheet = try ComponentMaps.sheet(
      of: archive, file: "features", layer: "relu1_1",
      pictures: zip(["one", "two", "three"], pictures).map { ($0, $1) }, size: 64)
    func color(_ row: Int, _ share: Double) -> [UInt8] {
      // Three rows of cells of 192 after title and headings, from below; the maps are on the right.
      let y = sheet.height - 12 - 96 - (2 - row) * 200
      let x = sheet.width - 12 - 192 + Int(192 * share)
      return Array(sheet.samples[(y * sheet.width + x) * 3..<(y * sheet.width + x) * 3 + 3])
    }
    #expect(color(0, 0.25) == color(1, 0.75) && color(0, 0.75) == color(1, 0.25))
    #expect(color(0, 0.25) != color(0, 0.75))
    #expect(color(2, 0.25) == color(0, 0.75) && color(2, 0.75) == color(0, 0.75))
  }
}
