/// Speed and memory beside PyTorch, and how they grow.
enum BenchmarkFigures {
  static func statements(_ files: ResultFiles) throws -> [Statement] {
    try speed(files) + feed(files) + growth(files)
  }

  private static let folder = "results/benchmarks"

  private static func speed(_ files: ResultFiles) throws -> [Statement] {
    let hours = try files.markdown("\(folder)/hours.md")
    let cpu = try files.markdown("\(folder)/cpu.md")
    let convolutions = try files.markdown("\(folder)/cpu.md", number: 2)
    func ratio(_ step: String) throws -> [Double] {
      try cpu.numbers("step/\(step)", column: "times as fast")
    }
    func memory(_ step: String) throws -> Figure {
      Figure(try cpu.numbers("step/\(step)", column: "of PyTorch's")[0], 2)
    }
    let (f32, bf16) = try (hours.column("f32"), hours.column("bf16"))
    let steps = cpu.rows.filter { $0[0].hasPrefix("step/") }
    func worst(_ precision: String) throws -> Double {
      try cpu.column("times as fast", of: steps.filter { $0[0].hasSuffix(precision) }).min()!
    }
    let reached = try worst("/f32") >= 1.15 && worst("/bf16") >= 1.2
    let spared = try cpu.column("of PyTorch's", of: steps).max()! <= 0.8
    let gradient = try convolutions.numbers(
      "all convolutions/alexnet/input gradient/bf16", column: "times as fast")

    let others = [
      ("alexnet", "AlexNet, 180 pixels, batch 16"), ("vgg16", "VGG-16, 160 pixels, batch 4"),
      ("resnet18", "ResNet-18, 176 pixels, batch 8 (on a machine with other work)"),
    ]
    return try others.map { step, words in
      Statement(
        "README.md",
        """
        | \(words) | \(.range(try ratio("\(step)/f32"), 2)) | \(try memory("\(step)/f32")) \
        | \(.range(try ratio("\(step)/bf16"), 2)) | \(try memory("\(step)/bf16")) |
        """)
    } + [
      Statement(
        "README.md",
        """
        | ECCV16, 176 pixels, batch 4 | \(.span(f32, 2)), over hours | \(try memory("eccv16/f32")) \
        | \(.span(bf16, 2)), over hours | \(try memory("eccv16/bf16")) |
        """),
      Statement(
        "\(folder)/README.md",
        "\(.span(f32, 2)) times as fast in single precision and \(.span(bf16, 2)) in bfloat16"),
      // The first hour is that of the table beside it.
      Statement(
        "\(folder)/hours.md", "the first row is that of `cpu.md`",
        if: try f32[0] == ratio("eccv16/f32")[0] && bf16[0] == ratio("eccv16/bf16")[0]),
      Statement("\(folder)/cpu.md", "All steps reach what was aimed at", if: reached && spared),
      Statement(
        "\(folder)/cpu.md", "gradients of inputs in bfloat16 slower (\(Figure(gradient[0], 2)),"),
    ]
  }

  private static func feed(_ files: ResultFiles) throws -> [Statement] {
    let rounds = try files.markdown("\(folder)/cpu.md", number: 1)
      .numbers("feed/176", column: "times as fast")
    let before = try files.markdown("\(folder)/feed.md")
    func ratio(_ threads: String) throws -> Figure {
      Figure(try before.numbers(threads, column: "times as fast")[0], 1)
    }
    func isRatio(_ row: [String]) throws -> Bool {
      let times =
        try before.numbers(row, "Pigment, images/s (median; range)")[0]
        / before.numbers(row, "PyTorch")[0]
      return try Figure(times, 1).text == before.cell(row, "times as fast")
    }
    return try [
      Statement(
        "README.md",
        """
        \(.range(rounds, 1)) times PyTorch's DataLoader on two threads on 2026-12-01, \
        \(ratio("2")) times on two and \(ratio("1")) on one on 2026-11-25
        """),
      Statement(
        "\(folder)/feed.md", "Feeding beside PyTorch's DataLoader",
        if: before.rows.allSatisfy(isRatio)),
    ]
  }

  private static func growth(_ files: ResultFiles) throws -> [Statement] {
    let table = try files.markdown("\(folder)/growth.md")
    func power(_ what: String) throws -> Double {
      try table.numbers(what, column: "time grows with its power")[0]
    }
    func memory(_ what: String) throws -> [Double] {
      try table.numbers(what, column: "MB at the ends")
    }
    func each(_ what: String) throws -> Double {
      try table.numbers(what, column: "kB for each more")[0]
    }
    let proportional = try ["batch", "pixels", "weights", "pictures"].map(power)
    let units = try table.numbers("units", column: "ms at the ends")[1] * 1000 / (2048 * 16)
    let (floor, network, fed) = try (memory("units")[0], memory("weights")[0], memory("pictures"))
    return try [
      Statement("\(folder)/README.md", "(powers \(.span(proportional, 2)))"),
      Statement("\(folder)/README.md", "(\(Figure(power("units"), 2)) from 512 to 2048 units)"),
      Statement("\(folder)/README.md", "takes \(Figure(each("units"), 0)) kB"),
      Statement(
        "\(folder)/README.md", "it is \(Figure(units, 0)) microseconds a unit and picture"),
      Statement(
        "\(folder)/README.md",
        "a floor of \(Figure(floor, 0)) MB (\(Figure(network, 0)) MB with a network"),
      Statement(
        "\(folder)/README.md",
        "\(Figure(each("batch") / 1000, 1)) MB for each picture of a batch of 96 pixels"),
      Statement(
        "\(folder)/README.md", "\(Figure(each("pixels"), 1)) kB for each pixel of four pictures"),
      Statement(
        "\(folder)/README.md",
        "(\(Figure(fed[1] - fed[0], 0)) MB between 200 and 3,200 pictures)"),
    ]
  }
}
