internal import Networks
internal import SwiftProtobuf

extension ExportFormat {
  /// Whether a file or folder is an export of this program in this format, by what it says itself;
  /// what it says is not proven.
  public func isFormat(of path: String) -> Bool {
    guard (try? ExportCheck.format(of: path)) == self else { return false }
    let words: [String: String]?
    switch self {
    case .archive: words = (try? TensorArchive(reading: path))?.metadata
    case .pytorch: words = (try? TensorArchive(reading: PyTorchImport.file(in: path)))?.metadata
    case .caffe: words = try? CaffeImport.words(of: path)
    case .onnx:
      let properties = (try? ONNXReader.model(path))?.metadataProps
      words = properties.map { Dictionary($0.map { ($0.key, $0.value) }) { first, _ in first } }
    }
    return words?[FeatureDescription.key] != nil
  }
}
