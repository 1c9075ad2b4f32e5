import Foundation
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

/// The rivals that give pixels back.
@Suite struct ReconstructionTests {
  let tiny: TinyRuns

  init() throws { tiny = try TinyRuns() }

  @Test func blocksStandForPixelsInTheOrderOfPixelShuffle() {
    let blocks = PixelBlocks(channels: 2, size: 4, side: 2)
    let planes = (0..<32).map(Float.init)
    let folded = blocks.folded(planes)
    #expect(blocks.rows == 2 && blocks.depth == 8 && folded.count == 32)
    // Channel 1, pixel (x 3, y 2): block (1, 1), row 0 and column 1 of the block.
    #expect(folded[(1 * 4 + 0 * 2 + 1) * 4 + 1 * 2 + 1] == Float(16 + 2 * 4 + 3))
    #expect(blocks.unfolded(folded) == planes)
    let odd = PixelBlocks(channels: 1, size: 5, side: 2)
    let folds = odd.folded((0..<25).map { Float($0 + 1) })
    #expect(odd.rows == 3 && folds.count == 36 && folds.count { $0 == 0 } == 11)
    #expect(odd.unfolded(folds) == (0..<25).map { Float($0 + 1) })
  }

  @Test(arguments: HiddenPixels.allCases)
  func onlyWhatIsHiddenIsAskedFor(_ hidden: HiddenPixels) throws {
    let task = try tiny.task(
      InpaintingTask.self, "objective.hidden=\(hidden.rawValue)", "objective.channels=rgb",
      "trunk.inputChannels=3")
    let samples = (0..<3).map { Samples.noise(32, seed: $0) }
    let batch = task.batch(of: samples)
    var masks: Set<[Float]> = []
    for (picture, sample) in samples.enumerated() {
      let each = 3 * 32 * 32
      let part = picture * each..<(picture + 1) * each
      let (input, target) = (Array(batch.input[part]), batch.blocks.unfolded(batch.target[part]))
      let weights = batch.blocks.unfolded(batch.weights[part])
      #expect(target == task.preprocessing.planes(of: sample.crop))
      for place in input.indices {
        #expect(weights[place] == 0 || weights[place] == 1)
        #expect(input[place] == (weights[place] == 1 ? 0 : target[place]))
      }
      let mask = Array(weights[..<1024])
      #expect(Array(weights[1024..<2048]) == mask && Array(weights[2048...]) == mask)
      let count = mask.count { $0 == 1 }
      switch hidden {
      case .central:
        #expect(
          mask.indices.allSatisfy {
            (mask[$0] == 1) == ((8..<24).contains($0 % 32) && (8..<24).contains($0 / 32))
          })
      case .blocks: #expect((100...256).contains(count))
      case .regions: #expect((230...256).contains(count))
      }
      masks.insert(mask)
    }
    #expect(masks.count == (hidden == .central ? 1 : 3))

    // The loss: right where nothing is asked for, it does not matter what comes out.
    var stream = RandomKey(seed: 9).stream()
    let noise = batch.target.map { _ in Float(stream.normal()) }
    let shape: Shape = [3, batch.blocks.depth, 8, 8]
    let total = batch.weights.reduce(0, +)
    let expected = batch.target.indices.reduce(0.0) { sum, at in
      let difference = Double(noise[at] - batch.target[at])
      return sum + Double(batch.weights[at]) * difference * difference / Double(total)
    }
    let output = Tensor(noise, shape: shape, on: .cpu).watched()
    let loss = InpaintingTask.squaredError(of: output, batch)
    #expect(abs(loss.detached.scalar - expected) < 1e-5 * expected)
    let gradient = gradients(of: loss, for: [output])[0].floats
    #expect(gradient.indices.allSatisfy { (gradient[$0] != 0) == (batch.weights[$0] == 1) })
    let elsewhere = noise.indices.map { batch.weights[$0] == 1 ? noise[$0] : 7 }
    let same = InpaintingTask.squaredError(of: Tensor(elsewhere, shape: shape, on: .cpu), batch)
    #expect(same.scalar == loss.detached.scalar)
  }

  @Test func aDamagedPictureHasHolesAndNoise() throws {
    let holes = try tiny.task(DenoisingTask.self, "objective.dropped=0.4")
    let planes = holes.preprocessing.planes(of: Samples.noise(32, seed: 1).crop)
    let (input, weights) = holes.damaged(planes, key: RandomKey(seed: 2))
    #expect(weights.allSatisfy { $0 == 1 })
    let gone = input.indices.count { input[$0] == 0 && planes[$0] != 0 }
    #expect((340...480).contains(gone))
    #expect(input.indices.allSatisfy { input[$0] == 0 || input[$0] == planes[$0] })

    let noisy = try tiny.task(
      DenoisingTask.self, "objective.dropped=0", "objective.deviation=0.2")
    let noise = zip(noisy.damaged(planes, key: RandomKey(seed: 2)).input, planes).map { $0 - $1 }
    let deviation = (noise.reduce(0) { $0 + $1 * $1 } / 1024).squareRoot()
    // A fifth of the range of L, in units of (L - 50) / 100.
    #expect(abs(deviation - 0.2) < 0.02)
    let plain = try tiny.task(AutoencoderTask.self)
    #expect(plain.damaged(planes, key: RandomKey(seed: 2)).input == planes)
  }

  /// A network that gives nothing but the mean gray has the error that this comes to.
  @Test func theFiguresAreThoseOfTheErrors() throws {
    let task = try tiny.task(AutoencoderTask.self, "objective.shownPictures=1")
    let key = RandomKey(seed: 1)
    let trunk = TrunkConfiguration(.eccv16, width: 0.0625)
    var model = task.model(around: trunk.build(key: key, on: .cpu), key: key, on: .cpu)
    model.head.transform { Tensor(filledWith: 0, shape: $0.tensor.shape, on: .cpu) }
    var batches = [task.batch(of: (0..<2).map { Samples.noise(32, seed: $0) })]
    let target = batches[0].target.map(Double.init)
    let evaluation = try task.evaluate(model, on: .cpu, as: .f32) { batches.popLast() }
    let error = target.reduce(0) { $0 + $1 * $1 } / Double(target.count)
    #expect(abs(evaluation.metrics["validation/loss"]! - error) < 1e-6)
    #expect(abs(evaluation.metrics["validation/psnr"]! + 10 * log10(error)) < 1e-4)
    let spread = [0..<1024, 1024..<2048].reduce(0.0) { sum, range in
      let mean = target[range].reduce(0, +) / 1024
      return sum + target[range].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2048
    }
    #expect(abs(evaluation.metrics["validation/psnrOfMean"]! + 10 * log10(spread)) < 1e-4)
    #expect(evaluation.pictures["autoencoder"] != nil)
  }
}
