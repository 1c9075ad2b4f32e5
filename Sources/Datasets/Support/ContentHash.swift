internal import Crypto

/// The SHA-256 of everything a dataset holds, whatever file it lies in: two files with the same
/// pictures, labels and splits have the same hash.
///
/// Each HDF5 dataset gives one line `PATH TYPE SHAPE SHA256`, such as `/ids string 3 9a…`, where
/// the last part hashes its elements in little-endian order (strings each followed by a zero byte);
/// the content hash is the SHA-256 of these lines, sorted by bytes, each ended by a line feed.
struct ContentHash {
  private var lines: [String] = []

  mutating func add(_ path: String, _ type: String, shape: [Int], _ digest: SHA256.Digest) {
    let sizes = shape.map(String.init).joined(separator: "x")
    lines.append("\(path) \(type) \(sizes) \(hexadecimal(digest))")
  }

  mutating func add<E: BitwiseCopyable>(
    _ path: String, _ type: String, shape: [Int], _ values: [E]
  ) {
    var hash = SHA256()
    values.withUnsafeBytes { hash.update(bufferPointer: $0) }
    add(path, type, shape: shape, hash.finalize())
  }

  mutating func add(_ path: String, _ strings: [String]) {
    var hash = SHA256()
    for string in strings {
      var copy = string
      copy.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
      hash.update(data: [0])
    }
    add(path, "string", shape: [strings.count], hash.finalize())
  }

  /// The hash in 64 hexadecimal digits.
  var value: String {
    var hash = SHA256()
    for line in lines.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      hash.update(data: Array("\(line)\n".utf8))
    }
    return hexadecimal(hash.finalize())
  }
}

func hexadecimal(_ digest: SHA256.Digest) -> String {
  digest.map { String(Int($0) + 256, radix: 16).dropFirst() }.joined()
}
