public import Tensors

/// The gradients of one step, by the names of their parameters.
public typealias Gradients = [String: Tensor]

extension Parameterized {
  /// Runs `loss` with the parameters watched, and gives what it computed and the gradients.
  ///
  /// `isTrained` says by name and role which parameters take part; statistics never do. Afterwards
  /// nothing is watched. What `loss` changed in the model (running statistics) stays.
  public mutating func gradients(
    where isTrained: (NamedTensor) -> Bool = { _ in true },
    of loss: (inout Self) throws -> Tensor
  ) rethrows -> (loss: Tensor, gradients: Gradients) {
    transform { $0.role != .statistic && isTrained($0) ? $0.tensor.watched() : $0.tensor.detached }
    let value = try loss(&self)
    let leaves = tensors.filter(\.tensor.isWatched)
    let found = Tensors.gradients(of: value, for: leaves.map(\.tensor))
    transform { $0.tensor.detached }
    return (
      value.detached, Gradients(uniqueKeysWithValues: zip(leaves.map(\.name), found))
    )
  }
}

extension Gradients {
  /// The Euclidean norm over all gradients together, which lie on `device`: shape [].
  ///
  /// - Source: what Caffe's `clip_gradients` and PyTorch's `clip_grad_norm_` compare with a limit
  ///   (Pascanu et al. 2013).
  public func globalNorm(on device: Device) -> Tensor {
    .norm(of: sorted { $0.key < $1.key }.map(\.value), on: device)
  }
}
