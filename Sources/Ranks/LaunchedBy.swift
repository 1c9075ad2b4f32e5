/// What started this process as one of several, by the variables that launchers set.
public struct LaunchedBy: Equatable, Sendable {
  /// An MPI library.
  public enum Library: String, Sendable, CaseIterable {
    /// Open MPI.
    case openmpi
    /// MPICH, and what is made of it.
    case mpich

    /// The name of the shared object that stands beside the program.
    public var file: String { "libpigment-\(rawValue).so" }
  }

  /// The library whose launcher it was.
  public let library: Library
  /// How many processes it started.
  public let count: Int

  /// Reads the variables; nil where no launcher started this process, or this one alone.
  public init?(_ variables: [String: String]) {
    func number(_ name: String) -> Int? { variables[name].flatMap { Int($0) } }
    // srun --mpi=pmix, which Open MPI understands, says no count of its own.
    let slurm = variables["PMIX_RANK"] == nil ? nil : number("SLURM_NTASKS")
    let found =
      (number("OMPI_COMM_WORLD_SIZE") ?? slurm).map { (Library.openmpi, $0) }
      ?? number("PMI_SIZE").map { (.mpich, $0) }
    guard let found, found.1 > 1 else { return nil }
    (library, count) = found
  }

  /// Names of variables that launchers set for their children, so that a child of ours is none.
  public static func isLauncher(_ variable: String) -> Bool {
    ["OMPI_", "PMI_", "PMIX_", "MPI_LOCAL", "HYDI_"].contains { variable.hasPrefix($0) }
  }
}
