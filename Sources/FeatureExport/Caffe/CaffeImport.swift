internal import HDF5
internal import Layers
internal import Networks
internal import Tensors

/// Reads weights that Caffe, or our own export, keeps in HDF5.
enum CaffeImport {
  /// What a file of ours says about itself, as PyTorch's metadata; nothing for others.
  static func words(of path: String) throws -> [String: String] {
    let file = try HDF5File(reading: path)
    let keys = Set(try file.attributeNames())
      .intersection(FeatureDescription.wordKeys)
    var words: [String: String] = [:]
    for key in keys { words[key] = try file.attribute(key, as: String.self) }
    return words
  }

  /// The golden values in a file of ours.
  static func golden(of path: String, layers: [String]) throws -> GoldenValues {
    let file = try HDF5File(reading: path)
    var archive = TensorArchive(source: path)
    for name in GoldenValues.names(layers: layers) {
      let place = "/golden/\(name.replacingFirst(".", by: "/"))"
      guard try file.contains(place) else {
        throw ArchiveError(file: path, tensor: place, problem: "is missing")
      }
      archive.add(
        name, Tensor(try file.read(place, as: Float.self), shape: Shape(try file.shape(of: place))))
    }
    return try GoldenValues(from: archive, layers: layers)
  }

  /// The tensors of a file's layers by our names. A layer of the trunk that is missing, a number of
  /// blobs that does not fit, and a layer that is not the trunk's are errors.
  ///
  /// `isBGR` turns the first filters from blue, green, red to red, green, blue. Layers for which
  /// `isIgnored` holds may be left over, and those without weights (Net::ToHDF5 makes a group for
  /// every layer) are, but for response normalization. Dense layers [out, in] become the
  /// convolutions they are. Numbers of other precisions are made float32.
  static func tensors(
    of file: CaffeLayers, for configuration: TrunkConfiguration, isBGR: Bool,
    isIgnored: (String) -> Bool = { _ in false }
  ) throws -> ImportedTensors {
    let trunk = configuration.emptyTrunk
    try CaffeNames.requireRow(trunk, configuration, file.source)
    let names = CaffeNames(trunk, configuration).names
    func failure(_ layer: String, _ problem: String) -> ArchiveError {
      .init(file: file.source, tensor: file.place + layer, problem: problem)
    }
    var left = Set(file.layers.map(\.name))
    var result = ImportedTensors(TensorArchive(source: file.source))
    for stage in trunk.stages {
      guard var name = names[stage.name] else { continue }
      // The first layer of ECCV16 has a name of its own in the release only.
      if !left.contains(name), left.contains(stage.name) { name = stage.name }
      guard left.remove(name) != nil else { throw failure(name, "is missing") }
      var blobs = try file.blobs(name)
      let wanted = stage.layer.tensors.map { ($0.name, $0.tensor.shape) }
      if stage.layer.kind.batchNormalization != nil {
        guard blobs.count == 3, blobs[2].values.count == 1 else {
          throw failure(
            name, "has \(blobs.count) blobs; a BatchNorm has mean, variance and their factor")
        }
        // Caffe divides by the factor, and takes zero for "nothing seen yet".
        let factor = blobs.removeLast().values[0]
        for index in blobs.indices {
          blobs[index].values = blobs[index].values.map { factor == 0 ? 0 : $0 / factor }
        }
        if wanted.count == 4 {
          let scale = CaffeNames.scale(of: name)
          guard left.remove(scale) != nil else { throw failure(scale, "is missing") }
          blobs = try file.blobs(scale) + blobs
        }
      }
      guard blobs.count == wanted.count else {
        throw failure(name, "has \(blobs.count) blobs, the layer has \(wanted.map(\.0))")
      }
      if isBGR, stage.name == trunk.layerNames[0], blobs[0].shape.count == 4, blobs[0].shape[1] == 3
      {
        blobs[0].values = CaffeChannels.reversed(blobs[0].values, shape: blobs[0].shape)
      }
      for (blob, (tensor, shape)) in zip(blobs, wanted) {
        guard CaffeShape.fits(blob.shape, shape), blob.values.count == shape.count else {
          throw failure(
            name,
            "holds a blob of shape \(blob.shape) for \(stage.name).\(tensor), the model wants "
              + "\(shape)")
        }
        result.add(
          .init(
            name: "\(stage.name).\(tensor)", type: .f32, shape: shape.sizes,
            bytes: blob.values.withUnsafeBytes { Array($0) }),
          from: blob.type, isFloat32: blob.type == "float32")
      }
    }
    for other in left.sorted() where !isIgnored(other) {
      guard let layer = file[other] else { continue }
      if layer.shapes.isEmpty && !layer.normalizesResponses { continue }
      throw failure(
        other,
        layer.shapes.isEmpty
          ? """
          has no weights, and by its \(file.isModel ? "type" : "name") normalizes responses, which \
          a \(configuration.summary) does not: its features would be others. --ignore \(other) \
          imports the weights all the same
          """
          : leftOver(layer, configuration))
    }
    return result
  }

  /// Whether a file has the gain and the offset of a normalization of this trunk.
  static func hasGains(_ file: CaffeLayers, _ configuration: TrunkConfiguration) -> Bool {
    guard let affine = configuration.withGains else { return false }
    let trunk = affine.emptyTrunk
    let names = CaffeNames(trunk, affine).names
    return trunk.stages.contains { stage in
      stage.layer.kind.batchNormalization != nil
        && names[stage.name].map { file[CaffeNames.scale(of: $0)] != nil } == true
    }
  }

  /// What is wrong with a layer that is none of the trunk's, and the remedy.
  private static func leftOver(
    _ layer: CaffeLayers.Layer, _ configuration: TrunkConfiguration
  ) -> String {
    let what = "is not a layer of a \(configuration.summary)"
    if layer.hasNormalizationsName && !configuration.batchNormalization {
      return what + ": the file has batch normalization; leave --no-batch-normalization out"
    }
    return what + "; if it belongs to a head, --ignore PREFIX leaves it out"
  }
}

/// The shapes of Caffe's blobs.
enum CaffeShape {
  /// Whether a blob of a shape holds a tensor, but for leading ones and a dense layer's flattening.
  static func fits(_ shape: [Int], _ wanted: Shape) -> Bool {
    let bare = Array(shape.drop { $0 == 1 })
    let own = Array(wanted.sizes.drop { $0 == 1 })
    let flat = [wanted[0], wanted.count / max(wanted[0], 1)]
    return bare == own || shape == flat || (wanted.rank == 4 && shape == [1, 1] + flat)
  }
}

extension String {
  /// The text with the first occurrence of a character exchanged.
  fileprivate func replacingFirst(_ character: Character, by other: Character) -> String {
    guard let place = firstIndex(of: character) else { return self }
    var copy = self
    copy.replaceSubrange(place...place, with: [other])
    return copy
  }
}
