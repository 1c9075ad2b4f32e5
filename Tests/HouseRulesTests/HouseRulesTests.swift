import Testing

/// The package checks its own manners.
struct HouseRulesTests {
  let swift: [SourceFile]
  init() throws {
    swift = try Checkout.swift()
    try #require(swift.count > 20, "the sources were not found")
  }

  @Test func noFileIsTooLong() {
    expectNone(swift.flatMap(SizeRules.overlong))
  }

  @Test func noLineIsTooWide() {
    expectNone(swift.flatMap(SizeRules.wide))
  }

  @Test func theWallsOfTheHouseStand() {
    let modules = Set(swift.filter(\.isSource).map(\.module))
    expectNone(swift.flatMap { ImportRules.breaches($0, modules: modules) })
  }

  @Test func everyPublicDeclarationIsDocumented() {
    let sources = swift.filter(\.isSource)
    let requirements = DocumentationRules.requirements(sources)
    expectNone(
      sources.flatMap { DocumentationRules.undocumented($0, requirements: requirements) })
  }

  @Test func everyFolderOfSourcesSaysWhatLivesThere() {
    expectNone(DocumentationRules.silentFolders(swift) { Checkout.text($0) })
  }

  @Test func whatFoldersSayIsThere() throws {
    let readmes = try Checkout.files(under: "Sources", suffix: "README.md")
    try #require(readmes.count > 20)
    let (paths, words) = try checkout()
    expectNone(readmes.flatMap { ReadmeRules.breaches($0, paths: paths, words: words) })
  }

  @Test func recipesNameWhatIsThere() throws {
    let (paths, _) = try checkout()
    for name in ["CONTRIBUTING.md", "ARCHITECTURE.md"] {
      let page = SourceFile(name, try #require(Checkout.text(name)))
      expectNone(try RecipeRules.missing(page, paths: paths))
    }
    let page = SourceFile("CONTRIBUTING.md", try #require(Checkout.text("CONTRIBUTING.md")))
    expectNone(RecipeRules.silent(page))
    expectNone(RecipeRules.forgotten(paths: paths) { Checkout.text($0) })
  }

  @Test func theArchitectureIsThatOfTheManifest() throws {
    let page = try #require(Checkout.text("ARCHITECTURE.md"))
    let manifest = try #require(Checkout.text("Package.swift"))
    #expect(ModuleRules.targets(manifest).count > 20)
    expectNone(ModuleRules.breaches(page: page, manifest: manifest))
    let (paths, words) = try checkout()
    let file = SourceFile("ARCHITECTURE.md", page)
    #expect(file.lines.count <= 120)
    // Products have their names in the manifest.
    let named = words.union(manifest.split { !($0.isLetter || $0.isNumber) })
    expectNone(ReadmeRules.breaches(file, paths: paths, words: named))
  }

  @Test func whatIsOneHasOneHome() {
    expectNone(swift.flatMap(HomeRules.breaches))
  }

  @Test func whatLayersAndTrunksAreIsSaidOnce() {
    let sources = swift.filter(\.isSource)
    let layers = Set(sources.flatMap(LayerRules.declared))
    #expect(layers.count == 12)
    expectNone(sources.flatMap { LayerRules.casts($0, layers: layers) })
    expectNone(sources.flatMap(LayerRules.questions))
  }

  @Test(.enabled(if: Self.hasTable, "needs Tests/TestSupport/OperationCases*.swift"))
  func everyOperationStandsInTheCaseTable() {
    let operations = swift.filter { $0.path.hasPrefix("Sources/Tensors/Operations/") }
    #expect(!operations.isEmpty)
    let table = swift.filter { $0.path.hasPrefix(Self.table) }.map(\.text).joined()
    expectNone(DocumentationRules.untested(operations: operations, table: table))
  }

  /// The paths of files and folders, and all words of the sources.
  private func checkout() throws -> (paths: Set<String>, words: Set<Substring>) {
    let paths = try RecipeRules.roots.flatMap { folder in
      try Checkout.paths(under: String(folder)).map { "\(folder)/\($0)" }
    }
    let sources = try ["swift", "cu", "c", "h"].flatMap {
      try Checkout.files(under: "Sources", suffix: ".\($0)")
    }
    let words = sources.flatMap { $0.text.split { !($0.isLetter || $0.isNumber || $0 == "_") } }
    return (Set(paths), Set(words))
  }

  private static let table = "Tests/TestSupport/OperationCases"
  private static var hasTable: Bool {
    let files = try? Checkout.files(under: "Tests/TestSupport", suffix: ".swift")
    return (files ?? []).contains { $0.path.hasPrefix(table) }
  }

  private func expectNone(
    _ breaches: [Breach], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      breaches.isEmpty, "\n\(breaches.joined(separator: "\n"))", sourceLocation: sourceLocation)
  }
}
