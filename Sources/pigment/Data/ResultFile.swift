internal import HDF5

/// A file of proposals or of extracted features, which `data inspect` and `data verify` look into
/// as they do into datasets.
enum ResultFile {
  /// What such a file holds, all of it compared with what was noted when it was written; nil where
  /// it is none.
  static func summary(of path: String) throws -> String? {
    guard let file = try? HDF5File(reading: path),
      let schema = try? file.attribute("schema", as: String.self)
    else { return nil }
    switch schema {
    case "pigment.proposals":
      try file.verify()
      return """
        \(path): proposals of \(try file.shape(of: "/ids")[0]) pictures, \
        \(try file.shape(of: "/boxes/xyxy")[0]) boxes; all is as it was written
        """
    case "pigment features":
      try file.verify()
      return """
        \(path): features \(try file.shape(of: "/features")) of layer \
        '\(try file.attribute("layer", as: String.self))'; all is as it was written
        """
    default: return nil
    }
  }
}
