public import Tensors

/// Something that holds tensors under names: a layer, a stack of layers, a network.
///
/// Names are written down in `visit`, so a property can be renamed without breaking a checkpoint.
/// Saving, loading, counting, watching and stepping are all visits.
public protocol Parameterized {
  /// Shows each tensor and each part to the visitor, always in the same order.
  mutating func visit(_ visitor: inout some ParameterVisitor)
}

/// What a tensor is to its layer; optimizers and reports treat them differently.
public enum ParameterRole: String, Sendable, Codable {
  /// Filters or matrices.
  case weight
  /// What is added per channel.
  case bias
  /// The learned gain of a normalization.
  case scale
  /// The learned offset of a normalization.
  case shift
  /// Running means and variances: saved, never trained.
  case statistic
}

/// Something done to every tensor of a `Parameterized` value.
public protocol ParameterVisitor {
  /// The names of the parts around the tensor that is visited, outermost first.
  var path: [String] { get set }
  /// Visits one tensor, whose full name is `path` and `name` joined by dots.
  mutating func parameter(_ name: String, _ tensor: inout Tensor, _ role: ParameterRole)
}

extension ParameterVisitor {
  /// Visits a named part.
  public mutating func part(_ name: String, _ part: inout some Parameterized) {
    path.append(name)
    part.visit(&self)
    path.removeLast()
  }

  /// The full name of a tensor of the part that is visited, such as `conv1_1.weight`.
  public func fullName(_ name: String) -> String { (path + [name]).joined(separator: ".") }
}

/// A tensor with its full name and role.
public struct NamedTensor {
  /// Parts and tensor joined by dots, such as `conv1_1.weight`.
  public let name: String
  /// What it is to its layer.
  public let role: ParameterRole
  /// Its value.
  public let tensor: Tensor
}

extension Parameterized {
  /// A copy with one part exchanged.
  public func with<Part>(_ part: WritableKeyPath<Self, Part>, _ new: Part) -> Self {
    var copy = self
    copy[keyPath: part] = new
    return copy
  }

  /// Every tensor with its name, in the order of the visit.
  public var tensors: [NamedTensor] {
    var copy = self
    var collector = Collector()
    copy.visit(&collector)
    return collector.found
  }

  /// The number of learnable elements.
  public var parameterCount: Int {
    tensors.filter { $0.role != .statistic }.reduce(0) { $0 + $1.tensor.shape.count }
  }

  /// Replaces every tensor by what `transform` makes of it.
  public mutating func transform(_ transform: (_ tensor: NamedTensor) throws -> Tensor) rethrows {
    // The closure escapes nowhere; a visitor cannot be generic over `rethrows`, so the error is
    // kept.
    try withoutActuallyEscaping(transform) { transform in
      var visitor = Transformer(transform: transform)
      visit(&visitor)
      if let error = visitor.error { try { throw error }() as Void }
    }
  }
}

private struct Collector: ParameterVisitor {
  var path: [String] = []
  var found: [NamedTensor] = []

  mutating func parameter(_ name: String, _ tensor: inout Tensor, _ role: ParameterRole) {
    found.append(NamedTensor(name: fullName(name), role: role, tensor: tensor))
  }
}

private struct Transformer: ParameterVisitor {
  var path: [String] = []
  let transform: (NamedTensor) throws -> Tensor
  var error: (any Error)?

  mutating func parameter(_ name: String, _ tensor: inout Tensor, _ role: ParameterRole) {
    guard error == nil else { return }
    let named = NamedTensor(name: fullName(name), role: role, tensor: tensor)
    do { tensor = try transform(named) } catch { self.error = error }
  }
}
