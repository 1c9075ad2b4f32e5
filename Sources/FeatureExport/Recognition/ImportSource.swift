internal import Networks

/// A file of weights that is to be imported: what is in it, and what it says of itself.
struct ImportSource {
  /// What weights are in the file.
  enum Weights {
    /// Tensors by the names of PyTorch's modules.
    case stateDict(StateDict)
    /// Layers of Caffe.
    case layers(CaffeLayers)
  }

  /// The file itself, where the path is a folder.
  let file: String
  var weights: Weights
  /// What the file says of itself, by our keys.
  var words: [String: String] = [:]
  /// Where in the file the weights were; sentences.
  var notes: [String] = []

  /// Opens a file of any format that is imported.
  init(_ path: String) throws {
    switch try ForeignFormat(of: path) {
    case .torch:
      let found = try TorchFile(path)
      (file, weights, notes) = (path, .stateDict(found.weights), found.notes)
      return
    case .caffeModel:
      (file, weights) = (path, .layers(try CaffeModel.layers(of: path)))
      return
    case nil: break
    }
    func refusal(_ problem: String) -> ArchiveError { .init(file: path, problem: problem) }
    switch try ExportCheck.format(of: path) {
    case .pytorch:
      file = PyTorchImport.file(in: path)
      let archive = try TensorArchive(reading: file)
      (weights, words) = (.stateDict(StateDict(archive)), archive.metadata)
    case .caffe:
      file = path
      (weights, words) = (
        .layers(try CaffeLayers(hdf5: path)), try CaffeImport.words(of: path)
      )
    case .archive: throw refusal("is a feature archive already")
    case .onnx:
      throw refusal(
        "is an ONNX model; weights are read from safetensors, .pth, .caffemodel and HDF5")
    }
  }

  /// The tensors of a trunk, by our names.
  ///
  /// - Parameter known: What the file says of itself; nil of foreign files.
  func tensors(
    for trunk: TrunkConfiguration, known: FeatureDescription?, isBGR: Bool,
    isIgnored: (String) -> Bool
  ) throws -> ImportedTensors {
    switch weights {
    case .layers(let layers):
      return try CaffeImport.tensors(
        of: layers, for: trunk, isBGR: known?.preprocessing.isRGB ?? isBGR, isIgnored: isIgnored)
    case .stateDict(let dictionary):
      return try known.map {
        try PyTorchImport.tensors(of: dictionary, words: words, for: $0)
      } ?? PyTorchImport.tensors(of: dictionary, for: trunk, isIgnored: isIgnored)
    }
  }

  /// Whether there are a gain and an offset of a normalization of this trunk.
  func hasGains(_ trunk: TrunkConfiguration) -> Bool {
    switch weights {
    case .layers(let layers): CaffeImport.hasGains(layers, trunk)
    case .stateDict(let dictionary): PyTorchImport.hasGains(dictionary, trunk)
    }
  }
}
