public import Networks

/// The files an export can be.
public enum ExportFormat: String, Sendable, CaseIterable {
  /// The feature archive, which every test of features reads (safetensors).
  case archive
  /// A folder with a state dict (safetensors), a self-contained extractor.py, and golden values.
  case pytorch
  /// An ONNX model, preprocessing included, and golden values beside it.
  case onnx
  /// Weights as Caffe keeps them in HDF5, golden values in the same file, and a prototxt beside it.
  case caffe
}

/// What only some formats know.
public struct FormatOptions: Sendable {
  /// ONNX: the layers that are outputs of the model; the last one where there are none.
  public var outputs: [String] = []
  /// PyTorch: whether the state dict of a VGG-16 gets the tensors of torchvision's classifier too,
  /// drawn as torchvision draws them, so that the whole model loads with `strict=True`.
  public var classifier = false

  /// The last layer, no classifier.
  public init() {}
}

extension FeatureArchive {
  /// Writes the archive in a format of other toolkits, or its own.
  public func write(
    _ format: ExportFormat, to path: String, options: FormatOptions = .init()
  ) throws {
    switch format {
    case .archive: try write(to: path)
    case .pytorch: try PyTorchExport(self, options: options).write(to: path)
    case .onnx: try ONNXExport(self, outputs: options.outputs).write(to: path)
    case .caffe: try CaffeExport(self).write(to: path)
    }
  }
}
