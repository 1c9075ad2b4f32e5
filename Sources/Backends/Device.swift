/// Where a tensor lives and its kernels run.
public enum Device: Hashable, Sendable, CustomStringConvertible {
  /// Plain loops with double-precision sums: the definition of every kernel.
  case reference
  /// oneDNN, OpenBLAS and vectorized code on the host's cores.
  case cpu
  /// An NVIDIA GPU, counted from 0.
  case cuda(Int)

  /// The backend: the only switch over devices.
  public var backend: any Backend {
    switch self {
    case .reference: ReferenceBackend.shared
    case .cpu: CPUBackend.shared
    case .cuda(let ordinal): CUDABackend.device(ordinal)
    }
  }

  /// Runs `body`, which asks for much and reads nothing: tensors made in it are read after it. A
  /// device may gain by being given all of it at once; elsewhere it is a plain call.
  public func recording<Result>(_ body: () throws -> Result) rethrows -> Result {
    try backend.recording(body)
  }

  /// Runs `body`, in which optimizers step many parameters: a device may take those steps together.
  public func steppingTogether<Result>(_ body: () throws -> Result) rethrows -> Result {
    try backend.steppingTogether(body)
  }

  /// Whether kernels run on the host's own cores. Where they do, loader threads make of pictures
  /// what a GPU makes of them itself, and what a kernel gave is read where it lies.
  public var isHost: Bool {
    switch self {
    case .reference, .cpu: true
    case .cuda: false
    }
  }

  /// The name as configurations write it.
  public var description: String {
    switch self {
    case .reference: "reference"
    case .cpu: "cpu"
    case .cuda(let ordinal): "cuda:\(ordinal)"
    }
  }

  /// Every device this machine has.
  public static var present: [Device] {
    let devices = CUDADevices.shared
    return [.reference, .cpu]
      + (devices.problem == nil ? devices.found.indices.map(Device.cuda) : [])
  }

  /// The device of this name, which must be there: `cpu`, `reference`, `cuda:0`, or `cuda` for the
  /// first GPU. The error says what was looked for and what was found.
  public init(named name: String) throws(DeviceError) {
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    switch (parts[0], parts.count) {
    case ("reference", 1): self = .reference
    case ("cpu", 1): self = .cpu
    case ("cuda", 1): self = .cuda(0)
    case ("cuda", 2):
      guard let ordinal = Int(parts[1]), ordinal >= 0 else {
        throw DeviceError(name, "devices are counted from 0, such as cuda:0")
      }
      self = .cuda(ordinal)
    default:
      throw DeviceError(name, "there is no such device; known: cpu, cuda:0 and so on, reference")
    }
    if case .cuda(let ordinal) = self { try CUDADevices.shared.require(ordinal) }
  }
}

/// A device that cannot be used, and why.
public struct DeviceError: Error, CustomStringConvertible {
  /// As it was asked for.
  public let device: String
  /// What is missing.
  public let problem: String
  /// Both in a line.
  public var description: String { "device \(device): \(problem)" }

  init(_ device: String, _ problem: String) {
    self.device = device
    self.problem = problem
  }
}
