internal import Backends

/// Joins tensors along one axis. Shapes: alike but for `axis`, where the sizes add up.
public func concatenate(_ parts: [Tensor], axis: Int = 1) -> Tensor {
  require(!parts.isEmpty, "concatenate: there is nothing to join")
  let first = parts[0]
  for part in parts {
    first.requireSameDevice(part, "concatenate")
    require(
      axis < first.shape.rank && part.shape.rank == first.shape.rank
        && part.shape.replacing(axis, with: 0) == first.shape.replacing(axis, with: 0),
      "concatenate: shapes \(first.shape) and \(part.shape) differ outside axis \(axis)")
  }
  let (backend, shapes) = (first.device.backend, parts.map(\.shape))
  let joined = backend.concatenated(parts.map(\.storage), axis: axis)
  return Tensor(joined, from: parts) { g, wanted in
    var start = [Int](repeating: 0, count: shapes[0].rank)
    return zip(shapes, wanted).map { shape, wanted in
      defer { start[axis] += shape[axis] }
      return wanted ? backend.sliced(g, start: start, shape: shape) : nil
    }
  }
}
