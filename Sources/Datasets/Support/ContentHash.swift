internal import Files
internal import HDF5
internal import Images

/// The SHA-256 of everything a dataset holds, whatever file it lies in: two files with the same
/// pictures, labels and splits have the same hash.
///
/// Each HDF5 dataset gives one line `PATH TYPE SHAPE SHA256`, such as `/ids string 3 9a…`, where
/// the last part hashes its elements in little-endian order (strings each followed by a zero byte);
/// the content hash is the SHA-256 of these lines, sorted by bytes, each ended by a line feed.
struct ContentHash {
  private var lines: [String] = []

  /// The hash of these parts; what does not belong to the schema is left out.
  init(_ parts: [HDF5Contents], _ colorProfiles: ColorProfiles, _ profiles: ProfileCount?) {
    for part in parts where DatasetSchema.isContent(part.path) {
      add(part.path, part.type, shape: part.shape, part.sha256)
    }
    // That color profiles are followed counts where this changes any picture: other data hash as
    // they did before there was a choice, and as those whose profiles are ignored.
    guard let profiles, colorProfiles == .convert, profiles.others > 0 else { return }
    add(
      "/color_profiles", "string", shape: [1], Digest.hexadecimal("\(colorProfiles.rawValue)\u{0}"))
  }

  private mutating func add(_ path: String, _ type: String, shape: [Int], _ digest: String) {
    let sizes = shape.map(String.init).joined(separator: "x")
    lines.append("\(path) \(type) \(sizes) \(digest)")
  }

  /// The hash in 64 hexadecimal digits.
  var value: String {
    var digest = Digest()
    for line in lines.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      digest.add("\(line)\n")
    }
    return digest.hexadecimal
  }
}
