public import Layers
public import Randomness
public import Tensors

/// Which trunk to build: everything its shape depends on, as archives and configurations store it.
public struct TrunkConfiguration: Codable, Hashable, Sendable {
  /// The known trunks.
  public enum Architecture: String, Codable, Sendable, CaseIterable {
    /// conv1 to conv7 of Zhang, Isola & Efros, ECCV 2016.
    case eccv16
    /// The one-channel AlexNet of the paper's representation-learning experiments.
    case alexnet
    /// VGG-16 (Simonyan & Zisserman 2015), conv1_1 to pool5.
    case vgg16
  }

  /// How AlexNet meets its borders.
  public enum Form: String, Codable, Sendable, CaseIterable {
    /// Padded, with a stride-1 pool5 and a dilated fc6: dense output for pretraining.
    case pretraining
    /// Unpadded, with a stride-2 pool5 and a plain fc6: one output at 227 pixels. Same weights.
    case transfer
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
    return nil
  }

  /// Channels of the trunk's last layer.
  public var outputChannels: Int {
    switch architecture {
    case .eccv16, .vgg16: scaled(512)
    case .alexnet: scaled(4096)
    }
  }

  /// The smallest square input, in pixels, for which every layer has an output (32 suits all trunks
  /// but AlexNet's unpadded form).
  public var smallestSide: Int { architecture == .alexnet && form == .transfer ? 227 : 32 }

  /// Input pixels between neighboring outputs of the head `Heads.dense`.
  public var denseStride: Int {
    switch architecture {
    case .eccv16: 4
    case .alexnet, .vgg16: 8
    }
  }

  /// Whether tensors of one fit the other: everything but how statistics are updated agrees.
  public func hasSameShape(as other: TrunkConfiguration) -> Bool {
    var copy = other
    copy.statisticsMomentum = statisticsMomentum
    return self == copy
  }

  /// The trunk in a few words, such as `eccv16, width 0.25, 1 input channel`.
  public var summary: String {
    let extras = [
      architecture == .alexnet ? ", \(form.rawValue) form" : "",
      batchNormalization ? "" : ", no batch normalization", affine ? ", affine" : "",
    ].joined()
    let channels = "\(inputChannels) input channel\(inputChannels == 1 ? "" : "s")"
    return "\(architecture.rawValue), width \(width), \(channels)\(extras)"
  }

  /// A channel count of the published network, scaled.
  func scaled(_ channels: Int, multipleOf divisor: Int = 1) -> Int {
    max(divisor, Int((Double(channels) * width / Double(divisor)).rounded()) * divisor)
  }

  /// The trunk with weights drawn from `key`.
  public func build(_ initializer: Initializer = .he, key: RandomKey, on device: Device) -> Stack {
    var builder = StackBuilder(initializer: initializer, key: key, device: device)
    switch architecture {
    case .eccv16: eccv16(&builder)
    case .alexnet: alexNet(&builder)
    case .vgg16: vgg16(&builder)
    }
    return Stack(builder.stages)
  }

  func normalization(_ channels: Int, relu: Bool, on device: Device) -> BatchNormalization {
    BatchNormalization(
      channels, affine: affine, momentum: statisticsMomentum, relu: relu, on: device)
  }
}

/// Collects named layers; every layer draws its weights from the child key of its own name, so that
/// a change in one layer leaves the others' first weights as they were.
struct StackBuilder {
  let initializer: Initializer
  let key: RandomKey
  let device: Device
  var stages: [Stack.Stage] = []

  mutating func add(_ name: String, _ layer: some Layer) { stages.append(.init(name, layer)) }

  mutating func convolution(
    _ name: String, _ channels: Int, _ filters: Int, kernel: Pair,
    _ parameters: ConvolutionParameters
  ) {
    add(
      name,
      Convolution(
        channels, filters, kernel: kernel, parameters, initializer: initializer,
        key: key.folding(name), on: device))
  }
}
