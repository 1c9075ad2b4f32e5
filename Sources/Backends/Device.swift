/// Where a tensor lives and its kernels run.
public enum Device: Hashable, Sendable, CustomStringConvertible {
  /// Plain loops with double-precision sums: the definition of every kernel.
  case reference
  /// oneDNN, OpenBLAS and vectorized code on the host's cores.
  case cpu

  /// The backend: the only switch over devices.
  public var backend: any Backend {
    switch self {
    case .reference: ReferenceBackend.shared
    case .cpu: CPUBackend.shared
    }
  }

  /// The name as configurations write it.
  public var description: String { backend.name }

  /// Every device this machine has.
  public static var present: [Device] { [.reference, .cpu] }
}
