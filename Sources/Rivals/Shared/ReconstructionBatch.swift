public import Networks
public import Tensors
public import Training

/// Pictures as a network sees them and as it shall give them back: plain arrays, so that worker
/// threads can make it.
public struct ReconstructionBatch: PretextBatch {
  /// How targets and weights are laid out.
  public let blocks: PixelBlocks
  /// Pictures in it.
  public let count: Int
  /// The network's input, [n, channels, size, size].
  public let input: [Float]
  /// What shall come out, in blocks: [n, depth, rows, rows].
  public let target: [Float]
  /// 1 where a pixel is asked for, 0 where not, laid out like the target.
  public let weights: [Float]
  /// What was taken off pixels, and what they were then divided by, to become the target, laid out
  /// like it; empty where the target is pixels.
  private let means, deviations: [Float]

  /// One picture: its planes as the network sees them, as they are, and a weight for each pixel.
  ///
  /// - Shapes: `input` and `target` [channels, size, size]; `weights` [size, size].
  public struct Example: Sendable {
    /// What the network sees.
    public let input: [Float]
    /// What shall come out.
    public let target: [Float]
    /// 1 where it is asked for.
    public let weights: [Float]
    /// How the target was made of pixels; nil where it is pixels. The same for all of a batch.
    public var scale: PatchScale?
  }

  /// A batch of these examples.
  public init(_ examples: [Example], _ blocks: PixelBlocks) {
    self.blocks = blocks
    count = examples.count
    input = examples.flatMap(\.input)
    target = examples.flatMap { blocks.folded($0.target) }
    weights = examples.flatMap { example in
      blocks.folded((0..<blocks.channels).flatMap { _ in example.weights })
    }
    means = examples.flatMap { $0.scale.map { blocks.folded($0.means) } ?? [] }
    deviations = examples.flatMap { $0.scale.map { blocks.folded($0.deviations) } ?? [] }
  }

  /// Values that are laid out and scaled like the target, as pixels.
  func pixels(_ values: [Float]) -> [Float] {
    means.isEmpty ? values : values.indices.map { values[$0] * deviations[$0] + means[$0] }
  }

  /// The network's input [n, channels, size, size].
  public func input(on device: Device, as dtype: DType = .f32) -> Tensor {
    Tensor(
      input, shape: [count, blocks.channels, blocks.size, blocks.size], dtype: dtype, on: device)
  }

  /// Target and weights [n, depth, rows, rows].
  public func wanted(on device: Device, as dtype: DType = .f32) -> (target: Tensor, weights: Tensor)
  {
    let shape: Shape = [count, blocks.depth, blocks.rows, blocks.rows]
    return (
      Tensor(target, shape: shape, dtype: dtype, on: device),
      Tensor(weights, shape: shape, dtype: dtype, on: device)
    )
  }

  /// Everything under the names of the properties.
  public var archive: TensorArchive {
    var archive = TensorArchive()
    let wanted = wanted(on: .cpu)
    archive.add("input", input(on: .cpu))
    archive.add("target", wanted.target)
    archive.add("weights", wanted.weights)
    return archive
  }
}
