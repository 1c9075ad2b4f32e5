internal import Layers
internal import Networks

/// What Caffe calls the layers of a trunk, as the released networks do: `conv1_2norm` normalizes
/// `conv1_2`, and ECCV16's first layer on lightness is `bw_conv1_1`.
struct CaffeNames {
  /// The name of each of our layers that has tensors.
  let names: [String: String]

  /// The layer with gain and offset that follows a normalization, where it has them: Caffe's
  /// BatchNorm has neither.
  static func scale(of norm: String) -> String { "\(norm)_scale" }

  init(_ trunk: Stack, _ configuration: TrunkConfiguration) {
    var names: [String: String] = [:]
    var last = ""
    for stage in trunk.stages {
      switch stage.layer {
      case is Convolution:
        last = stage.name
        let isLightness = configuration.architecture == .eccv16 && configuration.inputChannels == 1
        names[stage.name] = isLightness && stage.name == "conv1_1" ? "bw_conv1_1" : stage.name
      case is BatchNormalization: names[stage.name] = "\(last)norm"
      default: break
      }
    }
    self.names = names
  }
}
