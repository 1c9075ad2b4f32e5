#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The folders in which NVIDIA's libraries are looked for, best first.
struct LibraryFolders {
  /// The variable that names folders to look into before all others, separated by colons: of
  /// libraries, of a CUDA installation, or the `site-packages` of a Python.
  static let variable = "PIGMENT_CUDA_PATH"

  /// What the variable leads to.
  let named: [String]
  /// Where installations and wheels put them; the loader's own path is asked between the two.
  let usual: [String]

  /// The folders of this machine, as its environment and its file system are now.
  static var here: LibraryFolders { LibraryFolders(environment: environmentVariable) }

  /// The folders under an environment.
  init(environment: (String) -> String?) {
    named = (environment(Self.variable) ?? "").split(separator: ":").map(String.init)
      .flatMap(Self.insides)
    var roots: [String] = []
    for variable in ["VIRTUAL_ENV", "CONDA_PREFIX"] {
      if let root = environment(variable), !root.isEmpty { roots.append(root) }
    }
    // The Python that a shell would start, where it lies and where its links lead.
    for folder in (environment("PATH") ?? "").split(separator: ":") {
      for name in ["python3", "python"] where access("\(folder)/\(name)", X_OK) == 0 {
        roots.append("\(folder)/..")
        if let path = realpath("\(folder)/\(name)", nil) {
          roots.append(String(cString: path) + "/../..")
          free(path)
        }
      }
    }
    if let home = environment("HOME") { roots.append("\(home)/.local") }
    roots += ["/usr/local", "/usr"]
    let packages = roots.flatMap { root in
      ["site-packages", "dist-packages"].flatMap { matches("\(root)/lib/python3*/\($0)") }
    }
    // In containers the driver of the host lies in /usr/local/nvidia.
    let installations =
      ["/usr/local/nvidia", "/usr/local/cuda"] + matches("/usr/local/cuda-1[2-9]*")
    var seen: Set<String> = []
    usual = (installations.flatMap(Self.insides) + packages.flatMap(Self.wheels)).filter {
      seen.insert(resolved($0)).inserted
    }
  }

  /// The folders of libraries in what a user names.
  private static func insides(_ folder: String) -> [String] {
    [folder, "\(folder)/lib64", "\(folder)/lib"].filter(isFolder) + wheels(folder)
  }

  /// The folders of libraries of the NVIDIA wheels in a `site-packages`.
  private static func wheels(_ packages: String) -> [String] {
    matches("\(packages)/nvidia/*/lib")
  }
}

/// The value of a variable of this process.
func environmentVariable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

private func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// The path without links, `.` and `..`; itself where there is nothing.
private func resolved(_ path: String) -> String {
  guard let found = realpath(path, nil) else { return path }
  defer { free(found) }
  return String(cString: found)
}

/// The paths that fit a pattern of the shell, in the order of their names.
func matches(_ pattern: String) -> [String] {
  var result = glob_t()
  defer { globfree(&result) }
  guard glob(pattern, 0, nil, &result) == 0 else { return [] }
  return (0..<Int(result.gl_pathc)).compactMap { result.gl_pathv[$0].map { String(cString: $0) } }
}
