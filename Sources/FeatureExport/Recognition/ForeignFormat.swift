internal import Files
internal import Foundation

/// The formats that are imported and never written.
public enum ForeignFormat: Sendable {
  /// A file of `torch.save`.
  case torch
  /// A .caffemodel.
  case caffeModel

  /// What a file is by its first bytes; nil of folders, of files that are not there, and of others.
  public init?(of path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue
    else { return nil }
    let start = try POSIXFiles.posix.read(
      path, at: 0, count: LegacyTorchFile.signature.count)
    // A brace is safetensors', whatever the length before it begins with.
    if start.count > 8, start[8] == UInt8(ascii: "{"), !start.starts(with: ZipFile.signature),
      start[3...7].allSatisfy({ $0 == 0 })
    {
      return nil
    }
    if TorchFile.begins(start) {
      self = .torch
    } else if CaffeModel.begins(start) {
      self = .caffeModel
    } else {
      return nil
    }
  }

  /// The same where it is certain: many a text begins as a .caffemodel does, and so that is read.
  public init?(certainlyOf path: String) throws {
    guard let found = try Self(of: path) else { return nil }
    switch found {
    case .torch: break
    case .caffeModel: if (try? CaffeModel.layers(of: path)) == nil { return nil }
    }
    self = found
  }

  /// What such a file is, in words.
  public var words: String {
    switch self {
    case .torch: "a file of torch.save"
    case .caffeModel: "a .caffemodel"
    }
  }
}
