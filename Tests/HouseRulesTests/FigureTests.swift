import Foundation
import Testing

/// The figures on pages are those of the files: `swift test -c release --filter FigureTests`.
struct FigureTests {
  private let files = ResultFiles { Checkout.text($0) }
  private let pages: [SourceFile]

  init() throws {
    let readme = SourceFile("README.md", try #require(Checkout.text("README.md")))
    pages = FigureCatalog.pages(
      try Checkout.files(under: "results", suffix: ".md"), readme: readme)
  }

  private func breaches(_ files: ResultFiles, _ pages: [SourceFile]) throws -> [Breach] {
    let statements = try FigureCatalog.statements(files)
    let missing = Set(statements.map(\.page)).subtracting(pages.map(\.path))
    return missing.map { "\($0): is not there" }
      + pages.flatMap {
        FigureRules.breaches($0, statements: statements, settings: FigureCatalog.settings)
      }
  }

  @Test func pagesSayWhatFilesSay() throws {
    let found = try breaches(files, pages)
    #expect(found.isEmpty, "\n\(found.joined(separator: "\n"))")
  }

  /// What is no longer on any page must leave the lists.
  @Test func listsNameWhatIsThere() throws {
    let text = pages.map { FigureRules.flat($0.text) }.joined(separator: "\n")
    for phrase in FigureCatalog.settings { #expect(text.contains(phrase), "\(phrase)") }
    for path in FigureCatalog.written.union(FigureCatalog.withTables) {
      #expect(Checkout.text(path) != nil, "\(path)")
    }
  }

  /// Another last digit of any figure of any statement is noticed.
  @Test func anotherNumberOnAPageIsFound() throws {
    for statement in try FigureCatalog.statements(files) {
      let page = try #require(pages.first { $0.path == statement.page })
      let figures = statement.words.parts.filter(\.isFigure)
      for index in figures.indices {
        let wrong = SourceFile(
          page.path,
          FigureRules.flat(page.text).replacing(
            statement.words.text, with: altered(statement.words, figure: index)))
        let found = FigureRules.breaches(
          wrong, statements: [statement], settings: FigureCatalog.settings)
        #expect(
          found.contains { $0.contains("says 0 times") }, "\(page.path): \(statement.words.text)")
      }
    }
  }

  /// Another number in any file that figures come from is noticed.
  @Test(arguments: [
    ("results/benchmarks/cpu.md", "2.40 (1.29 to 2.51)", "2.41 (1.29 to 2.51)"),
    ("results/benchmarks/feed.md", "| 6.8 |", "| 6.9 |"),
    ("results/benchmarks/growth.md", "1.37", "1.38"),
    ("results/benchmarks/hours.md", "1.25", "1.24"),
    ("results/looking/dissection.md", "0.57", "0.58"),
    ("results/looking/beside-gaussian.md", "2.8", "2.7"),
    ("results/looking/changed-since-step-1000.md", "20.6", "20.2"),
    ("results/objectives/held-out.md", "28.0", "28.1"),
    ("results/objectives/voc2012.md", "3.3 [2.9, 3.7]", "3.3 [2.9, 3.8]"),
    ("results/objectives/named.md", "39.4", "39.5"),
    ("results/voc-transfer/summary.csv", "0.9286", "0.8286"),
    ("results/voc-transfer/runs.csv", "10.8337", "10.8338"),
    ("results/voc-transfer/report.md", "65.9", "65.8"),
  ])
  func anotherNumberInAFileIsFound(path: String, number: String, other: String) throws {
    let text = try #require(Checkout.text(path))
    try #require(text.contains(number), "\(path) has no \(number)")
    let changed = ResultFiles {
      $0 == path ? text.replacing(number, with: other) : Checkout.text($0)
    }
    let found = try Set(breaches(changed, pages)).subtracting(breaches(files, pages))
    #expect(!found.isEmpty, "\(path)")
  }

  @Test func aFigureWithoutAFileIsFound() {
    func breaches(_ text: String) -> [Breach] {
      FigureRules.breaches(
        SourceFile("a.md", text),
        statements: [Statement("a.md", "gains \(Figure(2.04, 1)) points")],
        settings: ["95 %"])
    }
    #expect(breaches("It gains\n2.0 points (95 %), in 3 seeds.") == [])
    #expect(breaches("It gains 2.0 points, 2.1 at most.").count == 1)
    #expect(breaches("It gains 2.0 points in 40 % of the runs.").count == 1)
    #expect(breaches("It gains 2.1 points.").count == 2)
    #expect(breaches("It gains 2.0 points and gains 2.0 points.").count == 1)
  }

  @Test func numbersAreRoundedAsOnPages() {
    #expect(Figure(63.5, 0).text == "64" && Figure(-0.04, 1).text == "0.0")
    #expect(Figure(1.04, 1, sign: true).text == "+1.0" && Figure(count: 13254).text == "13,254")
    #expect(Figure.interval([0.4, -0.06, 0.96], 1).text == "0.4 [-0.1, 1.0]")
    #expect(Figure.range([2, 1, 3], 1).text == "2.0 (1.0 to 3.0)")
    #expect(reversed([2.8, 2.5, 3.1]) == [-2.8, -3.1, -2.5])
  }

  /// The words with another last digit in one of their figures.
  private func altered(_ words: Words, figure: Int) -> String {
    var number = -1
    return words.parts.map { part in
      if part.isFigure { number += 1 }
      guard part.isFigure, number == figure else { return part.text }
      let at = part.text.lastIndex(where: \.isNumber)!
      let digit = part.text[at] == "9" ? "0" : "9"
      return part.text.replacingCharacters(in: at...at, with: digit)
    }.joined()
  }
}
