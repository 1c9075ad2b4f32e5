public import Layers
public import Tensors

/// A network that gave something else than numbers for a picture.
public struct NonFiniteOutput: Error, Equatable, CustomStringConvertible {
  /// The layer, or what else gave it.
  public let layer: String
  /// The picture.
  public let picture: String

  /// What came of `picture` at `layer` is infinite or NaN.
  public init(layer: String, picture: String) {
    self.layer = layer
    self.picture = picture
  }

  /// Layer, picture and remedy.
  public var description: String {
    """
    layer '\(layer)' gives what is no finite number for '\(picture)': training diverged, or the \
    weights are damaged; take an earlier checkpoint, or train with a lower schedule.rate
    """
  }
}

extension Tensor {
  /// Throws where an element of what `layer` gave for a batch is infinite or NaN: one pass over the
  /// numbers, on their device. `picture` names a picture of the batch.
  public func requireFinite(
    from layer: String, of picture: (_ place: Int) -> String
  ) throws(NonFiniteOutput) {
    guard !squaredNorm.isFinite else { return }
    let each = max(1, shape.count / max(1, shape[0]))
    let first = doubles.firstIndex { !$0.isFinite } ?? 0
    throw NonFiniteOutput(layer: layer, picture: picture(first / each))
  }
}

extension Parameterized {
  /// Throws where a tensor holds an infinite number or NaN; `file` is what the error blames.
  public func requireFinite(in file: String) throws(ArchiveError) {
    for named in tensors where named.tensor.dtype != .i32 && !named.tensor.squaredNorm.isFinite {
      throw ArchiveError(notFinite: named.name, in: file)
    }
  }
}

extension ArchiveError {
  /// A tensor of weights that are no numbers.
  init(notFinite tensor: String, in file: String) {
    self.init(
      file: file, tensor: tensor,
      problem: """
        holds what is no finite number: training diverged, or the file is damaged; take an earlier \
        checkpoint, or train with a lower schedule.rate
        """)
  }
}
