internal import Layers
internal import Networks
internal import Tensors

/// A trunk as PyTorch modules in a row: their names, how they are made, and which of our layers
/// each belongs to.
///
/// VGG-16 has torchvision's names (`features.0.weight`); other trunks keep ours
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
    /// The layer whose output it gives; nil where another module of the layer follows.
    var output: String?
  }

  let modules: [Module]
  /// What stands before each name in the state dict.
  let prefix: String

  init(_ trunk: Stack, _ configuration: TrunkConfiguration) {
    let isTorchvision = configuration.architecture == .vgg16
    prefix = isTorchvision ? "features." : ""
    var modules: [Module] = []
    func add(_ name: String, _ code: String, tensors layer: String? = nil, gives output: String?) {
      modules.append(
        Module(
          name: isTorchvision ? "\(modules.count)" : name, code: code, layer: layer, output: output)
      )
    }
    for stage in trunk.stages {
      let name = stage.name
      switch stage.layer {
      case let layer as Convolution:
        let relu = layer.parameters.relu
        add(name, layer.code, tensors: name, gives: relu ? nil : name)
        if relu { add("\(name)_relu", "nn.ReLU()", gives: name) }
      case let layer as BatchNormalization:
        add(name, layer.code, tensors: name, gives: layer.relu ? nil : name)
        if layer.relu { add("\(name)_relu", "nn.ReLU()", gives: name) }
      case let layer as MaxPooling: add(name, layer.code, gives: name)
      default: fatalError("PyTorchLayout: layer '\(name)' is a \(type(of: stage.layer))")
      }
    }
    self.modules = modules
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
    if architecture == .vgg16 && batchNormalization { copy.affine = true }
    return copy
  }
}

extension Stack {
  /// The stack with a gain of 1 and an offset of 0 where a normalization has none: the same
  /// function.
  var withGains: Stack {
    Stack(
      stages.map { stage in
        guard var norm = stage.layer as? BatchNormalization, norm.scale == nil else { return stage }
        norm.scale = Tensor(filledWith: 1, shape: norm.mean.shape)
        norm.shift = Tensor(filledWith: 0, shape: norm.mean.shape)
        return Stage(stage.name, norm)
      })
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
