internal import Files
internal import HDF5
internal import Layers
internal import Networks
internal import Tensors

/// A feature archive as Caffe keeps weights in HDF5: `/data/LAYER/0` filters [out, in, h, w], `1`
/// biases; of a BatchNorm `0` mean, `1` variance, `2` the factor both were multiplied with.
///
/// Filters that see red, green and blue are stored for Caffe's order blue, green, red. The golden
/// values lie under `/golden`, which Caffe does not look at, in our order of channels.
/// - Source: BVLC/caffe, Net::ToHDF5.
struct CaffeExport {
  let archive: FeatureArchive

  /// The export of an archive to `path`; an error where Caffe's format cannot hold the trunk.
  init(_ archive: FeatureArchive, path: String) throws(ArchiveError) {
    self.archive = archive
    try CaffeNames.requireRow(archive.trunk, archive.description.trunk, path)
  }

  func write(to path: String) throws {
    let description = archive.description
    let names = CaffeNames(archive.trunk, description.trunk)
    let file = try HDF5Writer(creating: path)
    for (key, word) in try description.words(for: archive.trunk).sorted(by: { $0.key < $1.key }) {
      try file.setAttribute(key, to: word)
    }
    if description.preprocessing.isRGB { try file.setAttribute("channel_order", to: "BGR") }
    for stage in archive.trunk.stages {
      guard let name = names.names[stage.name] else { continue }
      for (layer, blobs) in blobs(
        stage.layer.kind, name, isFirst: stage.name == archive.trunk.layerNames[0])
      {
        for (number, blob) in blobs.enumerated() {
          try file.write("/data/\(layer)/\(number)", blob.values, shape: blob.shape)
        }
      }
    }
    let golden = archive.golden
    try file.write("/golden/input", golden.input.floats, shape: golden.input.shape.sizes)
    for (name, output) in golden.outputs.sorted(by: { $0.key < $1.key }) {
      try file.write("/golden/output/\(name)", output.floats, shape: output.shape.sizes)
    }
    try file.commit()
    let text = CaffePrototxt(archive.trunk, description).text
    try AtomicFile.write(text, to: path + Self.prototxtEnding)
  }

  /// The ending of the text beside the weights.
  static let prototxtEnding = ".prototxt"

  private typealias Blob = (values: [Float], shape: [Int])

  private func blobs(
    _ kind: LayerKind, _ name: String, isFirst: Bool
  ) -> [(layer: String, blobs: [Blob])] {
    func vector(_ tensor: Tensor) -> Blob { (tensor.floats, tensor.shape.sizes) }
    switch kind {
    case .convolution(let layer):
      var weight = vector(layer.weight)
      if isFirst && archive.description.preprocessing.isRGB {
        weight.values = CaffeChannels.reversed(weight.values, shape: weight.shape)
      }
      return [(name, [weight] + (layer.bias.map { [vector($0)] } ?? []))]
    case .batchNormalization(let layer):
      let norm = (name, [vector(layer.mean), vector(layer.variance), ([1], [1])])
      guard let scale = layer.scale, let shift = layer.shift else { return [norm] }
      return [norm, (CaffeNames.scale(of: name), [vector(scale), vector(shift)])]
    case .relu, .responseNormalization, .maxPooling, .averagePooling, .globalAveragePooling,
      .dropout, .upsampling:
      return []
    case .transposedConvolution, .dense, .residual:
      fatalError("CaffeExport: layer '\(name)' is a \(kind), which this format does not hold")
    }
  }
}

/// The order of color channels.
enum CaffeChannels {
  /// Filters [out, 3, h, w] with their first and last input channel exchanged.
  static func reversed(_ values: [Float], shape: [Int]) -> [Float] {
    let plane = shape[2] * shape[3]
    return values.indices.map { index in
      let (filter, channel) = (index / (3 * plane), index / plane % 3)
      return values[(filter * 3 + 2 - channel) * plane + index % plane]
    }
  }
}
