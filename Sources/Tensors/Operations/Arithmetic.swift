internal import Backends

extension Tensor {
  /// a `self` + b, element by element.
  public func scaled(by a: Double, plus b: Double = 0) -> Tensor {
    let backend = device.backend
    return Tensor(backend.scaled(storage, by: a, plus: b), from: [self]) { g, _ in
      [backend.scaled(g, by: a, plus: 0)]
    }
  }

  /// a x + b y, element by element. Shapes: both alike.
  public static func combination(_ a: Double, _ x: Tensor, _ b: Double, _ y: Tensor) -> Tensor {
    x.requireSameShape(y, "sum")
    let backend = x.device.backend
    return Tensor(backend.combined(a, x.storage, b, y.storage), from: [x, y]) { g, wanted in
      [
        wanted[0] ? (a == 1 ? g : backend.scaled(g, by: a, plus: 0)) : nil,
        wanted[1] ? (b == 1 ? g : backend.scaled(g, by: b, plus: 0)) : nil,
      ]
    }
  }

  /// The sum, element by element. Shapes: both alike.
  public static func + (x: Tensor, y: Tensor) -> Tensor { combination(1, x, 1, y) }

  /// The difference, element by element. Shapes: both alike.
  public static func - (x: Tensor, y: Tensor) -> Tensor { combination(1, x, -1, y) }

  /// The product, element by element. Shapes: both alike.
  public static func * (x: Tensor, y: Tensor) -> Tensor {
    x.requireSameShape(y, "product")
    let (backend, left, right) = (x.device.backend, x.storage, y.storage)
    return Tensor(backend.multiplied(left, right), from: [x, y]) { g, wanted in
      [
        wanted[0] ? backend.multiplied(g, right) : nil,
        wanted[1] ? backend.multiplied(g, left) : nil,
      ]
    }
  }
}
