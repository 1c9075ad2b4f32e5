import Backends
import Foundation
import TestSupport
import Testing

@Suite struct KernelListTests {
  /// The program knows the files that lie in the folder of kernels, and no others.
  @Test func everyFileOfKernelsIsKnown() throws {
    let folder = SharedData.packagePath("Sources/Backends/CUDA/Kernels")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(files == (CUDATools.kernelFiles + ["prelude"]).map { "\($0).cu" }.sorted())
  }
}

/// NVIDIA's compiler takes every kernel, for every type that it is launched with.
@Suite(.enabled(if: Wheels.hasCompiler, "needs NVRTC: make nvidia-wheels"))
struct KernelTests {
  static let types: [(DType, DType)] = [
    (.f32, .f32), (.bf16, .bf16), (.f32, .bf16), (.bf16, .f32),
  ]

  @Test(arguments: CUDATools.kernelFiles) func everyKernelCompiles(file: String) throws {
    let source = CUDATools.source(of: file)
    for (element, other) in Self.types {
      let binary = try Wheels.tools.compile(
        source, named: file, element: element, other: other, for: "sm_90")
      #expect(binary.starts(with: [0x7F] + Array("ELF".utf8)), "\(file) in \(element), \(other)")
    }
  }

  @Test func indicesMoveToo() throws {
    let source = CUDATools.source(of: "transfer")
    for (element, other): (DType, DType) in [(.i32, .i32), (.i32, .f32), (.f32, .i32)] {
      _ = try Wheels.tools.compile(
        source, named: "transfer", element: element, other: other, for: "sm_90")
    }
  }

  @Test func aBrokenKernelIsRefusedWithItsLine() throws {
    let broken = CUDATools.source(of: "sums").replacing(
      "sum += partials[i]", with: "sum += part[i]")
    do {
      _ = try Wheels.tools.compile(
        broken, named: "sums", element: .f32, other: .f32, for: "sm_90")
      Issue.record("a kernel that names an unknown variable compiled")
    } catch let error as KernelError {
      #expect(error.file == "sums")
      #expect(error.words.contains("\"part\" is undefined"), "\(error)")
      #expect(error.words.contains("sums.cu("), "\(error)")
    }
  }

  @Test func anUnknownArchitectureIsRefused() {
    #expect(throws: KernelError.self) {
      try Wheels.tools.compile(
        CUDATools.source(of: "random"), named: "random", element: .f32, other: .f32, for: "sm_1")
    }
  }
}
