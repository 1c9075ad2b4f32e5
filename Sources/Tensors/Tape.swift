package import Backends

/// One recorded operation: what it was computed from, and how a gradient flows back.
package final class TapeNode {
  /// The gradient of an operation's inputs, given that of its output. The second argument says
  /// which inputs want one.
  package typealias Pullback = (_ g: Storage, _ wanted: [Bool]) -> [Storage?]

  let inputs: [TapeNode?]
  /// Longest way from a leaf; parents are always shallower than children.
  let depth: Int
  /// Whether the pullback begins with `Backend.rectifierGradient`, and so wants no more of a
  /// gradient than what there is where the output is positive.
  let rectifies: Bool
  fileprivate(set) var pullback: Pullback?
  fileprivate var isSpent = false

  fileprivate init() {
    inputs = []
    depth = 0
    rectifies = false
  }

  fileprivate init(inputs: [TapeNode?], rectifies: Bool, pullback: @escaping Pullback) {
    self.inputs = inputs
    self.rectifies = rectifies
    self.pullback = pullback
    depth = 1 + (inputs.lazy.compactMap { $0?.depth }.max() ?? 0)
  }
}

extension Tensor {
  /// The result of an operation, recorded where one of its inputs is.
  package init(
    _ storage: Storage, from inputs: [Tensor], rectifies: Bool = false,
    pullback: @escaping TapeNode.Pullback
  ) {
    let recorded = inputs.contains { $0.node != nil }
    self.init(
      storage, on: inputs[0].device,
      node: recorded
        ? TapeNode(inputs: inputs.map(\.node), rectifies: rectifies, pullback: pullback) : nil)
  }

  /// The same elements as a leaf: what is computed from it is recorded, and `gradients` can be
  /// asked for it.
  public func watched() -> Tensor { Tensor(storage, on: device, node: TapeNode()) }

  /// Whether operations on this tensor are recorded.
  public var isWatched: Bool { node != nil }
}

/// The gradients of `y`, or of the sum of its elements times `g`, with respect to watched leaves.
///
/// Reverse-mode differentiation over the recorded tape. The tape is consumed: what it kept for the
/// way back is let go as soon as it was used, so a second call over the same record traps.
/// A leaf that `y` does not depend on has the gradient zero.
/// - Shapes: `g` as `y`; each gradient as its leaf.
public func gradients(of y: Tensor, weightedBy g: Tensor? = nil, for leaves: [Tensor]) -> [Tensor] {
  require(leaves.allSatisfy { $0.node != nil }, "gradients: a leaf is not watched")
  let backend = y.device.backend
  if let g { y.requireSameShape(g, "gradients") }
  var gradients: [ObjectIdentifier: Storage] = [:]
  if let root = y.node {
    gradients[ObjectIdentifier(root)] =
      g?.storage ?? backend.filled(with: 1, shape: y.shape, dtype: y.dtype)
    for node in order(from: root) where node.pullback != nil || node.isSpent {
      require(!node.isSpent, "gradients: this part of the tape was already consumed")
      let id = ObjectIdentifier(node)
      guard let pullback = node.pullback, let incoming = gradients.removeValue(forKey: id) else {
        continue
      }
      let outgoing = pullback(incoming, node.inputs.map { $0 != nil })
      node.pullback = nil
      node.isSpent = true
      for (input, gradient) in zip(node.inputs, outgoing) {
        guard let input, let gradient else { continue }
        let key = ObjectIdentifier(input)
        gradients[key] = gradients[key].map { backend.combined(1, $0, 1, gradient) } ?? gradient
      }
    }
  }
  return leaves.map { leaf in
    let found = gradients[ObjectIdentifier(leaf.node!)]
    return Tensor(
      found ?? backend.filled(with: 0, shape: leaf.shape, dtype: leaf.dtype), on: leaf.device)
  }
}

/// Every node that `root` depends on, deepest first; ties in the order of a depth-first walk, so
/// that sums are always formed in the same order.
private func order(from root: TapeNode) -> [TapeNode] {
  var seen: Set<ObjectIdentifier> = [ObjectIdentifier(root)]
  var stack = [root]
  var nodes: [TapeNode] = []
  while let node = stack.popLast() {
    nodes.append(node)
    for case let input? in node.inputs where seen.insert(ObjectIdentifier(input)).inserted {
      stack.append(input)
    }
  }
  return nodes.enumerated().sorted {
    $0.element.depth != $1.element.depth
      ? $0.element.depth > $1.element.depth : $0.offset < $1.offset
  }.map(\.element)
}
