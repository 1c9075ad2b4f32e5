internal import Foundation

/// The reference values and photographs that may lie beside a checkout. Users have none, so tests
/// that want them are skipped where they are missing.
public enum SharedData {
  /// The checkout; tests that were carried to another machine are told where they find theirs.
  private static let packageRoot =
    ProcessInfo.processInfo.environment["PIGMENT_CHECKOUT"].map { URL(filePath: $0) }
    ?? URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Whether the folder `shared` lies beside the checkout.
  public static var isPresent: Bool { FileManager.default.fileExists(atPath: path("golden")) }

  /// The path of a file in `shared`, such as `golden/a_lab/lab.h5`.
  public static func path(_ relative: String) -> String {
    packageRoot.appending(path: "../shared/\(relative)").standardizedFileURL.path
  }

  /// The path of a file of this package, such as `Tests/TensorsTests/Golden/conv.json`.
  public static func packagePath(_ relative: String) -> String {
    packageRoot.appending(path: relative).path
  }
}
