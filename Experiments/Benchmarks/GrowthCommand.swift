internal import ArgumentParser
internal import Foundation
internal import Plots
internal import Statistics
internal import Text

/// `pigment-benchmarks growth`: how processor time and memory grow with what a user can make
/// larger. Processor time, unlike the clock's, hardly depends on what else the machine does.
struct GrowthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "growth",
    abstract: "Plot time and memory against batch, pixels, weights, classes, units and pictures.")

  @Option(help: "A dataset of JPEG pictures.") var data: String
  @Option(help: "Repetitions.") var repeats = 3
  @Option(help: "Threads.") var threads = 2
  @Option(help: "The folder for the table and the figures.") var output: String

  func run() throws {
    let found = try GrowthSeries.all(data: data).map(measured)
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    try table(found).write(toFile: "\(output)/growth.md", atomically: true, encoding: .utf8)
    try draw("time", "processor time", found) { $0.seconds }
    try draw("memory", "peak memory", found) { $0.bytes }
    print(table(found))
  }

  /// Every point in a process of its own, so that its peak is its own.
  private func measured(_ series: GrowthSeries) throws -> Growth {
    var (seconds, bytes) = ([Double](), [Double]())
    for point in series.points {
      var workload = point.workload
      workload.repeats = repeats
      Screen.standardError.write("\(series.name) \(Int(point.size))\n")
      let serve = [CommandLine.arguments[0], "serve", "--threads", "\(threads)"]
      let answer = try Peer(serve, threads: threads).ask(workload)
      seconds.append(answer.processorSeconds ?? .nan)
      bytes.append(Double(answer.peakBytes))
    }
    return Growth(series: series, seconds: seconds, bytes: bytes)
  }

  private func table(_ found: [Growth]) -> String {
    var table = Table([
      "what grows", "work", "from", "to", "ms at the ends", "time grows with its power",
      "MB at the ends", "kB for each more",
    ])
    func ends(_ values: [Double], _ factor: Double) -> String {
      [values[0], values.last!].map { Table.number(factor * $0, digits: 0) }
        .joined(separator: " to ")
    }
    for one in found {
      let sizes = one.series.points.map { Table.number($0.size, digits: $0.size < 1 ? 3 : 0) }
      table.add([
        one.series.name, one.series.work, sizes[0], sizes.last!, ends(one.seconds, 1e3),
        Table.number(one.exponent, digits: 2), ends(one.bytes, 1e-6),
        Table.number(one.bytesEach / 1e3, digits: 1),
      ])
    }
    return table.markdown
  }

  /// All series in one figure, each as multiples of its smallest point.
  private func draw(
    _ file: String, _ label: String, _ found: [Growth], _ values: (Growth) -> [Double]
  ) throws {
    let series = found.map { one in
      LineChart.Series(
        one.series.name,
        zip(one.series.points, values(one)).map {
          ($0.size / one.series.points[0].size, .init($1 / values(one)[0]))
        }, hasMarkers: true)
    }
    let largest = found.map { $0.series.points.last!.size / $0.series.points[0].size }.max()!
    let straight = LineChart.Series(
      "in proportion", [(1, .init(1)), (largest, .init(largest))], color: .gray, isDashed: true)
    let chart = LineChart(
      x: Axis("how much larger (times)", scale: .logarithmic),
      y: Axis("\(label) (times the smallest)", scale: .logarithmic, range: 0.5...100),
      series: [straight] + series)
    for format in [FigureFormat.svg, .png()] {
      try Gnuplot().draw(
        Figure(.lines(chart), width: 560, height: 380),
        to: "\(output)/growth-\(file).\(format == .svg ? "svg" : "png")",
        as: format)
    }
  }
}
