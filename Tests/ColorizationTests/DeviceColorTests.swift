import Colorization
import Configurations
import Foundation
import Images
import Layers
import Networks
import Randomness
import Runs
import Tensors
import Testing
import Training

/// What a device makes of pixels is what loader threads make of crops; on a GPU training takes the
/// way that it takes on the CPU. Runs on the emulated GPU as well (`EmulationTests`).
@Suite(.serialized) struct DeviceColorTests {
  static let size = 30  // no multiple of the stride

  /// Smooth and noisy colors, and two pictures without any.
  static let crops: [Picture] = {
    var stream = RandomKey(seed: 11).stream()
    func picture(_ samples: [UInt8]) -> Picture {
      Picture(width: size, height: size, channels: 3, samples: samples)
    }
    let noise = picture((0..<size * size * 3).map { _ in UInt8(stream.index(below: 256)) })
    let grays = (0..<size * size).flatMap { [UInt8](repeating: UInt8($0 % 256), count: 3) }
    return [
      Samples.picture(size, size, seed: 4), noise, picture(grays),
      Picture(width: size, height: size, channels: 3), Samples.picture(size, size, seed: 5),
    ]
  }()

  static func targets(
    _ pair: ChannelPair, _ loss: ColorizationObjective.Loss
  ) -> ColorTargets {
    let code =
      loss == .classification ? TargetCode(of: pair, neighbors: 10, sigma: 5) : nil
    return ColorTargets(
      pair: pair, code: code,
      binWeights: code.map { (0..<$0.count).map { 0.5 + Float($0 % 9) } } ?? [])
  }

  /// The largest difference of two tensors of one shape.
  private func distance(_ a: Tensor, _ b: Tensor) -> Float {
    #expect(a.shape == b.shape)
    return zip(a.floats, b.floats).reduce(0) {
      $1.0.isFinite ? max($0, abs($1.0 - $1.1)) : .infinity
    }
  }

  @Test(
    arguments: ChannelPair.allCases, [ColorizationObjective.Loss.classification, .regression])
  func pixelsBecomeWhatTheHostMakesOfCrops(
    pair: ChannelPair, loss: ColorizationObjective.Loss
  ) throws {
    let targets = Self.targets(pair, loss)
    let host = ColorizationBatch(Self.crops.map { targets.example(of: $0) }).tensors(on: .cpu)
    let pixels = ColorizationBatch(crops: Self.crops, targets)
    #expect(pixels.count == 5 && pixels.size == Self.size)
    for device in Device.present {
      let found = pixels.tensors(on: device)
      #expect(found.input.device == device && found.rows == host.rows && found.count == 5)
      #expect(distance(found.input, host.input) < 1e-5)
      // Lab is computed in single precision: 5e-4 units is what the host's own is off.
      #expect(distance(found.target, host.target) < 5e-4)
      #expect((found.wanted == nil) == (host.wanted == nil))
      if let a = found.wanted, let b = host.wanted { #expect(distance(a, b) < 1e-5) }
      #expect((found.code == nil) == (loss == .regression))
      let ties = try compareCodes(found, host, targets)
      // A code's nearest bin decides the weight: it may differ where two are equally near.
      let odd = zip(found.weights.floats, host.weights.floats).count { $0 != $1 }
      #expect(odd <= ties, "\(odd) weights differ on \(device), \(ties) ties")
      let gray = found.weights.floats[2 * 64..<4 * 64]
      #expect(gray.allSatisfy { $0 == 0 } && found.weights.floats.contains { $0 > 0 })
    }
  }

  /// Expects the same bins, except where two are equally far, and the same shares; returns how many
  /// positions have such a tie.
  private func compareCodes(
    _ found: ColorizationTensors, _ host: ColorizationTensors, _ targets: ColorTargets
  ) throws -> Int {
    guard let mine = found.code, let code = targets.code else { return 0 }
    let other = try #require(host.code)
    let (bins, shares) = (mine.classes.indices, mine.shares.floats)
    let (trueBins, trueShares) = (other.classes.indices, other.shares.floats)
    let (truth, area, k) = (host.target.doubles, host.rows * host.columns, code.neighbors)
    func distance(_ bin: Int32, _ image: Int, _ place: Int) -> Double {
      code.centers.indices.reduce(0.0) {
        let value = truth[(image * code.centers.count + $1) * area + place]
        let d = value - Double(code.centers[$1][Int(bin)])
        return $0 + d * d
      }.squareRoot()
    }
    var (ties, misplaced, worst) = (0, [String](), Float(0))
    for (image, place) in (0..<host.positions).map({ ($0 / area, $0 % area) }) {
      var isTie = false
      for neighbor in 0..<k {
        let at = (image * k + neighbor) * area + place
        worst = max(worst, abs(shares[at] - trueShares[at]))
        if bins[at] == trueBins[at] { continue }
        isTie = true
        let distances = (distance(bins[at], image, place), distance(trueBins[at], image, place))
        if !(abs(distances.0 - distances.1) < 1e-3) {
          misplaced.append("\(bins[at]), not \(trueBins[at]), at \(place) of \(image)")
        }
      }
      ties += isTie ? 1 : 0
    }
    #expect(misplaced.isEmpty, "\(misplaced.count) bins, such as \(misplaced[0])")
    #expect(worst < 1e-5, "shares are off by \(worst)")
    #expect(ties <= host.positions / 4, "\(ties) of \(host.positions) positions have ties")
    guard case .computed(let nats) = mine.entropy, case .known(let sum) = other.entropy else {
      Issue.record("entropies are where they should not be")
      return ties
    }
    #expect(abs(nats.doubles.reduce(0, +) - sum) < 1e-5 * sum)
    return ties
  }

  @Test(arguments: Device.present) func halfPrecisionIsRoundedOnce(device: Device) {
    guard device.backend.dtypes.contains(.bf16) else { return }
    let batch = ColorizationBatch(crops: Self.crops, Self.targets(.lightnessToAB, .classification))
    let (half, single) = (batch.tensors(on: device, as: .bf16), batch.tensors(on: device))
    #expect(half.input.dtype == .bf16 && half.target.dtype == .f32)
    #expect(distance(half.input, single.input.converted(to: .bf16)) == 0)
  }

  @Test func onlyAGPUIsGivenPixels() throws {
    let tiny = try TinyRuns()
    let task = try Pretraining(tiny.configuration()).task
    let samples = Self.crops.map { PretextSample(crop: $0, key: RandomKey(seed: 1)) }
    for device in [Device.cpu, .reference, .cuda(0)] {
      let batch = task.batch(of: samples, for: device).tensors(on: .cpu)
      let isComputed = if case .computed = try #require(batch.code).entropy { true } else { false }
      #expect(isComputed == (device == .cuda(0)), "\(device)")
    }
    let archive = task.batch(of: samples, for: .cuda(0)).archive
    #expect(
      Set(archive.entries.map(\.name)) == ["input", "target", "weights", "classes", "shares"])
  }

