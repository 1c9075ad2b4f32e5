internal import CGPU
internal import Synchronization

/// NVIDIA's libraries, opened when they are asked for first and kept open.
final class CUDALibraries: Sendable {
  /// Those of this process.
  static let shared = CUDALibraries(.here)

  /// What stands above the driver.
  struct Tools: Sendable {
    let compiler: Result<Library<cgpu_compiler>, LibraryError>
    let products: Result<Library<cgpu_products>, LibraryError>
    let convolution: Result<Library<cgpu_convolution>, LibraryError>
  }

  let folders: LibraryFolders
  let driver: Result<Library<cgpu_driver>, LibraryError>
  private let opened = Mutex<Tools?>(nil)

  /// The libraries that these folders lead to.
  init(_ folders: LibraryFolders) {
    self.folders = folders
    driver = attempt { () throws(LibraryError) in
      let title = "the NVIDIA driver"
      let library = try folders.open(["libcuda.so.1"], called: title)
      return try Library(library, called: title, symbol: "cuInit", cgpu_fill_driver)
    }
  }

  /// Everything but the driver. The order of opening matters: cuDNN finds NVRTC and cuBLASLt by
  /// their names among what is open.
  var tools: Tools {
    opened.withLock { opened in
      if let opened { return opened }
      let (compiler, products, convolution) = (openCompiler(), openProducts(), openConvolution())
      let tools = Tools(compiler: compiler, products: products, convolution: convolution)
      opened = tools
      return tools
    }
  }

  /// NCCL; nothing is done with it but to tell its version.
  var exchange: Result<Library<cgpu_exchange>, LibraryError> {
    attempt { () throws(LibraryError) in
      let library = try folders.open(["libnccl.so.2"], called: "NCCL")
      return try Library(library, called: "NCCL", symbol: "ncclGetVersion", cgpu_fill_exchange)
    }
  }

  private func openCompiler() -> Result<Library<cgpu_compiler>, LibraryError> {
    attempt { () throws(LibraryError) in
      let library = try folders.open(["libnvrtc.so.13", "libnvrtc.so.12"], called: "NVRTC")
      // NVRTC 13.0 does not find its own builtins; it takes those that are open already.
      let path = cgpu_path(library.handle, "nvrtcVersion").map { String(cString: $0) }
      let folder = (path ?? library.path).split(separator: "/", omittingEmptySubsequences: false)
        .dropLast().joined(separator: "/")
      for builtins in matches("\(folder)/libnvrtc-builtins.so.1[2-9]*") {
        var words: UnsafePointer<CChar>?
        _ = cgpu_open(builtins, &words)
      }
      return try Library(library, called: "NVRTC", symbol: "nvrtcVersion", cgpu_fill_compiler)
    }
  }

  private func openProducts() -> Result<Library<cgpu_products>, LibraryError> {
    attempt { () throws(LibraryError) in
      let names = ["libcublasLt.so.13", "libcublasLt.so.12"]
      let library = try folders.open(names, called: "cuBLASLt")
      return try Library(library, called: "cuBLASLt", symbol: "cublasLtCreate", cgpu_fill_products)
    }
  }

  private func openConvolution() -> Result<Library<cgpu_convolution>, LibraryError> {
    attempt { () throws(LibraryError) in
      let library = try folders.open(["libcudnn.so.9"], called: "cuDNN")
      return try Library(library, called: "cuDNN", symbol: "cudnnCreate", cgpu_fill_convolution)
    }
  }
}

private func attempt<Value>(
  _ body: () throws(LibraryError) -> Value
) -> Result<Value, LibraryError> {
  do { return .success(try body()) } catch { return .failure(error) }
}
