import Testing

/// Every rule is shown a good and a bad sample, for a rule that cannot fail guards nothing.
struct RuleTests {
  @Test func aLongFileIsFound() {
    let line = "let x = 1\n"
    #expect(SizeRules.overlong(SourceFile("a.swift", String(repeating: line, count: 500))) == [])
    let long = SourceFile("a.swift", String(repeating: line, count: 501))
    #expect(SizeRules.overlong(long) == ["a.swift: 501 lines, over 500"])
  }

  @Test func aWideLineIsFoundUnlessItHoldsAnAddress() {
    let wide = String(repeating: "x", count: 101)
    let file = SourceFile("a.swift", "ok\n\(wide)\n\(wide.dropLast())\n// https://\(wide)\n")
    #expect(SizeRules.wide(file) == ["a.swift:2: 101 columns, over 100"])
  }

  @Test func generatedCodeMayBeLongAndWide() {
    let text = String(repeating: String(repeating: "x", count: 101) + "\n", count: 501)
    for (path, count) in [("Sources/A/b.pb.swift", 0), ("Sources/A/b.swift", 501)] {
      let file = SourceFile(path, text)
      #expect(SizeRules.wide(file).count == count)
      #expect(SizeRules.overlong(file).count == min(count, 1))
    }
  }

  @Test func aCastToALayerIsFound() {
    let file = SourceFile(
      "Sources/A/a.swift",
      """
      public struct Convolution: StackLayer {
      if layer is Convolution { x = y as? Convolution }
      case let layer as Convolution: break
      if x is Other || isConvolution { switch layer.kind { case .convolution: break } }
      """)
    #expect(LayerRules.declared(file) == ["Convolution"])
    let found = LayerRules.casts(file, layers: ["Convolution"])
    #expect(found.map { $0.prefix(19) } == ["Sources/A/a.swift:2", "Sources/A/a.swift:3"])
  }

  @Test func aQuestionForTheArchitectureIsFound() {
    let text =
      "if trunk.architecture == .vgg16 {}\nswitch architecture {\narchitecture.trunk.name\n"
    #expect(LayerRules.questions(SourceFile("Sources/A/a.swift", text)).count == 2)
    #expect(LayerRules.questions(SourceFile("Sources/Networks/Trunks/a.swift", text)) == [])
  }

