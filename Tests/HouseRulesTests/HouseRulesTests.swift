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
    let paths = Set(
      try ["Sources", "Tests"].flatMap { folder in
        try Checkout.paths(under: folder).map { "\(folder)/\($0)" }
      })
    let words = Set(
      try ["swift", "cu", "c", "h"].flatMap {
        try Checkout.files(under: "Sources", suffix: ".\($0)")
      }
      .flatMap { $0.text.split { !($0.isLetter || $0.isNumber || $0 == "_") } })
    expectNone(readmes.flatMap { ReadmeRules.breaches($0, paths: paths, words: words) })
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
