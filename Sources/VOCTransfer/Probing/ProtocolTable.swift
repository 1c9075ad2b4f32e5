internal import Runs
internal import Statistics
public import Text

extension ProbingTables {
  /// Whether layers were chosen, and all starts are set beside one another in one table.
  var isChosen: Bool {
    starts[0].results[0].rows.contains { $0.method != .linear && $0.validation != nil }
  }

  /// What stars are.
  static let choice =
    "A star marks the layer that training pictures choose for the start (machines on few positives "
    + "follow those on all)."

  /// Every protocol on every layer, the starts side by side, a star at the layer that training
  /// pictures choose; `!` marks a number of an older protocol or of another program.
  public var overview: Table {
    var table = Table(
      ["protocol", "measure", "layer", "size"] + starts.map(\.name) + ["chance"],
      alignments: [.left, .left, .left, .right] + starts.map { _ in .right } + [.right])
    for method in ProbingConfiguration.Method.allCases {
      let chosen = starts.map { layer(of: method, $0.results) }
      for place in places(method) {
        let found = starts.map { start in
          start.results.compactMap { result in
            result.rows.first {
              $0.method == method && $0.layer == place.layer && $0.positives == place.positives
            }
          }
        }
        guard let first = found.first(where: { !$0.isEmpty })?.first else { continue }
        let name = first.protocolName ?? "\(method.rawValue), earlier"
        let cells = found.indices.map { column -> String in
          guard !found[column].isEmpty else { return "" }
          let values = found[column].map(\.headline.value)
          let isShare = found[column][0].figure?.isShare ?? true
          let text = Self.joined(values, isShare: isShare).formatted(digits: 1)
          let isOld = starts[column].results.contains { isStale($0, method) }
          return text + (chosen[column] == place.layer ? " *" : "") + (isOld ? " !" : "")
        }
        table.add(
          [
            name + (place.positives.map { ", \($0) positives" } ?? ""), first.headline.name,
            place.layer, first.size.map { "\($0)" } ?? "",
          ] + cells + [Self.chance(first, starts[0].results[0])])
      }
    }
    return table
  }

  /// Which numbers an older protocol or another program made; empty where none.
  var stale: [String] {
    starts.compactMap { start in
      let old = ProbingConfiguration.Method.allCases.filter { method in
        start.results.contains { isStale($0, method) }
      }
      guard !old.isEmpty else { return nil }
      let names = Set(
        start.results.flatMap(\.rows).filter { old.contains($0.method) }
          .map { $0.protocolName ?? "\($0.method.rawValue) of an earlier version" })
      return "\(start.name) has numbers of an older protocol or another program "
        + "(\(names.sorted().joined(separator: ", "))): remove its runs to ask again."
    }
  }

  /// The table of a protocol that ranks no pictures.
  func figures(_ method: ProbingConfiguration.Method) -> Table {
    let rows = starts.flatMap { $0.results[0].rows }.filter { $0.method == method }
    let figure = rows[0].figure!
    var table = Table(
      ["layer", "start", "numbers", figure.name + (figure.isShare ? ", %" : "")],
      alignments: [.left, .left, .right, .right])
    for place in places(method) {
      for start in starts {
        let found = start.results.compactMap { result in
          result.rows.first { $0.method == method && $0.layer == place.layer }
        }
        guard let first = found.first else { continue }
        table.add([
          place.layer, start.name, "\(first.features)",
          Self.joined(found.map(\.headline.value), isShare: figure.isShare).formatted(digits: 1),
        ])
      }
    }
    if let chance = figure.chance {
      table.add(["chance", "", "", Table.number(100 * chance, digits: 1)])
    }
    return table
  }

  /// The layer with the best mean over seeds of what training pictures gave; few positives follow
  /// the machines on all.
  private func layer(
    of method: ProbingConfiguration.Method, _ results: [ProbingResult]
  ) -> String? {
    let judged = method == .lowShot ? .svm : method
    var sums: [(layer: String, sum: Double)] = []
    for row in results.flatMap(\.rows) where row.method == judged {
      guard let validation = row.validation, validation.isFinite else { continue }
      if let place = sums.firstIndex(where: { $0.layer == row.layer }) {
        sums[place].sum += validation
      } else {
        sums.append((row.layer, validation))
      }
    }
    return sums.max { $0.sum < $1.sum }?.layer
  }

  private func isStale(_ result: ProbingResult, _ method: ProbingConfiguration.Method) -> Bool {
    let rows = result.rows.filter { $0.method == method }
    return !rows.isEmpty
      && (result.program != EnvironmentRecord.programDigest
        || rows.contains { $0.protocolName != method.protocolName })
  }

  private static func joined(_ values: [Interval], isShare: Bool) -> Interval {
    let all = values.count == 1 ? values[0] : .student(values.map(\.mean))
    return isShare ? all.clamped(to: 0...1).scaled(by: 100) : all
  }

  private static func chance(_ row: ProbingResult.Row, _ result: ProbingResult) -> String {
    let chance =
      row.figure.map { $0.chance }
      ?? (!row.scores.isEmpty && row.accuracy != nil
        ? 1 / Double(result.classes.count) : result.chance)
    return chance.map { Table.number(100 * $0, digits: 1) } ?? ""
  }
}
