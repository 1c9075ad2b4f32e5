import Images
import Inputs
import Layers
import Networks
import Randomness
import Rivals
import Runs
import Tensors
import Testing
import Training

/// The rivals that classify.
@Suite struct ClassificationTests {
  let tiny: TinyRuns

  init() throws { tiny = try TinyRuns() }

  @Test func picturesAreTurnedPixelByPixel() throws {
    let task = try tiny.task(RotationTask.self, "objective.channels=rgb", "trunk.inputChannels=3")
    let sample = Samples.noise(32, seed: 1)
    let batch = task.batch(of: [sample, Samples.noise(32, seed: 2)])
    #expect(batch.labels == [0, 1, 2, 3, 0, 1, 2, 3] && batch.count == 2)
    let planes = task.preprocessing.planes(of: sample.crop)
    // Where a pixel of the turned picture was before; one quarter brings the right side to the top.
    let source: [(Int, Int) -> (x: Int, y: Int)] = [
      { ($0, $1) }, { (31 - $1, $0) }, { (31 - $0, 31 - $1) }, { ($1, 31 - $0) },
    ]
    for turn in 0..<4 {
      let isRight = (0..<3 * 1024).allSatisfy { at in
        let (channel, y, x) = (at / 1024, at / 32 % 32, at % 32)
        let old = source[turn](x, y)
        return batch.input[turn * 3072 + at] == planes[channel * 1024 + old.y * 32 + old.x]
      }
      #expect(isRight, "\(turn) quarters")
    }
    let crop = sample.crop
    #expect(crop.turned(quarters: 4) == crop && crop.turned(quarters: 1) != crop)
    #expect(crop.turned(quarters: -1) == crop.turned(quarters: 3))
    let wide = Picture(width: 2, height: 1, channels: 1, samples: [1, 2]).turned(quarters: 1)
    #expect(wide == Picture(width: 1, height: 2, channels: 1, samples: [2, 1]))
  }

  /// Every pixel of this picture says where it is.
  private func map(_ size: Int) -> Picture {
    Picture(
      width: size, height: size, channels: 3,
      samples: (0..<size * size).flatMap { [UInt8($0 % size), UInt8($0 / size), 0] })
  }

