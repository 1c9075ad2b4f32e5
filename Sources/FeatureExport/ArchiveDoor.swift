internal import Foundation
public import Networks
public import Tensors

extension FeatureArchive {
  /// Reads an archive as `read` does; where the path is something else that pigment knows, the
  /// error says what it is and which command makes an archive of it.
  public static func readOrExplain(
    _ path: String, on device: Device = .cpu
  ) throws -> (archive: FeatureArchive, report: LoadReport) {
    do { return try read(path, on: device) } catch {
      // What cannot be told apart either has the error of reading it.
      guard let other = try? whatElse(path) else { throw error }
      throw ArchiveError(file: path, problem: "is \(other)")
    }
  }

  /// What a path is, and the remedy, where it is no archive.
  private static func whatElse(_ path: String) throws -> String? {
    let files = FileManager.default
    if files.fileExists(atPath: "\(path)/checkpoints") {
      return "a run folder; pigment export \(path) --output \(path).safetensors makes an archive "
        + "of it"
    }
    let isExport = files.fileExists(atPath: "\(path)/\(PyTorchExport.weights)")
    var isFolder: ObjCBool = false
    if files.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue, !isExport {
      return "a folder without \(PyTorchExport.weights)"
    }
    let imports = "; pigment import \(path) makes an archive of it"
    if let foreign = try ForeignFormat(certainlyOf: path) { return foreign.words + imports }
    switch try ExportCheck.format(of: path) {
    case .archive: return nil
    case .onnx: return "an ONNX model, which is not read back; export the archive again"
    case .caffe: return "an HDF5 file; if it holds weights, pigment import \(path) reads them"
    case .pytorch where isExport: return "a PyTorch export" + imports
    case .pytorch:
      return try TensorArchive(reading: path).metadata["pigment.kind"] == nil
        ? "a state dict" + imports
        : "a checkpoint; pigment export \(path) makes an archive of it"
    }
  }
}
