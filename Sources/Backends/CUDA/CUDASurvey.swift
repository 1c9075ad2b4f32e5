internal import CGPU

/// What this machine has for computing on NVIDIA GPUs, or why it has not: for people to read.
public struct CUDASurvey: Sendable {
  /// One library.
  public struct Entry: Sendable {
    /// What it is, such as `cuDNN`.
    public let name: String
    /// Its version, where it was found.
    public let version: String?
    /// Its file, or why it cannot be used.
    public let place: String
  }
  /// One device.
  public struct Card: Sendable {
    /// The name by which commands choose it, such as `cuda:0`.
    public let device: String
    /// The maker's name, such as `NVIDIA H200`.
    public let name: String
    /// Such as `sm_90`.
    public let architecture: String
    /// All memory.
    public let bytes: Int
  }
  /// The driver, the compiler of kernels, the libraries.
  public let entries: [Entry]
  /// The devices.
  public let cards: [Card]
  /// Why nothing can be computed on them; nil where it can.
  public let problem: String?
  /// The folders that were searched besides the loader's own path.
  public let folders: [String]

  /// What is here; opens every library.
  public static var here: CUDASurvey { CUDASurvey(.shared) }

  init(_ libraries: CUDALibraries) {
    let (tools, devices) = (libraries.tools, CUDADevices.shared)
    entries = [
      Self.entry("NVIDIA driver", libraries.driver) { driver in
        var version: Int32 = 0
        // As far as CUDA it goes; the version is there even when no device is.
        return driver.driverVersion(&version) == 0
          ? "CUDA \(version / 1000).\(version % 1000 / 10)" : "unknown"
      },
      Self.entry("NVRTC", tools.compiler) { compiler in
        var (major, minor): (Int32, Int32) = (0, 0)
        return compiler.version(&major, &minor) == 0 ? "\(major).\(minor)" : "unknown"
      },
      Self.entry("cuBLASLt", tools.products) { Self.version($0.version(), 10000, 100) },
      Self.entry("cuDNN", tools.convolution) { Self.version($0.version(), 10000, 100) },
      Self.entry("NCCL", libraries.exchange) { exchange in
        var version: Int32 = 0
        return exchange.version(&version) == 0 ? Self.version(Int(version), 10000, 100) : "unknown"
      },
    ]
    cards = devices.found.enumerated().map { i, card in
      Card(
        device: "cuda:\(i)", name: card.name, architecture: card.architecture, bytes: card.bytes)
    }
    problem = devices.problem
    folders = libraries.folders.named + libraries.folders.usual
  }

  /// Versions by name, of what was found.
  var versions: [String: String] {
    Dictionary(uniqueKeysWithValues: entries.compactMap { e in e.version.map { (e.name, $0) } })
  }

  private static func entry<Table>(
    _ name: String, _ library: Result<Library<Table>, LibraryError>, _ version: (Table) -> String
  ) -> Entry {
    switch library {
    case .success(let library):
      Entry(name: name, version: version(library.calls), place: library.path)
    case .failure(let error): Entry(name: name, version: nil, place: error.brief)
    }
  }

  private static func version(_ number: Int, _ major: Int, _ minor: Int) -> String {
    "\(number / major).\(number % major / minor).\(number % minor)"
  }
}
