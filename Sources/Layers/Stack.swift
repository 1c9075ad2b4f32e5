public import Tensors

/// Layers one after another, each under a name.
///
/// Trunks and heads are stacks, so that surgery is taking a part or replacing one, and every named
/// output can be looked at. A stage holds a layer with the rectifier that is fused into it; both
/// outputs have a name: `conv5_3` is what the convolution gives, `relu5_3` what the rectifier does.
public struct Stack: Layer {
  /// A layer and its name.
  public struct Stage {
    /// The name of the layer and of its tensors, unique in the stack.
    public let name: String
    /// The layer.
    public var layer: any StackLayer
    /// Names of outputs that were here before a step took them away (folding normalization).
    public let lost: [String]
    private let statedOutput: String?

    /// A named layer. What it gives has the name `output`, or that of the rectifier fused into it,
    /// or else the layer's.
    public init(
      _ name: String, _ layer: any StackLayer, output: String? = nil, lost: [String] = []
    ) {
      self.name = name
      self.layer = layer
      self.lost = lost
      statedOutput = output
    }

    /// The name of what the stage gives.
    public var output: String {
      statedOutput ?? (layer.kind.unrectified == nil ? name : Self.rectified(name))
    }

    /// The name of what the layer gives before the rectifier fused into it; nil where there is
    /// none, or where that output is lost.
    public var inner: String? {
      output == name || lost.contains(name) || layer.kind.unrectified == nil ? nil : name
    }

    /// The names of all its outputs, in order.
    public var outputs: [String] { (inner.map { [$0] } ?? []) + [output] }

    /// The name of the rectifier after a layer: `relu5_3` after `conv5_3` or `norm5_3`, `relu6`
    /// after `fc6`, `stem_relu` after a `stem`.
    public static func rectified(_ name: String) -> String {
      let kind = name.prefix { $0.isLetter }
      return ["conv", "norm", "bn", "fc"].contains(kind)
        ? "relu" + name.dropFirst(kind.count) : "\(name)_relu"
    }

    /// The layer and its rectifier as stages of their own; nil where `inner` is.
    public var parts: (layer: Stage, rectifier: Stage)? {
      guard inner != nil, let bare = layer.kind.unrectified else { return nil }
      return (Stage(name, bare, output: name), Stage(output, ReLU()))
    }

    /// The stage with another layer in the place of its own.
    public func with(_ layer: any StackLayer) -> Stage {
      var copy = self
      copy.layer = layer
      return copy
    }

    /// The stage whose one output has the name of its layer, whatever is fused into it.
    fileprivate var withFirstName: Stage { Stage(name, layer, output: name) }
  }

  /// The layers in order.
  public private(set) var stages: [Stage]

  /// A stack of these stages; traps where the name of a layer or of an output occurs twice.
  public init(_ stages: [Stage]) {
    for names in [stages.map(\.name), stages.flatMap(\.outputs)] {
      require(Set(names).count == names.count, "Stack: a name occurs twice in \(names)")
    }
    self.stages = stages
  }

  /// The names of all outputs in order.
  public var names: [String] { stages.flatMap(\.outputs) }

  /// The names of the layers in order, which their tensors bear.
  public var layerNames: [String] { stages.map(\.name) }

  /// The name of the layer that gives an output; traps where there is no such output.
  public func layerName(of output: String) -> String { stages[place(of: output).index].name }

  /// The stack with the names of outputs that files of version 0.1 have (`LayerNaming.first`).
  public var withFirstNames: Stack { Stack(stages.map(\.withFirstName)) }

  /// The layer called `name`; traps where there is none, with the names there are.
  public subscript(name: String) -> any StackLayer {
    get { stages[index(of: name)].layer }
    set { stages[index(of: name)].layer = newValue }
  }

  /// The stages up to and with the output called `name`.
  public func through(_ name: String) -> Stack {
    let (index, part) = place(of: name)
    return Stack(Array(stages[..<index]) + [part?.layer ?? stages[index]])
  }

  /// The stages after the output called `name`.
  public func after(_ name: String) -> Stack {
    let (index, part) = place(of: name)
    return Stack((part.map { [$0.rectifier] } ?? []) + stages[(index + 1)...])
  }

  /// This stack followed by another.
  public func appending(_ other: Stack) -> Stack { Stack(stages + other.stages) }

  /// The output of the last layer.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    var x = x
    for index in stages.indices { x = stages[index].layer.forward(x, &pass) }
    return x
  }

  /// The outputs called `wanted` in evaluation, by name.
  public func outputs(_ x: Tensor, of wanted: Set<String>) -> [String: Tensor] {
    var (x, found, pass) = (x, [String: Tensor](), Pass.evaluation)
    for stage in stages where found.count < wanted.count {
      if let inner = stage.inner, wanted.contains(inner), let parts = stage.parts {
        let bare = parts.layer.layer(x)
        found[inner] = bare
        x = parts.rectifier.layer(bare)
      } else {
        var layer = stage.layer
        x = layer.forward(x, &pass)
      }
      if wanted.contains(stage.output) { found[stage.output] = x }
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
      fatalError("Stack: no layer '\(name)'; there are \(layerNames)")
    }
    return index
  }

  /// The stage with the output called `name`, and its parts where that lies inside of it.
  private func place(of name: String) -> (index: Int, parts: (layer: Stage, rectifier: Stage)?) {
    guard let index = stages.firstIndex(where: { $0.outputs.contains(name) }) else {
      fatalError("Stack: no output '\(name)'; there are \(names)")
    }
    return (index, stages[index].inner == name ? stages[index].parts : nil)
  }
}
