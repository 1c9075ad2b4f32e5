internal import Runs
internal import Statistics
public import Text

/// What changed between two looks at the same units, such as those of two checkpoints of a run.
public struct UnitDifference: Codable, Sendable, Equatable {
  /// One unit in both.
  public struct Unit: Codable, Sendable, Equatable {
    /// Its number, from 0.
    public let unit: Int
    /// How many of its best photographs are among the best of both.
    public let kept: Int
    /// How many best photographs were compared; none of a unit that is dead in both.
    public let of: Int
    /// What its best photographs had in common before, and after.
    public let before: String?, after: String?
  }

  /// One layer in both.
  public struct Layer: Codable, Sendable, Equatable {
    /// The name.
    public let name: String
    /// Its units, those that changed most first.
    public let units: [Unit]
    /// The mean share of best photographs that were kept.
    public let meanKept: Double
  }

  /// The layers in order.
  public let layers: [Layer]

  /// Compares two results; they must show the same data in the same way, and as many units.
  public init(from before: UnitResults, to after: UnitResults) throws {
    func refuse(_ what: String) -> RunError {
      RunError(
        path: after.archive, problem: "\(what) than \(before.archive); look at both in the same way"
      )
    }
    guard before.dataHash == after.dataHash, before.photographs == after.photographs else {
      throw refuse("was looked at with other photographs")
    }
    guard before.settings.top == after.settings.top, before.settings.size == after.settings.size
    else { throw refuse("was looked at with another --top or --size") }
    guard before.layerNames == after.layerNames else {
      throw refuse("was looked at by a version whose names of layers mean other outputs")
    }
    let common = before.layers.filter { old in after.layers.contains { $0.name == old.name } }
    guard !common.isEmpty else { throw refuse("shows other layers") }
    layers = try common.map { old in
      let new = after.layers.first { $0.name == old.name }!
      guard old.units.count == new.units.count else { throw refuse("has other units") }
      let units = zip(old.units, new.units).map { old, new in
        let ids = Set(old.top.map(\.id))
        return Unit(
          unit: old.unit, kept: new.top.count { ids.contains($0.id) },
          of: max(old.top.count, new.top.count),
          before: old.association?.name, after: new.association?.name)
      }
      return Layer(
        name: old.name,
        units: units.sorted {
          ($0.of == 0 ? 1 : 0, $0.kept, $0.unit) < ($1.of == 0 ? 1 : 0, $1.kept, $1.unit)
        },
        // What is dead in both did not change.
        meanKept: units.map { $0.of == 0 ? 1 : Double($0.kept) / Double($0.of) }.mean)
    }
  }

  /// By layer: how much was kept, how many units kept nothing, and how many respond to another
  /// class.
  public var table: Table {
    var table = Table(["layer", "units", "photographs kept, %", "kept none", "other class"])
    for layer in layers {
      table.add([
        layer.name, "\(layer.units.count)", Table.number(100 * layer.meanKept, digits: 1),
        "\(layer.units.count { $0.kept == 0 && $0.of > 0 })",
        "\(layer.units.count { $0.before != $0.after })",
      ])
    }
    return table
  }
}
