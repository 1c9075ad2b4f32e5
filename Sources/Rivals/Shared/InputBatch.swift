public import Networks
public import Tensors
public import Training

/// Inputs of the network and nothing else, where the loss compares them with each other: plain
/// arrays, so that worker threads can make it.
public struct InputBatch: PretextBatch {
  /// Pictures in it.
  public let count: Int
  /// Channels, rows and columns of an input.
  public let channels, size: Int
  /// The network's input, [inputs, channels, size, size]; where a picture becomes several, the
  /// first ones of all pictures and then the others.
  public let input: [Float]
  /// The colors that are asked for besides; nil where none are.
  public var colors: ColorCodes?

  /// The network's input [inputs, channels, size, size].
  public func input(on device: Device, as dtype: DType = .f32) -> Tensor {
    let inputs = input.count / (channels * size * size)
    return Tensor(input, shape: [inputs, channels, size, size], dtype: dtype, on: device)
  }

  /// Everything under the names of the properties.
  public var archive: TensorArchive {
    var archive = TensorArchive()
    archive.add("input", input(on: .cpu))
    colors?.add(to: &archive)
    return archive
  }
}