  @Test func importsAreRead() {
    typealias Import = ImportRules.Import
    let cases: [(Substring, Import?)] = [
      ("import Glibc", Import(module: "Glibc", isInternal: false)),
      ("  internal import CHDF5", Import(module: "CHDF5", isInternal: true)),
      ("@_exported public import Backends", Import(module: "Backends", isInternal: false)),
      ("@testable import struct Tensors.Shape", Import(module: "Tensors", isInternal: false)),
      ("// import CHDF5", nil), ("let x = \"import CHDF5\"", nil), ("importantThing()", nil),
      ("", nil),
    ]
    for (line, expected) in cases { #expect(ImportRules.parse(line) == expected, "\(line)") }
  }

  @Test func aSecondImporterOfACLibraryIsFound() {
    func breaches(_ path: String, _ text: String) -> [Breach] {
      ImportRules.breaches(SourceFile(path, text), modules: ["HDF5", "Datasets", "ColorScience"])
    }
    #expect(breaches("Sources/HDF5/File.swift", "internal import CHDF5") == [])
    #expect(breaches("Sources/HDF5/File.swift", "import CHDF5").count == 1)
    #expect(breaches("Sources/HDF5/File.swift", "public import CHDF5").count == 1)
    #expect(breaches("Sources/Datasets/File.swift", "internal import CHDF5").count == 1)
    #expect(breaches("Tests/HDF5Tests/File.swift", "internal import CHDF5").count == 1)
    #expect(breaches("Sources/Backends/CPU/File.swift", "internal import CDNNL") == [])
    let quoted = "let help = \"\"\"\n  import CHDF5\n  \"\"\"\n"
    #expect(breaches("Sources/Datasets/File.swift", quoted) == [])
  }

  @Test func aBreachedWallIsFound() {
    func breaches(_ module: String, _ text: String) -> [Breach] {
      ImportRules.breaches(
        SourceFile("Sources/\(module)/File.swift", text), modules: ["Tensors", "Networks"])
    }
    #expect(breaches("VOCTransfer", "internal import Networks") == [])
    #expect(breaches("VOCTransfer", "internal import Colorization").count == 1)
    #expect(breaches("Colorization", "public import FeatureExport").count == 1)
    #expect(breaches("pigment", "internal import Colorization") == [])
    #expect(breaches("ColorScience", "internal import Glibc") == [])
    #expect(breaches("ColorScience", "internal import Tensors").count == 1)
  }

  @Test(arguments: [
    "public func f() {}", "  public static var x = 1", "public let y: Int", "public struct S {",
    "public final class C {", "public enum E {", "public protocol P {", "public init() {}",
    "public private(set) var z = 1", "public class func f() {}", "@inlinable public func g() {}",
    "open class D {", "public subscript(i: Int) -> Int {", "public nonisolated(unsafe) let q = 1",
    "public mutating func run(x: Int) {}", "static public func h() {}",
  ])
  func aPublicDeclarationWithoutDocumentationIsFound(line: String) {
    func breaches(_ text: String) -> Int {
      DocumentationRules.undocumented(SourceFile("Sources/A/a.swift", text)).count
    }
    #expect(breaches(line) == 1)
    #expect(breaches("/// Words.\n\(line)") == 0)
    #expect(breaches("/// Words.\n@inlinable\n@discardableResult\n\(line)") == 0)
    #expect(breaches("// Words.\n\(line)") == 1)
    #expect(breaches("/// Words.\nlet other = 1\n\(line)") == 1)
    #expect(breaches("/// Words.\n\n\(line)") == 1)
  }

  @Test(arguments: [
    "func f() {}", "private let x = 1", "public extension A {", "extension A: P {",
    "public import Tensors", "case open", "let public_ = 1", "return public",
    "  public static func == (x: A, y: A) -> Bool {", "public var description: String {",
    "public init(from decoder: any Decoder) throws {",
  ])
  func otherLinesNeedNone(line: String) {
    #expect(DocumentationRules.undocumented(SourceFile("Sources/A/a.swift", line)) == [])
  }

  @Test func whatAProtocolRequiresIsDocumentedThere() {
    let text =
      "public protocol P {\n  /// Runs.\n  func run2(x: Int)\n  var z: Int { get }\n}\n"
      + "func other() {}\n"
    let requirements = DocumentationRules.requirements([SourceFile("Sources/A/P.swift", text)])
    #expect(requirements == ["P": ["run2", "z"]])
    let members = "  public func run2(x: Int) {}\n  public func y() {}\n  public var z = 1\n}\n"
    let witness = SourceFile("Sources/A/a.swift", "struct S: P {\n\(members)")
    #expect(DocumentationRules.undocumented(witness, requirements: requirements).count == 1)
    let stranger = SourceFile("Sources/A/b.swift", "struct S {\n\(members)")
    #expect(DocumentationRules.undocumented(stranger, requirements: requirements).count == 3)
  }

  @Test func aSilentFolderIsFound() {
    let files = ["A", "B", "C"].map { SourceFile("Sources/\($0)/a.swift", "") }
    let texts = [
      "Sources/A/README.md": "# A\n\nWhat lives here.\n", "Sources/B/README.md": "# B\n\n",
    ]
    let breaches = DocumentationRules.silentFolders(files) { texts[$0] }
    #expect(
      breaches == [
        "Sources/B/README.md: says no more than its heading", "Sources/C/README.md: missing",
      ])
  }

