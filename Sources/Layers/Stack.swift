public import Tensors

/// Layers one after another, each under a name.
///
/// Trunks and heads are stacks, so that surgery is taking a part or replacing one, and every named
/// layer's output can be looked at.
public struct Stack: Layer {
  /// A layer and its name.
  public struct Stage {
    /// The name, unique in the stack.
    public let name: String
    /// The layer.
    public var layer: any StackLayer

    /// A named layer.
    public init(_ name: String, _ layer: any StackLayer) {
      self.name = name
      self.layer = layer
    }
  }

  /// The layers in order.
  public private(set) var stages: [Stage]

  /// A stack of these stages; traps where a name occurs twice.
  public init(_ stages: [Stage]) {
    require(
      Set(stages.map(\.name)).count == stages.count,
      "Stack: a name occurs twice in \(stages.map(\.name))")
    self.stages = stages
  }

  /// The names in order.
  public var names: [String] { stages.map(\.name) }

  /// The layer called `name`; traps where there is none, with the names there are.
  public subscript(name: String) -> any StackLayer {
    get { stages[index(of: name)].layer }
    set { stages[index(of: name)].layer = newValue }
  }

  /// The stages up to and with `name`.
  public func through(_ name: String) -> Stack { Stack(Array(stages[...index(of: name)])) }

  /// The stages after `name`.
  public func after(_ name: String) -> Stack { Stack(Array(stages[(index(of: name) + 1)...])) }

  /// This stack followed by another.
  public func appending(_ other: Stack) -> Stack { Stack(stages + other.stages) }

  /// The output of the last layer.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    var x = x
    for index in stages.indices { x = stages[index].layer.forward(x, &pass) }
    return x
  }

  /// The outputs of the layers called `wanted` in evaluation, by name.
  public func outputs(_ x: Tensor, of wanted: Set<String>) -> [String: Tensor] {
    var (x, found, pass) = (x, [String: Tensor](), Pass.evaluation)
    for stage in stages where found.count < wanted.count {
      var layer = stage.layer
      x = layer.forward(x, &pass)
      if wanted.contains(stage.name) { found[stage.name] = x }
    }
    require(
      found.count == wanted.count,
      "Stack: no layer \(wanted.subtracting(names)); there are \(names)")
    return found
  }

  /// Visits each layer under its name.
  public mutating func visit(_ visitor: inout some ParameterVisitor) {
    for index in stages.indices {
      visitor.path.append(stages[index].name)
      stages[index].layer.visit(&visitor)
      visitor.path.removeLast()
    }
  }

  private func index(of name: String) -> Int {
    guard let index = stages.firstIndex(where: { $0.name == name }) else {
      fatalError("Stack: no layer '\(name)'; there are \(names)")
    }
    return index
  }
}
