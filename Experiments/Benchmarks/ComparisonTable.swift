internal import Foundation

/// A workload and what both programs said, round by round.
struct Row {
  let workload: Workload
  let ours: [Answer]
  let theirs: [Answer]?

  /// Our median seconds over all repetitions.
  var seconds: Double { ours.flatMap(\.seconds).median }
  /// The peer's.
  var peerSeconds: Double? { theirs?.flatMap(\.seconds).median }
  /// How many times as fast as the peer each round was.
  var ratios: [Double] {
    zip(theirs ?? [], ours).map { $0.seconds.median / $1.seconds.median }
  }
}

/// Rows as a table for people: what each takes, and how it stands beside the peer.
struct ComparisonTable {
  let rows: [Row]
  let threads: Int

  /// The table with the machine, the programs and the date above it.
  var markdown: String {
    let programs = [rows[0].ours[0].program, rows[0].theirs?[0].program].compactMap { $0 }
    let date = Date().formatted(.iso8601.year().month().day())
    var lines = [
      "\(date), \(Self.processor), \(threads) threads; \(programs.joined(separator: " beside "))",
      "",
      "| workload | pigment | rate | PyTorch | times as fast | memory, MB | of PyTorch's |",
      "|---|--:|--:|--:|--:|--:|--:|",
    ]
    lines += rows.filter { $0.workload.kind != .convolution }.map(line)
    lines += sums
    lines += rows.filter { $0.workload.kind == .convolution }.map(line)
    return lines.joined(separator: "\n") + "\n"
  }

  private func line(_ row: Row) -> String {
    let (workload, seconds) = (row.workload, row.seconds)
    let rate =
      workload.convolution.map {
        "\(($0.operations(batch: workload.batch) / seconds / 1e9).text(0)) GF/s"
      } ?? "\((Double(workload.batch) / seconds).text(2)) \(workload.unit)/s"
    var cells = [workload.name, "\((1e3 * seconds).text(1)) ms", rate]
    if let theirs = row.theirs, let peerSeconds = row.peerSeconds {
      let ratios = row.ratios
      cells += [
        "\((1e3 * peerSeconds).text(1)) ms",
        "\(ratios.median.text(2)) (\(ratios.min()!.text(2)) to \(ratios.max()!.text(2)))",
      ]
      cells += memory(row, theirs)
    } else {
      cells += ["", ""] + memory(row, nil)
    }
    return "| " + cells.joined(separator: " | ") + " |"
  }

  private func memory(_ row: Row, _ theirs: [Answer]?) -> [String] {
    guard row.workload.isIsolated else { return ["", ""] }
    let (own, other) = (row.ours.peak, theirs?.peak)
    return ["\((own / 1e6).text(0))", other.map { (own / $0).text(2) } ?? ""]
  }

  /// All convolutions of a network together, each as often as the network has it.
  private var sums: [String] {
    let convolutions = rows.filter { $0.workload.kind == .convolution }
    func title(_ row: Row) -> String {
      let parts = row.workload.name.split(separator: "/")
      return "all convolutions/\(parts[1])/\(parts[3])/\(parts[4])"
    }
    var titles: [String] = []
    for row in convolutions where !titles.contains(title(row)) { titles.append(title(row)) }
    return titles.map { name in
      let own = convolutions.filter { title($0) == name }
      func sum(_ value: (Row) -> Double) -> Double {
        own.reduce(0) { $0 + Double($1.workload.count) * value($1) }
      }
      let seconds = sum { $0.seconds }
      let work = sum { $0.workload.convolution!.operations(batch: $0.workload.batch) }
      var cells = [
        name, "\((1e3 * seconds).text(1)) ms", "\((work / seconds / 1e9).text(0)) GF/s", "", "",
      ]
      if own.allSatisfy({ $0.theirs != nil }) {
        let peer = sum { $0.peerSeconds! }
        cells[3...4] = ["\((1e3 * peer).text(1)) ms", (peer / seconds).text(2)]
      }
      return "| " + (cells + ["", ""]).joined(separator: " | ") + " |"
    }
  }

  private static var processor: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
      ?? "unknown processor"
  }
}

extension [Double] {
  /// The middle value, or the mean of the two in the middle.
  var median: Double {
    let sorted = sorted()
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }
}

extension [Answer] {
  /// The most memory of any round, in bytes.
  fileprivate var peak: Double { Double(map(\.peakBytes).max() ?? 0) }
}

extension Double {
  /// With this many digits after the point.
  func text(_ digits: Int) -> String { String(format: "%.\(digits)f", self) }
}
