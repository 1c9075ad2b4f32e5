internal import Layers
internal import Networks
internal import Tensors

/// A trunk as PyTorch modules in a row: their names, how they are made, and which of our layers
/// each belongs to.
///
/// Trunks that torchvision has get its names (`features.0.weight` of VGG-16); others keep ours
/// (`conv1_1.weight`).
struct PyTorchLayout {
  /// One module of an `nn.Sequential`.
  struct Module {
    /// Its name in the state dict, without the prefix.
    var name: String
    /// The expression that makes it.
    var code: String
    /// The layer whose tensors it holds; nil for modules without tensors.
    var layer: String?
    /// The output that it gives; nil where that has no name, as after folding.
    var output: String?
  }

  let modules: [Module]
  /// How torchvision has the trunk; nil where names are ours.
  private let torchvision: TrunkDescription.Torchvision?
  /// Whether the names are torchvision's.
  var isTorchvision: Bool { torchvision != nil }
  /// What stands before each name in the state dict.
  var prefix: String { torchvision?.prefix ?? "" }
  /// What stands before the names of a classifier's tensors, which are none of the trunk's.
  var classifierPrefix: String {
    "\(torchvision?.classifier.first?.name.split(separator: ".").first ?? "classifier")."
  }
  /// Whether modules stand in groups, such as `layer1.0` in `layer1`; they are residual blocks.
  var isGrouped: Bool { modules.contains { $0.name.contains(".") } }

  init(_ trunk: Stack, _ configuration: TrunkConfiguration) {
    torchvision = configuration.torchvision
    modules = Self.modules(of: trunk, areNumbered: torchvision?.isNumbered ?? false)
  }

  private static func modules(of trunk: Stack, areNumbered: Bool) -> [Module] {
    var modules: [Module] = []
    func add(_ name: String, _ code: String, tensors layer: String? = nil, gives output: String?) {
      modules.append(
        Module(
          name: areNumbered ? "\(modules.count)" : name, code: code, layer: layer, output: output))
    }
    for stage in trunk.stages {
      let (name, output) = (stage.name, stage.output)
      func rectified(_ code: String, _ relu: Bool) {
        add(name, code, tensors: name, gives: relu ? stage.inner : output)
        if relu {
          add(output == name ? Stack.Stage.rectified(name) : output, "nn.ReLU()", gives: output)
        }
      }
      switch stage.layer.kind {
      case .convolution(let layer): rectified(layer.code, layer.parameters.relu)
      case .batchNormalization(let layer): rectified(layer.code, layer.relu)
      case .maxPooling(let layer): add(name, layer.code, gives: output)
      case .residual(let block): add(name, code(of: block), tensors: name, gives: output)
      case .transposedConvolution, .dense, .responseNormalization, .relu, .averagePooling,
        .globalAveragePooling, .dropout, .upsampling:
        fatalError("PyTorchLayout: layer '\(name)' is a \(stage.layer.kind)")
      }
    }
    return modules
  }

  /// The expression that makes a block of the script's class `Residual`.
  private static func code(of block: ResidualBlock) -> String {
    let branches = block.branches.map { branch in
      let modules = modules(of: branch.stack, areNumbered: false)
      return "[" + modules.map { "(\"\($0.name)\", \($0.code))" }.joined(separator: ", ") + "]"
    }
    return "Residual(\(branches.joined(separator: ", ")))"
  }

  /// The state dict's name of a layer's tensor.
  func name(of tensor: String, in layer: String) -> String {
    "\(prefix)\(modules.first { $0.layer == layer }!.name).\(tensor)"
  }
}

extension TrunkConfiguration {
  /// The same trunk as torchvision has it: normalization with a gain and an offset.
  var forPyTorch: TrunkConfiguration {
    var copy = self
    if torchvision != nil && batchNormalization { copy.affine = true }
    return copy
  }
}

extension Stack {
  /// The stack with a gain of 1 and an offset of 0 where a normalization has none: the same
  /// function.
  var withGains: Stack {
    mapLayers { layer in
      guard var norm = layer.kind.batchNormalization, norm.scale == nil else { return layer }
      norm.scale = Tensor(filledWith: 1, shape: norm.mean.shape)
      norm.shift = Tensor(filledWith: 0, shape: norm.mean.shape)
      return norm
    }
  }
}

extension Convolution {
  fileprivate var code: String {
    let p = parameters
    var text =
      "nn.Conv2d(\(inputChannels), \(weight.shape[0]), \(python(weight.shape[2], weight.shape[3]))"
    if p.stride != 1 { text += ", stride=\(python(p.stride))" }
    if p.padding != 0 { text += ", padding=\(python(p.padding))" }
    if p.dilation != 1 { text += ", dilation=\(python(p.dilation))" }
    if p.groups != 1 { text += ", groups=\(p.groups)" }
    if bias == nil { text += ", bias=False" }
    return text + ")"
  }
}

extension BatchNormalization {
  fileprivate var code: String {
    "nn.BatchNorm2d(\(mean.shape[0]), eps=\(epsilon)\(scale == nil ? ", affine=False" : ""))"
  }
}

extension MaxPooling {
  fileprivate var code: String {
    let p = parameters
    var text = "nn.MaxPool2d(\(python(p.window)), stride=\(python(p.stride))"
    if p.padding != 0 { text += ", padding=\(python(p.padding))" }
    if p.ceilMode { text += ", ceil_mode=True" }
    return text + ")"
  }
}

private func python(_ height: Int, _ width: Int) -> String {
  height == width ? "\(height)" : "(\(height), \(width))"
}

private func python(_ pair: Pair) -> String { python(pair.height, pair.width) }
