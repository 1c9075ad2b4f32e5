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
  /// mean of the best intersections over union.
  public var table: Table {
    var table = Table(
      ["layer", "features", "units", "detectors", "classes detected", "mean best IoU, %"],
      alignments: [.left, .left, .right, .right, .right, .right])
    for name in layers {
      for entry in entries {
        guard let layer = layer(name, entry) else { continue }
        table.add([
          name, entry.name, "\(layer.units.count)", "\(layer.detectors)",
          "\(layer.detected.count) of \(entry.dissection.classes.count)",
          Table.number(100 * layer.meanBest, digits: 2),
        ])
      }
    }
    return table
  }

  /// The units of all layers of one trunk that cover a class best, at most `count`.
  public func ranking(_ entry: Entry, count: Int = 20) -> Table {
    var table = Table(
      ["unit", "layer", "class", "IoU, %"], alignments: [.right, .left, .left, .right])
    let all = entry.dissection.layers.flatMap { layer in layer.units.map { (layer.name, $0) } }
    for (name, unit) in all.sorted(by: { $0.1.iou > $1.1.iou }).prefix(count) {
      table.add(["\(unit.unit)", name, unit.best, Table.number(100 * unit.iou, digits: 1)])
    }
    return table
  }

  /// The number of classes detected, by layer.
  public var figure: Figure { figure("classes detected") { Double($0.detected.count) } }

  /// The mean best intersection over union, by layer.
  public var coverage: Figure { figure("mean best IoU (%)") { 100 * $0.meanBest } }

  private func figure(_ label: String, _ value: (Dissection.Layer) -> Double) -> Figure {
    let names = layers
    return Figure(
      .groups(
        GroupedChart(
          categories: names, axis: Axis(label),
          series: entries.map { entry in
            .init(
              entry.name, names.map { layer($0, entry).map { Interval(value($0)) } })
          }, mark: .bars)),
      width: max(360, 140 + names.count * max(40, entries.count * 22)))
  }
}
