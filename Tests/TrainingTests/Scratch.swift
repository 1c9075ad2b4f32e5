import Foundation

/// A folder that goes away with its owner.
final class Scratch {
  let path = NSTemporaryDirectory() + "pigment-test-\(UUID())"
  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
}
