internal import Foundation

extension RankGroup {
  /// The group that a launcher started this process as one of; nil where it stands alone. Shared
  /// objects of MPI libraries are looked for in `folder`, where the program is.
  public static func launched(
    by variables: [String: String], folder: String
  ) throws(RankError) -> RankGroup? {
    guard let launch = LaunchedBy(variables) else { return nil }
    let path = "\(folder)/\(launch.library.file)"
    guard FileManager.default.fileExists(atPath: path) else {
      throw .noLibrary(
        problem: "this is one of \(launch.count) processes that the launcher of "
          + "\(launch.library.words) started, but \(path) is not there; make mpi builds it")
    }
    let transport = try MPITransport(opening: path)
    guard transport.count == launch.count else {
      throw .noLibrary(
        problem: "the launcher started \(launch.count) processes, but \(transport.name) sees "
          + "\(transport.count): it is another library's launcher")
    }
    return try RankGroup(transport)
  }

  /// The MPI libraries that can be used from `folder`.
  public static func libraries(in folder: String) -> [LaunchedBy.Library] {
    LaunchedBy.Library.allCases.filter {
      FileManager.default.fileExists(atPath: "\(folder)/\($0.file)")
    }
  }
}

extension LaunchedBy.Library {
  /// The name, in words.
  public var words: String {
    switch self {
    case .openmpi: "Open MPI"
    case .mpich: "MPICH"
    }
  }
}
