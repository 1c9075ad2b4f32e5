/// Who may import whom.
enum ImportRules {
  /// The one Swift module that may import each C library.
  static let owners = [
    "CHDF5": "HDF5", "CTurboJPEG": "Images", "CPNG": "Images", "CLCMS": "Images",
    "CResample": "Images", "CDNNL": "Backends", "COpenBLAS": "Backends",
    "CKernels": "Backends", "CGPU": "Backends", "CZlib": "Compression",
  ]
  /// The research modules: they meet in a file, never in an import.
  static let research: Set = [
    "Colorization", "FeatureExport", "VOCTransfer", "Rivals", "Visualization",
  ]
  /// Modules that need nothing else of the house.
  static let groundFloor: Set = ["ColorScience", "Randomness"]

  struct Import: Equatable {
    var module: String
    var isInternal: Bool
  }

  /// The import that a line is, if it is one.
  static func parse(_ line: Substring) -> Import? {
    let levels: Set = ["public", "package", "internal", "private", "fileprivate"]
    let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    var words = line.split(separator: " ")[...]
    var isInternal = false
    while let word = words.first, word != "import" {
      guard word.hasPrefix("@") || levels.contains(String(word)) else { return nil }
      if word == "internal" { isInternal = true }
      words.removeFirst()
    }
    guard words.popFirst() != nil else { return nil }
    if let kind = words.first, kinds.contains(String(kind)) { words.removeFirst() }
    guard let name = words.first else { return nil }
    return Import(module: String(name.prefix { $0 != "." }), isInternal: isInternal)
  }

  static func breaches(_ file: SourceFile, modules: Set<String>) -> [Breach] {
    file.codeLines.flatMap { number, line -> [Breach] in
      guard let found = parse(line) else { return [] }
      let place = "\(file.path):\(number)"
      var breaches: [Breach] = []
      if let owner = owners[found.module] {
        if !file.isSource || file.module != owner {
          breaches.append("\(place): only \(owner) may import \(found.module)")
        } else if !found.isInternal {
          breaches.append("\(place): \(found.module) must come by `internal import`")
        }
      }
      guard file.isSource else { return breaches }
      if research.contains(file.module) && research.contains(found.module) {
        breaches.append("\(place): \(file.module) and \(found.module) may meet in a file only")
      }
      if groundFloor.contains(file.module) && modules.contains(found.module) {
        breaches.append("\(place): \(file.module) may import nothing of the house")
      }
      return breaches
    }
  }
}
