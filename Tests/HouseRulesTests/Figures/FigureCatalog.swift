/// The pages that report results, and what their figures come from.
enum FigureCatalog {
  /// Tables that a program wrote whole: figures come from them.
  static let written: Set = [
    "results/benchmarks/growth.md", "results/looking/beside-gaussian.md",
    "results/looking/changed-since-step-1000.md", "results/looking/dissection.md",
    "results/objectives/held-out.md", "results/objectives/named.md",
    "results/objectives/voc2012.md", "results/voc-transfer/report.md",
  ]

  /// Pages that the reliability campaign wrote whole, one for each day.
  static let campaigns = "results/reliability/"

  /// Pages that hold tables of measurements beside words about them.
  static let withTables: Set = [
    "results/benchmarks/correctness.md", "results/benchmarks/cpu.md", "results/benchmarks/feed.md",
    "results/benchmarks/gpu-model.md", "results/benchmarks/gpu-rehearsal.md",
    "results/benchmarks/hours.md", "results/benchmarks/neighbors.md",
    "results/benchmarks/testing.md", "results/exemplars/donor.md", "results/exemplars/nearest.md",
    "results/intervals/README.md", "results/structure/README.md",
  ]

  /// Pages that say what is expected, before there is a file.
  static let expected: Set = ["results/images-seen/prediction.md"]

  /// Numbers that are no results: versions, settings, thresholds and aims.
  static let settings = [
    "95 %", "oneDNN 2.6", "PyTorch 2.15", "top 1 %", "IoU above 4 %",
    "1.15 times PyTorch in single precision, 1.2 in bfloat16, 0.8 of its memory",
    "Asked are 93 to 97 %", "at least 91 %", "at least 90 %",
    "scatter 0.5 (skewness 1.75)", "With scatter 1.5", "with 2.0 three tenths",
    "shares near 100 %", "1.3 million pictures", "ends that read 0.0", "Apache-2.0",
  ]

  /// The heading of the results in README.md.
  static let heading = "## Where the numbers stand"

  static func statements(_ files: ResultFiles) throws -> [Statement] {
    try BenchmarkFigures.statements(files) + LookingFigures.statements(files)
      + ObjectivesFigures.statements(files) + TransferFigures.statements(files)
      + PageFigures.statements(files)
  }

  /// What is checked of each page, given the pages under results/ and README.md.
  static func pages(_ results: [SourceFile], readme: SourceFile) -> [SourceFile] {
    let section = FigureRules.section(heading, of: readme.text) ?? ""
    return [SourceFile(readme.path, section)]
      + results.filter {
        !written.contains($0.path) && !expected.contains($0.path)
          && !$0.path.hasPrefix(campaigns)
      }.map { page in
        withTables.contains(page.path)
          ? SourceFile(page.path, FigureRules.prose(page.text)) : page
      }
  }
}