  @Test func whatAFolderNamesInVainIsFound() {
    let paths: Set = ["Sources/A/Parts/One.swift", "Sources/B/Two.swift"]
    func breaches(_ text: String) -> Int {
      ReadmeRules.breaches(
        SourceFile("Sources/A/README.md", text), paths: paths, words: ["Kept", "One"]
      ).count
    }
    let good = "`One.swift`, `Parts/One.swift`, `B/Two.swift`, `Parts/`, `Kept`, `steps/`, `.cu`"
    #expect(breaches(good + "\n```swift\n`Gone.swift`\n```\n`pigment doctor`, `MAX`") == 0)
    for bad in ["Gone.swift", "Two.swift", "B/", "Gone/", "GoneType"] {
      #expect(breaches("\(good) `\(bad)`") == 1, "\(bad)")
    }
  }

  @Test func aSecondHomeIsFound() {
    for (words, home) in HomeRules.homes {
      #expect(HomeRules.breaches(SourceFile("Sources/A/a.swift", "x = \(words)")).count == 1)
      #expect(HomeRules.breaches(SourceFile("Tests/A/a.swift", "x = \(words)")) == [])
      if let home { #expect(HomeRules.breaches(SourceFile(home, "x = \(words)")) == []) }
    }
  }

  @Test func anOperationWithoutACaseIsFound() {
    let operations = ["MaxPool", "Relu"].map {
      SourceFile("Sources/Tensors/Operations/\($0).swift", "")
    }
    let table = "OperationCase(\"maxPool 3x3\") { $0.maxPool() }"
    #expect(DocumentationRules.untested(operations: operations, table: table).count == 1)
    #expect(DocumentationRules.untested(operations: operations, table: table + "relu") == [])
  }

  @Test func aRecipeForWhatIsNotThereIsFound() throws {
    func missing(_ text: String) throws -> Int {
      try RecipeRules.missing(
        SourceFile("CONTRIBUTING.md", text),
        paths: ["Sources/Rivals", "Sources/Rivals/RotationTask.swift", "configs/rivals/a+b.yaml"]
      ).count
    }
    #expect(try missing("`Sources/Rivals` `make test` `Sources/Rivals/<Name>Task.swift`") == 0)
    #expect(try missing("`Sources/Rivals/JigsawTask.swift` `Sources/<Room>/<Name>Run.swift`") == 2)
    #expect(try missing("`configs/rivals/a+<name>.yaml` `configs/<name>.yaml`") == 1)
    #expect(
      RecipeRules.silent(SourceFile("CONTRIBUTING.md", "\n### Adding a trunk\n`Sources/A`")).count
        == RecipeRules.recipes.count)
    let rival: Set = ["Sources/Rivals/SplitBrainTask.swift", "configs/rivals/split-brain.yaml"]
    #expect(RecipeRules.forgotten(paths: rival) { _ in "SplitBrainTask" } == [])
    #expect(RecipeRules.forgotten(paths: rival) { _ in "" }.count == 3)
    #expect(
      RecipeRules.forgotten(paths: ["Sources/Rivals/JigsawTask.swift"]) { _ in "" }.count == 4)
  }

  @Test func anArchitectureOfOtherModulesIsFound() {
    let manifest = """
        targets: [
          .target(name: "CPNG"),
          room("Files", needs: [crypto]),
          room(
            "Images",
            needs: ["CPNG", "Files"]),
          tests("FilesTests", needs: ["Files"]),
        ]
      """
    func breaches(_ page: String) -> Int {
      ModuleRules.breaches(page: page, manifest: manifest).count
    }
    #expect(breaches("Files  →\nImages → Files, CPNG\n") == 0)
    #expect(breaches("Files  → \nImages → Files\n") == 1)
    #expect(breaches("Files  →\nImages → CPNG, Files\nTraining → Files\n") == 1)
    #expect(breaches("Files  → CPNG\n") == 2)
  }
}
