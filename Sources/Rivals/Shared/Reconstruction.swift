internal import Foundation
internal import Images
internal import Inputs
public import Layers
public import Networks
public import Randomness
public import Runs
public import Tensors
public import Training

/// A task that gives pixels back: the autoencoders, inpainting, and masked pictures.
///
/// The trunk sees a picture that was damaged somehow; the head of colorization, with a block of
/// pixels for each position in place of colors, gives the picture at full resolution; the loss is
/// the mean squared error over the pixels that are asked for, in the units of the trunk's input.
public protocol Reconstruction: PretextTask where Batch == ReconstructionBatch {
  /// Channels, size and layout of the pictures.
  var canvas: PixelCanvas { get }
  /// Held-out crops that evaluations show.
  var shown: [PretextSample] { get }
  /// What the network sees of a picture's planes, and the weight of each pixel.
  ///
  /// - Shapes: `planes` and `input` [channels, size, size]; `weights` [size, size].
  func damaged(_ planes: [Float], key: RandomKey) -> (input: [Float], weights: [Float])
  /// What a model gives for a batch, at least as large as the batch's grid.
  func output(
    of model: inout Model, _ batch: ReconstructionBatch, _ pass: inout Pass, on device: Device,
    as dtype: DType
  ) -> Tensor
}

extension Reconstruction where Model: Layer {
  /// What the model makes of the input.
  public func output(
    of model: inout Model, _ batch: ReconstructionBatch, _ pass: inout Pass, on device: Device,
    as dtype: DType
  ) -> Tensor {
    model.forward(batch.input(on: device, as: dtype), &pass)
  }
}

extension Reconstruction {
  /// That of the canvas.
  public var preprocessing: Preprocessing { canvas.preprocessing }

  /// The name, and the channels where they are not lightness.
  public var goal: String { Self.goal(preprocessing.channels) }

  /// Damaged pictures, whole ones, and which pixels are asked for.
  public func batch(of samples: [PretextSample]) -> ReconstructionBatch {
    ReconstructionBatch(
      samples.map { sample in
        let planes = preprocessing.planes(of: sample.crop)
        let (input, weights) = damaged(planes, key: sample.key.folding(Self.name))
        return .init(input: input, target: planes, weights: weights)
      }, canvas.blocks)
  }

  /// The mean squared error.
  public func loss(
    _ model: inout Model, _ batch: ReconstructionBatch, _ pass: inout Pass, on device: Device,
    as dtype: DType
  ) -> TrainingLoop.Loss {
    .init(Self.squaredError(of: output(of: &model, batch, &pass, on: device, as: dtype), batch))
  }

  /// The mean of the squared differences over what is asked for; outputs beyond the pictures are
  /// cut off.
  ///
  /// - Shapes: `output` [n, depth, h, w], at least as large as the batch's grid; result [].
  public static func squaredError(of output: Tensor, _ batch: ReconstructionBatch) -> Tensor {
    let output = batch.fitted(output)
    let (target, weights) = batch.wanted(on: output.device, as: output.dtype)
    let total = batch.weights.reduce(0.0) { $0 + Double($1) }
    return (output.squaredError(target) * weights).sum().scaled(by: 1 / max(total, 1))
  }

  /// Judges a model on held-out pictures: the loss; the peak signal-to-noise ratio of what was
  /// asked for, from the mean squared error as a share of the channels' ranges; that of giving each
  /// picture's own mean instead; and a sheet of pictures.
  public func evaluate(
    _ model: Model, on device: Device, as dtype: DType, next: () throws -> ReconstructionBatch?
  ) throws -> Evaluation {
    var judge = ReconstructionJudge(shares: canvas.shares)
    while let batch = try next() {
      judge.add(values(model, batch, on: device, as: dtype), batch)
    }
    guard judge.count > 0 else { return [:] }
    return try Evaluation(
      judge.metrics,
      pictures: shown.isEmpty || !judge.isFinite
        ? [:] : [Self.name: sheet(model, on: device, as: dtype)])
  }

  /// What a model gives in evaluation, laid out like the target.
  private func values(
    _ model: Model, _ batch: ReconstructionBatch, on device: Device, as dtype: DType
  ) -> [Float] {
    var (model, pass) = (model, Pass.evaluation)
    return batch.fitted(output(of: &model, batch, &pass, on: device, as: dtype)).floats
  }

  /// What the network sees, what it gives, and the truth; pixels that are not asked for stay as
  /// they are.
  private func sheet(_ model: Model, on device: Device, as dtype: DType) throws -> Picture {
    let size = preprocessing.size
    var sheet = Sheet(cellSize: (size, size), headers: ["input", "given back", "truth"])
    for sample in shown {
      let batch = try batch(of: [sample])
      let (output, truth) = (
        batch.pixels(values(model, batch, on: device, as: dtype)), batch.pixels(batch.target)
      )
      let mixed = output.indices.map { batch.weights[$0] > 0 ? output[$0] : truth[$0] }
      sheet.rows.append(
        .init(
          cells: [batch.input, canvas.blocks.unfolded(mixed), canvas.blocks.unfolded(truth)]
            .map { .init(canvas.picture(of: $0)) }))
    }
    return sheet.rendered()
  }
}

extension PretextTask {
  /// The name, and the trunk's channels where they are not lightness: `rotation-rgb`.
  static func goal(_ channels: Preprocessing.Channels) -> String {
    channels == .lightness ? name : "\(name)-\(channels.rawValue)"
  }
}

extension ReconstructionBatch {
  /// The part of a network's output that lies over the pictures, in single precision at least.
  func fitted(_ output: Tensor) -> Tensor {
    precondition(
      output.shape.rank == 4 && output.shape[1] == blocks.depth && output.shape[2] >= blocks.rows
        && output.shape[3] >= blocks.rows,
      "ReconstructionBatch: an output of \(output.shape) does not cover \(blocks)")
    let output = output.inFullPrecision
    guard output.shape[2] != blocks.rows || output.shape[3] != blocks.rows else { return output }
    return output.cropped(top: 0, left: 0, height: blocks.rows, width: blocks.rows)
  }
}

/// The heads of tasks that give pixels back.
enum ReconstructionHead {
  /// Through `bottleneck` channels, where that is not 0, to a block of pixels for each position.
  ///
  /// - Shapes: trunk features to [n, depth, rows, rows].
  static func build(
    on trunk: TrunkConfiguration, _ blocks: PixelBlocks, bottleneck: Int = 0, key: RandomKey,
    on device: Device
  ) -> Stack {
    let dense = Heads.dense(on: trunk, outputs: blocks.depth, key: key, on: device)
    guard bottleneck > 0 else { return dense }
    func pointwise(_ name: String, _ inputs: Int, _ outputs: Int, relu: Bool) -> Stack.Stage {
      .init(
        name,
        Convolution(
          inputs, outputs, kernel: 1, .init(relu: relu), key: key.folding(name), on: device))
    }
    let width = trunk.outputChannels
    return Stack([
      pointwise("squeeze", width, bottleneck, relu: false),
      pointwise("expand", bottleneck, width, relu: true),
    ]).appending(dense)
  }
}
