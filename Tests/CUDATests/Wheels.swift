import Backends
import Foundation
import TestSupport

/// NVIDIA's libraries from PyPI, where `make nvidia-wheels` has put them.
enum Wheels {
  static let folder = SharedData.packagePath("build/nvidia")
  static let tools = CUDATools(in: [folder])
  /// Whether they lie there at all; libraries found elsewhere may be of other versions.
  static let hasCompiler = has("nvidia/cu13/lib/libnvrtc.so.13")
  static let hasPlanner =
    has("nvidia/cudnn/lib/libcudnn.so.9") && has("nvidia/cu13/lib/libcublasLt.so.13")

  private static func has(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder)/\(path)")
  }
}
