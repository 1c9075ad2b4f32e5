import Backends
import Colorization
import Foundation
import Images
import Layers
import Networks
import Randomness
import Tensors
import TestSupport
import Training

/// What one training step asks of a GPU, by the emulated one, which counts what it is asked for
/// (`EMULATED_GPU_COUNTS`) and lets NVIDIA's libraries give zeros.
struct StepCount {
  /// What is asked for under one name.
  struct Pass {
    /// `kernel` for our own, `library` for cuDNN and cuBLASLt, or how memory is moved or filled.
    var kind: String
    var launches = 0.0
    /// Bytes of the device's memory, in sectors of 32, each once a launch.
    var read = 0.0, written = 0.0
    var bytes: Double { read + written }
  }
  private(set) var passes: [String: Pass] = [:]

  /// All that our own kernels, fills and copies move, in bytes.
  var ownBytes: Double { passes.values.filter(Self.isOwn).map(\.bytes).reduce(0, +) }
  /// All that the stream is asked for, what libraries do included.
  var launches: Double { passes.values.map(\.launches).reduce(0, +) }

  /// Uploads and downloads do not compete for the memory's bandwidth.
  static func isOwn(_ pass: Pass) -> Bool { ["kernel", "fill", "copy"].contains(pass.kind) }

  /// What was counted since this was last asked.
  static func taken() throws -> StepCount {
    var text = [CChar](repeating: 0, count: 1 << 16)
    let folder = ProcessInfo.processInfo.environment["PIGMENT_CUDA_PATH"] ?? ""
    guard let library = dlopen("\(folder)/libcuda.so.1", RTLD_NOW),
      let symbol = dlsym(library, "emulated_take_counts")
    else { throw CocoaError(.fileNoSuchFile) }
    typealias Take = @convention(c) (UnsafeMutablePointer<CChar>, Int32) -> Int32
    let count = unsafeBitCast(symbol, to: Take.self)(&text, Int32(text.count))
    var result = StepCount()
    let lines = String(
      decoding: text.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    for line in lines.split(separator: "\n") {
      let words = line.split(separator: "\t").map(String.init)
      let numbers = words.dropFirst(2).compactMap(Double.init)
      result.passes[words[1]] = Pass(
        kind: words[0], launches: numbers[0], read: numbers[1], written: numbers[2])
    }
    return result
  }

  /// The third step of colorization with ECCV16 at full width, in bfloat16, from the pixels of a
  /// batch to its journal's numbers; by then all memory lies as it stays.
  static func colorization(batch: Int, size: Int) throws -> StepCount {
    let device = Device.cuda(0)
    let trunk = TrunkConfiguration(.eccv16)
    let key = RandomKey(seed: 1)
    var model = Network(
      trunk: trunk.build(key: key, on: device),
      head: Heads.dense(on: trunk, outputs: 313, key: key.folding("head"), on: device))
    let code = TargetCode(of: .lightnessToAB, neighbors: 10, sigma: 5)
    let targets = ColorTargets(
      code: code, binWeights: [Float](repeating: 1, count: code.count), stride: trunk.denseStride)
    var stream = key.folding("pictures").stream()
    let crops = (0..<batch).map { _ in
      Picture(
        width: size, height: size, channels: 3,
        samples: (0..<3 * size * size).map { _ in UInt8(stream.index(below: 256)) })
    }
    let data = ColorizationBatch(crops: crops, targets)
    var optimizer: any Optimizer = Adam(beta2: 0.99, weightDecay: 1e-3)
    var loop = TrainingLoop(iterations: 3, schedule: Schedule(base: 3e-5, total: 3), key: key)
    loop.reportsLate = { _ in true }  // as in a run
    var result = StepCount()
    try loop.run(
      &model, &optimizer, batch: { _ in data },
      loss: { model, batch, pass in
        let tensors = batch.tensors(on: device, as: .bf16)
        let loss = ColorizationLoss.classification(model.forward(tensors.input, &pass), tensors)
        return .init(loss.trained, metrics: ["divergence": loss.plain])
      },
      afterStep: { step, _, _ in
        // The second step is reported when the third one has been asked for.
        let count = try taken()
        if step.number == 2 { result = count }
        return true
      })
    return result
  }

  /// The counts of a batch of any size from those of two smaller ones. All that grows grows in
  /// proportion, but for partial sums, which stop growing, so it is no less than the truth; they
  /// are less than a thousandth.
  static func extrapolated(
    _ small: (batch: Int, StepCount), _ large: (batch: Int, StepCount), to batch: Int
  )
    -> StepCount
  {
    var result = large.1
    let times = Double(batch - small.batch) / Double(large.batch - small.batch)
    for (name, first) in small.1.passes {
      guard var pass = result.passes[name] else { continue }
      pass.launches = first.launches + times * (pass.launches - first.launches)
      pass.read = first.read + times * (pass.read - first.read)
      pass.written = first.written + times * (pass.written - first.written)
      result.passes[name] = pass
    }
    return result
  }
}
