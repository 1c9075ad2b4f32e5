public import Layers
public import Randomness
public import Tensors
internal import Text

/// Which trunk to build: everything its shape depends on, as archives and configurations store it.
public struct TrunkConfiguration: Codable, Hashable, Sendable {
  /// How AlexNet meets its borders.
  public enum Form: String, Codable, Sendable, CaseIterable {
    /// Padded, with a stride-1 pool5 and a dilated fc6: dense output for pretraining.
    case pretraining
    /// Unpadded, with a stride-2 pool5 and a plain fc6: one output at 227 pixels. Same weights.
    case transfer
  }

  /// How a ResNet begins.
  public enum Stem: String, Codable, Sendable, CaseIterable {
    /// A 7x7 convolution and a pooling, of stride 2 each.
    case imagenet
    /// A 3x3 convolution of stride 1, for pictures of 32 pixels or so.
    case cifar
  }

  /// The trunk.
  public var architecture: Architecture = .eccv16
  /// Factor of every channel count; 1 is the published network.
  public var width: Double = 1
  /// Input channels: 1 for lightness, 2 for ab, 3 for RGB.
  public var inputChannels: Int = 1
  /// Whether batch normalization is part of the trunk (always in ECCV16).
  public var batchNormalization: Bool = true
  /// Whether batch normalization has a learned gain and offset (PyTorch release) or not (Caffe).
  public var affine: Bool = false
  /// How much of a new batch enters the running statistics.
  public var statisticsMomentum: Double = 0.1
  /// AlexNet only.
  public var form: Form = .pretraining
  /// ResNets only.
  public var stem: Stem = .imagenet
  /// ResNets only: how many of the last stages keep the resolution, by dilation in the place of a
  /// stride: 2 make an output stride of 8 of one of 32. Same weights.
  public var dilatedStages: Int = 0
  /// Whether batch normalization was folded into the convolutions before it, so that what these
  /// gave themselves is lost. Archives say so; a trunk that learns has nothing folded.
  public var isFolded: Bool = false

  /// The full-width ECCV16 trunk on lightness.
  public init() {}

  /// The full-width trunk of an architecture.
  public init(_ architecture: Architecture, width: Double = 1, inputChannels: Int = 1) {
    self.architecture = architecture
    self.width = width
    self.inputChannels = inputChannels
  }

  /// The largest `width`; more is a slip or a file that wants all memory.
  public static let largestWidth = 4.0

  /// Why no trunk can be built; nil where one can. Ask before `build` of what comes from files.
  public var problem: String? {
    if !(1...16).contains(inputChannels) {
      return "has \(inputChannels) input channels; a trunk has 1 to 16"
    }
    guard width > 0, width <= Self.largestWidth else {
      return "has width \(width); a width is over 0 and at most \(Self.largestWidth)"
    }
    guard (0...1).contains(statisticsMomentum) else {
      return "has a statistics momentum of \(statisticsMomentum); it is from 0 to 1"
    }
    if architecture.trunk.traits.contains(.stages) {
      guard (0...2).contains(dilatedStages) else {
        return "has \(dilatedStages) dilated stages; there are 0 to 2"
      }
    } else if stem != .imagenet || dilatedStages != 0 {
      return "has a stem or dilated stages, which no \(architecture.rawValue) has; only ResNets do"
    }
    if isFolded && (batchNormalization || affine) {
      return "has batch normalization, and has it folded into the convolutions too"
    }
    return nil
  }

  /// Channels of the trunk's last layer.
  public var outputChannels: Int { scaled(architecture.trunk.channels) }

  /// The smallest square input, in pixels, for which every layer has an output.
  public var smallestSide: Int { architecture.trunk.smallestSide(self) }

  /// Input pixels between neighboring outputs of the head `Heads.dense`.
  public var denseStride: Int { architecture.trunk.dense(self).stride }

