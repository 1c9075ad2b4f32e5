internal import Files

/// Compiled kernels on disk, under `$XDG_CACHE_HOME/pigment/kernels` or `~/.cache/…`; a file is
/// named by everything that its binary depends on. Where nothing can be written, nothing is kept.
struct KernelCache: Sendable {
  private let folder: String
  private let salt: String

  init?(compiler: KernelCompiler) {
    let home = environmentVariable("HOME").map { "\($0)/.cache" }
    guard let root = environmentVariable("XDG_CACHE_HOME") ?? home, root.hasPrefix("/") else {
      return nil
    }
    folder = "\(root)/pigment/kernels"
    // The path tells compilers of one version apart that are not the same.
    salt = "\(compiler.version) \(compiler.architecture) \(compiler.library.path)"
  }

  /// The path of the binary of a file of kernels.
  func entry(_ source: String, _ name: String, _ element: DType, _ other: DType) -> String {
    // FNV-1a, twice from different beginnings: 128 bits.
    let text = "\(salt) \(element) \(other) \(source)"
    let digests = [UInt64(0xCBF2_9CE4_8422_2325), 0x9AE1_6A3B_2F90_404F].map { start in
      text.utf8.reduce(start) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
    return "\(folder)/\(name)-\(element)-\(other)-"
      + digests.map { String($0, radix: 16) }.joined() + ".cubin"
  }

  /// The bytes of an entry, if it is there.
  func read(_ path: String) -> [UInt8]? {
    guard let bytes = try? POSIXFiles.posix.read(path), !bytes.isEmpty else { return nil }
    return bytes
  }

  /// Writes an entry as a whole, under its name only when it is complete.
  func write(_ bytes: [UInt8], to path: String) {
    try? POSIXFiles.posix.makeDirectory(folder)
    try? AtomicFile.write(bytes, to: path)
  }
}