  @Test func labelsAreTheGeometryOfThePatches() throws {
    let (size, patch, gap, jitter) = (60, 16, 8, 3)
    let task = try tiny.task(
      ContextTask.self, "data.augmentation.size=\(size)", "objective.patch=\(patch)",
      "objective.gap=\(gap)", "objective.jitter=\(jitter)", "objective.pairs=200",
      "objective.color=kept", "objective.degraded=0", "objective.channels=rgb",
      "objective.hidden=8", "trunk.inputChannels=3")
    let batch = task.batch(of: [PretextSample(crop: map(size), key: RandomKey(seed: 1))])
    #expect(batch.labels.count == 200 && batch.size == patch)
    let area = patch * patch
    let unit = task.preprocessing
    func pixel(_ input: Int, _ channel: Int, _ at: Int) -> Int {
      let value = batch.input[(input * 3 + channel) * area + at]
      return Int(
        ((Double(value) / unit.scale[channel] + unit.mean[channel]) * 255).rounded())
    }
    func corner(_ input: Int) -> (x: Int, y: Int) {
      let (x, y) = (pixel(input, 0, 0), pixel(input, 1, 0))
      // The patch is a whole one, not moved or turned.
      #expect(
        pixel(input, 0, area - 1) == x + patch - 1 && pixel(input, 1, area - 1) == y + patch - 1)
      return (x, y)
    }
    let names = [
      "above left", "above", "above right", "left", "right", "below left", "below", "below right",
    ]
    var (seen, shifts): (Set<Int32>, Set<Int>) = ([], [])
    for (pair, label) in batch.labels.enumerated() {
      let (middle, neighbor) = (corner(pair), corner(200 + pair))
      func side(_ distance: Int, _ words: (String, String)) -> String {
        let step = patch + gap
        let nearest = distance < -step / 2 ? -step : distance > step / 2 ? step : 0
        shifts.insert(distance - nearest)
        #expect(abs(distance - nearest) <= 2 * jitter)
        return nearest < 0 ? words.0 : nearest > 0 ? words.1 : ""
      }
      let words = [
        side(neighbor.y - middle.y, ("above", "below")),
        side(neighbor.x - middle.x, ("left", "right")),
      ]
      #expect(words.filter { !$0.isEmpty }.joined(separator: " ") == names[Int(label)])
      seen.insert(label)
    }
    #expect(seen.count == 8)
    #expect(shifts == Set(-2 * jitter...2 * jitter))
  }

  /// Place k of a puzzle shows tile `orders[label][k]`, from anywhere in its cell.
  @Test func labelsAreTheOrdersOfTheTiles() throws {
    let (size, tile, gap) = (60, 14, 4)
    let task = try tiny.task(
      JigsawTask.self, "data.augmentation.size=\(size)", "objective.tile=\(tile)",
      "objective.gap=\(gap)", "objective.permutations=20", "objective.color=kept",
      "objective.channels=rgb", "trunk.inputChannels=3")
    let puzzles = 60
    let batch = task.batch(
      of: (0..<puzzles).map { PretextSample(crop: map(size), key: RandomKey(seed: UInt64($0))) })
    #expect(batch.labels.count == puzzles && batch.input.count == puzzles * 9 * 3 * tile * tile)
    let unit = task.preprocessing
    var shifts: Set<Int> = []
    for (puzzle, label) in batch.labels.enumerated() {
      for place in 0..<9 {
        let number = task.orders[Int(label)][place]
        for (axis, index) in [(0, number % 3), (1, number / 3)] {
          let first = ((place * puzzles + puzzle) * 3 + axis) * tile * tile
          let value = Double(batch.input[first]) / unit.scale[axis] + unit.mean[axis]
          let shift = Int((value * 255).rounded()) - (size - 3 * 18) / 2 - index * 18
          #expect((0...gap).contains(shift))
          shifts.insert(shift)
        }
      }
    }
    #expect(shifts == Set(0...gap) && Set(batch.labels).count > 10)
  }

  /// The smallest crops leave no room but for jitter, and nothing reaches outside.
  @Test func everyPairLiesInThePicture() {
    let pairs = PatchPairs(side: 10, gap: 4, jitter: 2)
    var stream = RandomKey(seed: 3).stream()
    for size in [pairs.span, pairs.span + 5] {
      var places: Set<Int> = []
      for _ in 0..<2000 {
        let pair = pairs.pair(in: size, from: &stream)
        for place in [pair.x, pair.y, pair.neighborX, pair.neighborY] {
          #expect(place >= 0 && place + 10 <= size)
          places.insert(place)
        }
      }
      #expect(places.contains(0) && places.contains(size - 10))
    }
  }

  @Test func colorsGiveNothingAway() throws {
    func input(_ settings: String...) throws -> (PretextSample, [Float], Preprocessing) {
      let task = try Pretraining(
        tiny.configuration(
          ContextTask.self,
          settings + [
            "data.augmentation.size=40", "objective.patch=16", "objective.gap=4",
            "objective.jitter=1", "objective.pairs=6", "objective.hidden=8", "objective.degraded=0",
          ])
      ).task
      let sample = Samples.noise(40, seed: 1)
      return (sample, task.batch(of: [sample]).input, task.preprocessing)
    }
    let area = 16 * 16
    // RGB: one plane is left, the others are noise of a standard size.
    let (_, rgb, _) = try input("objective.channels=rgb", "trunk.inputChannels=3")
    var kept: Set<Int> = []
    for patch in 0..<12 {
      let wild = (0..<3).filter { channel in
        rgb[(patch * 3 + channel) * area..<(patch * 3 + channel + 1) * area].contains {
          abs($0) > 0.5
        }
      }
      #expect(wild.count == 1)
      kept.formUnion(wild)
    }
    #expect(kept == [0, 1, 2])
    // Projected: nothing is left along (-1, 2, -1), but for samples at the end of their range.
    let (_, projected, unit) = try input(
      "objective.channels=rgb", "trunk.inputChannels=3", "objective.color=projected")
    let rest = (0..<area).filter { at in
      let colors = (0..<3).map {
        Double(projected[$0 * area + at]) / unit.scale[$0] + unit.mean[$0]
      }
      let isInside = colors.allSatisfy { $0 > 0.001 && $0 < 0.999 }
      return isInside && abs(2 * colors[1] - colors[0] - colors[2]) > 0.01
    }
    #expect(rest.isEmpty)
    // Lightness: the gray picture of one plane, somewhere in the picture.
    let (sample, gray, lightness) = try input()
    let planes = (0..<3).map { channel in
      let samples = stride(from: channel, to: sample.crop.samples.count, by: 3)
        .flatMap { [UInt8](repeating: sample.crop.samples[$0], count: 3) }
      return lightness.planes(
        of: Picture(width: 40, height: 40, channels: 3, samples: samples))
    }
    for patch in 0..<12 {
      let row = gray[patch * area..<patch * area + 16]
      let found = planes.contains { plane in
        (0..<40 * 40 - 16).contains { plane[$0..<$0 + 16].elementsEqual(row) }
      }
      #expect(found)
    }
  }

  @Test func aModelThatIsAlwaysRightSaysSo() throws {
    let task = try tiny.task(RotationTask.self)
    let key = RandomKey(seed: 1)
    let trunk = TrunkConfiguration(.eccv16, width: 0.0625)
    var model = task.model(around: trunk.build(key: key, on: .cpu), key: key, on: .cpu)
    // Scores that do not depend on the picture: label 2 always wins, one in four is right.
    model.head.transform { named in
      named.role == .bias
        ? Tensor([0, 0, 5, 0] as [Float], shape: [4], on: .cpu)
        : Tensor(filledWith: 0, shape: named.tensor.shape, on: .cpu)
    }
    var batches = [task.batch(of: [Samples.noise(32, seed: 1)])]
    let metrics = try task.evaluate(model, on: .cpu, as: .f32) { batches.popLast() }.metrics
    #expect(metrics["validation/accuracy"] == 0.25 && metrics["validation/chance"] == 0.25)
    // ln(e^5 + 3) less the score of the right one.
    #expect(abs(metrics["validation/loss"]! - (5.0200115 - 1.25)) < 1e-4)
  }
}
