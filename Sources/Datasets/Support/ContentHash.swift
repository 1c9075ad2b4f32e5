internal import Files
internal import Images

/// The SHA-256 of everything a dataset holds, whatever file it lies in: two files with the same
/// pictures, labels and splits have the same hash.
///
/// Each HDF5 dataset gives one line `PATH TYPE SHAPE SHA256`, such as `/ids string 3 9a…`, where
/// the last part hashes its elements in little-endian order (strings each followed by a zero byte);
/// the content hash is the SHA-256 of these lines, sorted by bytes, each ended by a line feed.
struct ContentHash {
  private var lines: [String] = []

  mutating func add(_ path: String, _ type: String, shape: [Int], _ digest: Digest) {
    let sizes = shape.map(String.init).joined(separator: "x")
    lines.append("\(path) \(type) \(sizes) \(digest.hexadecimal)")
  }

  mutating func add(
    _ path: String, _ type: String, shape: [Int], _ values: [some BitwiseCopyable]
  ) {
    var digest = Digest()
    digest.add(values)
    add(path, type, shape: shape, digest)
  }

  /// Adds that color profiles are followed, where this changes any picture: other data hash as they
  /// did before there was a choice, and as those whose profiles are ignored.
  mutating func add(_ colorProfiles: ColorProfiles, _ profiles: ProfileCount) {
    guard colorProfiles == .convert, profiles.others > 0 else { return }
    add("/color_profiles", [colorProfiles.rawValue])
  }

  mutating func add(_ path: String, _ strings: [String]) {
    var digest = Digest()
    for string in strings {
      digest.add(string)
      digest.add([0] as [UInt8])
    }
    add(path, "string", shape: [strings.count], digest)
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
