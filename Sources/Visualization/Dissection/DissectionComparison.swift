public import Plots
internal import Statistics
public import Text

/// Several trunks dissected with the same data, side by side.
public struct DissectionComparison: Codable, Sendable, Equatable {
  /// One trunk.
  public struct Entry: Codable, Sendable, Equatable {
    /// What tables call it.
    public let name: String
    /// Its dissection.
    public let dissection: Dissection

    /// A dissection under a name.
    public init(name: String, dissection: Dissection) {
      (self.name, self.dissection) = (name, dissection)
    }
  }

  /// The trunks in the order they were named.
  public var entries: [Entry]

  /// A comparison of these.
  public init(_ entries: [Entry]) { self.entries = entries }

  /// The names of layers that any trunk has, in order.
  private var layers: [String] {
    var names: [String] = []
    for entry in entries {
      for layer in entry.dissection.layers where !names.contains(layer.name) {
        names.append(layer.name)
      }
    }
    return names
  }

  private func layer(_ name: String, _ entry: Entry) -> Dissection.Layer? {
    entry.dissection.layers.first { $0.name == name }
  }

  /// By layer and trunk: units, those that detect a class, how many classes are detected, and the
  /// mean of the best intersections over union; each beside what the masks of other pictures give.
  public var table: Table {
    var table = Table(
      [
        "layer", "features", "units", "detectors", "by chance", "beyond chance",
        "classes detected", "by chance", "mean best IoU, %", "by chance",
      ],
      alignments: [.left, .left] + [Table.Alignment](repeating: .right, count: 8))
    for name in layers {
      for entry in entries {
        guard let layer = layer(name, entry) else { continue }
        let chance = layer.chance
        func number(_ value: Double?, _ digits: Int) -> String {
          value.map { Table.number($0, digits: digits) } ?? ""
        }
        table.add([
          name, entry.name, "\(layer.units.count)", "\(layer.detectors)",
          number(chance?.detectors, 1), chance.map { "\($0.detectorsBeyond)" } ?? "",
          "\(layer.detected.count) of \(entry.dissection.classes.count)",
          number(chance?.detected, 1), Table.number(100 * layer.meanBest, digits: 2),
          number(chance.map { 100 * $0.meanBest }, 2),
        ])
      }
    }
    return table
  }

  /// What the columns of `table` are, in sentences.
  public static let explanation = """
    A unit detects a class when it covers it with an intersection over union above 4 %. By chance: \
    the same responses compared with the masks of other pictures, mean over \
    \(Dissection.shuffles) shuffles, or as many as there are other pictures; a unit that responds \
    where things use to be detects some there too. Beyond chance are detectors whose IoU is above \
    that of every shuffle.
    """

  /// The units of all layers of one trunk that cover a class best, at most `count`.
  public func ranking(_ entry: Entry, count: Int = 20) -> Table {
    var table = Table(
      ["unit", "layer", "class", "IoU, %", "most by chance"],
      alignments: [.right, .left, .left, .right, .right])
    let all = entry.dissection.layers.flatMap { layer in layer.units.map { (layer.name, $0) } }
    for (name, unit) in all.sorted(by: { $0.1.iou > $1.1.iou }).prefix(count) {
      table.add([
        "\(unit.unit)", name, unit.best, Table.number(100 * unit.iou, digits: 1),
        unit.chance.map { Table.number(100 * $0, digits: 1) } ?? "",
      ])
    }
    return table
  }

  /// The number of classes detected, by layer, and by chance.
  public var figure: Figure {
    figure("classes detected", { Double($0.detected.count) }, chance: \.detected)
  }

  /// The mean best intersection over union, by layer, and by chance.
  public var coverage: Figure {
    figure("mean best IoU (%)", { 100 * $0.meanBest }, chance: { 100 * $0.meanBest })
  }

  private func figure(
    _ label: String, _ value: (Dissection.Layer) -> Double,
    chance: (Dissection.Chance) -> Double
  ) -> Figure {
    let names = layers
    let hasChance = entries.contains { $0.dissection.layers.contains { $0.chance != nil } }
    // Right of each bar, in gray, what chance gives.
    let series = entries.enumerated().flatMap { place, entry -> [GroupedChart.Series] in
      let own = GroupedChart.Series(
        entry.name, names.map { layer($0, entry).map { Interval(value($0)) } })
      let shuffled = names.map { name in
        layer(name, entry)?.chance.map { Interval(chance($0)) }
      }
      guard shuffled.contains(where: { $0 != nil }) else { return [own] }
      return [own, .init(place == 0 ? "by chance" : "", shuffled, color: .gray)]
    }
    return Figure(
      .groups(
        GroupedChart(categories: names, axis: Axis(label), series: series, mark: .bars)),
      width: max(360, 160 + names.count * max(40, entries.count * (hasChance ? 34 : 22))))
  }
}
