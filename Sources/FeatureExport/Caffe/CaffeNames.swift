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
    let known = configuration.architecture.trunk.caffeNames(configuration)
    var names: [String: String] = [:]
    var last = ""
    for stage in trunk.stages {
      switch stage.layer.kind {
      case .convolution, .transposedConvolution, .dense:
        last = stage.name
        names[stage.name] = known[stage.name] ?? stage.name
      case .batchNormalization: names[stage.name] = "\(last)norm"
      case .responseNormalization, .relu, .maxPooling, .averagePooling, .globalAveragePooling,
        .dropout, .upsampling, .residual:
        break
      }
    }
    self.names = names
  }

  /// Throws where the trunk of `configuration` is no row of layers, such as weights under `/data`
  /// describe; `path` is the file that was to be read or written.
  static func requireRow(
    _ trunk: Stack, _ configuration: TrunkConfiguration, _ path: String
  ) throws(ArchiveError) {
    guard let block = trunk.stages.first(where: { $0.layer.kind.residual != nil }) else { return }
    throw ArchiveError(
      file: path,
      problem: """
        cannot be Caffe's weights of a \(configuration.summary): '\(block.name)' is a residual \
        block, and this format holds layers in a row only. Take another format: archive, pytorch \
        or onnx
        """)
  }
}
