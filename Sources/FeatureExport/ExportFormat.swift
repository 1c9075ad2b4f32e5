internal import Foundation
internal import Layers
public import Networks
internal import Tensors

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
  /// ONNX: the layers that are outputs of the model, or `all`; the last one where there are none.
  public var outputs: [String] = []
  /// The word for every output.
  public static let all = "all"
  /// PyTorch: whether the state dict of a VGG-16 gets the tensors of torchvision's classifier too,
  /// drawn as torchvision draws them, so that the whole model loads with `strict=True`.
  public var classifier = false

  /// The last layer, no classifier.
  public init() {}
}

extension ExportFormat {
  /// The file that stands beside an export under its whole name and this ending. Version 0.1 put
  /// the ending in the place of the name's own; such a file is taken where there is no other.
  static func file(_ ending: String, beside path: String) -> String {
    let old = (path as NSString).deletingPathExtension + ending
    let files = FileManager.default
    return files.fileExists(atPath: path + ending) || old == path || !files.fileExists(atPath: old)
      ? path + ending : old
  }
}

extension FeatureArchive {
  /// Writes the archive in a format of other toolkits, or its own; gives what reading it back
  /// found.
  ///
  /// Where features are not finite, or what was written does not give them again, an error says so
  /// and what was at `path` before is as it was.
  @discardableResult
  public func write(
    _ format: ExportFormat, to path: String, options: FormatOptions = .init()
  ) throws -> ExportCheck {
    let wrong = trunk.names.first { name in
      golden.outputs[name]!.floats.contains { !$0.isFinite }
    }
    if let wrong {
      throw ArchiveError(
        file: path, tensor: wrong,
        problem: "gives features that are not finite; weights are damaged or far too large. "
          + "Nothing was written")
    }
    return try StagedExport.write(format, to: path) { staged in
      switch format {
      case .archive: try write(to: staged)
      case .pytorch: try PyTorchExport(self, options: options, path: path).write(to: staged)
      case .onnx:
        try ONNXExport(self, outputs: options.outputs, path: path).write(to: staged)
      case .caffe: try CaffeExport(self, path: path).write(to: staged)
      }
    }
  }
}