  /// How torchvision has the trunk; nil where it does not.
  public var torchvision: TrunkDescription.Torchvision? {
    architecture.trunk.torchvision(self)
  }

  /// The same weights in the form that has all strides.
  public var strided: TrunkConfiguration { architecture.trunk.strided(self) }

  /// Whether there are outputs at places between those of the strided form.
  public var isDense: Bool { strided != self }

  /// The trunk with the settings of `other` that change no weights: how borders and strides are.
  public func inForm(of other: TrunkConfiguration) -> TrunkConfiguration {
    var copy = self
    (copy.form, copy.dilatedStages) = (other.form, other.dilatedStages)
    return copy
  }

  /// Whether tensors of one fit the other: everything agrees but how statistics are updated, and
  /// whether a normalization was once there.
  public func hasSameShape(as other: TrunkConfiguration) -> Bool {
    var copy = other
    (copy.statisticsMomentum, copy.isFolded) = (statisticsMomentum, isFolded)
    return self == copy
  }

  /// The trunk in a few words, such as `eccv16, width 0.25, 1 input channel`.
  public var summary: String {
    let extras = [
      architecture.trunk.traits.contains(.forms) ? ", \(form.rawValue) form" : "",
      batchNormalization
        ? "" : isFolded ? ", batch normalization folded" : ", no batch normalization",
      affine ? ", affine" : "",
      stem == .imagenet ? "" : ", \(stem.rawValue) stem",
      dilatedStages == 0 ? "" : ", \(dilatedStages) dilated stages",
    ].joined()
    let channels = inputChannels.counted("input channel")
    return "\(architecture.rawValue), width \(width), \(channels)\(extras)"
  }

  /// A channel count of the published network, scaled.
  public func scaled(_ channels: Int, multipleOf divisor: Int = 1) -> Int {
    max(divisor, Int((Double(channels) * width / Double(divisor)).rounded()) * divisor)
  }

  /// The trunk with weights drawn from `key`, its outputs under the names of `naming`.
  public func build(
    _ initializer: Initializer = .he, key: RandomKey, on device: Device,
    naming: LayerNaming = .inForce
  ) -> Stack {
    var builder = StackBuilder(initializer: initializer, key: key, device: device)
    architecture.trunk.build(self, &builder)
    let stack = Stack(builder.stages)
    return naming == .first ? stack.withFirstNames : stack
  }

  /// This trunk with another value of one setting.
  func with<Value>(_ setting: WritableKeyPath<Self, Value>, _ value: Value) -> Self {
    var copy = self
    copy[keyPath: setting] = value
    return copy
  }

  /// Adds a convolution and, where there is any, the normalization after it; the last of them
  /// rectifies where `parameters` say so, under the name `rectifier` or, without one, that of the
  /// normalization. Without `bias`, only a convolution that no normalization follows has one.
  func normalized(
    _ builder: inout StackBuilder, _ name: String, _ norm: String, _ inputs: Int, _ outputs: Int,
    kernel: Pair, _ parameters: ConvolutionParameters, bias: Bool = true, rectifier: String? = nil
  ) {
    let relu = parameters.relu ? rectifier ?? Stack.Stage.rectified(norm) : nil
    guard batchNormalization else {
      let lost = isFolded ? [name] + (relu == nil ? [] : [norm]) : []
      builder.convolution(
        name, inputs, outputs, kernel: kernel, parameters, output: isFolded ? relu ?? norm : relu,
        lost: lost)
      return
    }
    var bare = parameters
    bare.relu = false
    builder.convolution(name, inputs, outputs, kernel: kernel, bare, bias: bias)
    builder.add(
      norm, normalization(outputs, relu: parameters.relu, on: builder.device), output: relu)
  }

  func normalization(_ channels: Int, relu: Bool, on device: Device) -> BatchNormalization {
    BatchNormalization(
      channels, affine: affine, momentum: statisticsMomentum, relu: relu, on: device)
  }
}