  /// The losses of a run and what it came to, by task and loop alone.
  private func run(
    on device: Device, _ tiny: TinyRuns, _ settings: [String]
  ) throws -> (losses: [Double], metrics: [String: Double]) {
    let configuration = try PretrainingConfiguration<ColorizationTask>(
      yaml: TinyRuns.yaml, source: "tiny", settings: ["data.path=\(tiny.data)"] + settings)
    let run = try RunFolder.create(
      "\(tiny.folder)/\(UUID())", configuration: configuration,
      environment: TinyRuns.environment, keep: 1)
    _ = try Pretraining(configuration, on: device).run(in: run, from: nil)
    let events = try Journal.events(in: run.path + "/journal.jsonl")
    var (losses, metrics): ([Double], [String: Double]) = ([], [:])
    for event in events {
      if case .step(let record) = event { losses.append(record.loss) }
      if case .evaluation(_, let found) = event { metrics = found }
    }
    return (losses, metrics)
  }

  @Test(.enabled(if: Device.present.contains(.cuda(0)), "needs a GPU"))
  func aRunOnAGPUIsTheRunOnTheCPU() throws {
    let tiny = try TinyRuns()
    for settings in [
      ["objective.prior="], ["objective.loss=regression"],
      ["objective.pair=ab-L", "trunk.inputChannels=2"], ["objective.pair=gray-rgb"],
    ] {
      // Small steps: each magnifies what convolutions round differently, and Adam the more so.
      let all =
        settings + [
          "iterations=3", "batchSize=2", "objective.shownPictures=0", "schedule.rate=0.0001",
        ]
      let (mine, cpu) = (try run(on: .cuda(0), tiny, all), try run(on: .cpu, tiny, all))
      #expect(mine.losses.count == 3 && cpu.losses.count == 3)
      for (step, (a, b)) in zip(mine.losses, cpu.losses).enumerated() {
        #expect(
          abs(a - b) < (step == 0 ? 5e-5 : 2e-3) * b,
          "\(settings): \(mine.losses), on the CPU \(cpu.losses)")
      }
      #expect(mine.metrics.keys == cpu.metrics.keys && !cpu.metrics.isEmpty)
      for (name, value) in cpu.metrics {
        let found = try #require(mine.metrics[name])
        #expect(abs(found - value) < 1e-2 * max(value, 0.1), "\(name): \(found), not \(value)")
      }
    }
  }
}
