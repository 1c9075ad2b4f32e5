/// What is said of a unit beside its photographs.
enum UnitWords {
  /// Its number, what its best photographs share, and how often it is on; or that it is dead.
  static func lines(_ unit: UnitResults.Unit) -> [String] {
    guard !unit.isDead else { return ["unit \(unit.unit): dead", "the same everywhere"] }
    var lines = ["unit \(unit.unit)"]
    if let found = unit.association {
      lines.append(found.name)
      lines.append("\(found.count)/\(found.of), chance \(percent(found.chance))")
    }
    lines.append("active \(percent(unit.active))")
    return lines
  }

  /// The same without the number, as a page has it.
  static func sentence(_ unit: UnitResults.Unit) -> String {
    guard !unit.isDead else { return "dead: gives the same number everywhere" }
    let found = unit.association.map { found in
      "\(found.name) in \(found.count) of \(found.of) best, by chance \(percent(found.chance)); "
    }
    return (found ?? "") + "above zero at \(percent(unit.active)) of places"
  }

  /// What a search of a page looks in: layer, class, labels and photographs, in small letters. The
  /// number is no part of it: `unit 3` would find the 3 of any other number.
  static func search(_ unit: UnitResults.Unit, layer: String) -> String {
    let labels = Set(unit.top.compactMap(\.label)).sorted()
    let state = unit.isDead ? ["dead"] : [unit.association?.name].compactMap { $0 }
    return ([layer] + state + labels + unit.top.map(\.id)).joined(separator: " ").lowercased()
  }

  /// How far the class that a unit's photographs share is above chance; below zero where there is
  /// none, lowest for a dead unit.
  static func merit(_ unit: UnitResults.Unit) -> Double {
    unit.association.map { Double($0.count) / Double(max(1, $0.of)) - $0.chance }
      ?? (unit.isDead ? -2 : -1)
  }

  private static func percent(_ share: Double) -> String {
    let value = 100 * share
    return value >= 10 || value == 0
      ? "\(Int(value.rounded()))%" : value < 0.1 ? "<0.1%" : "\((value * 10).rounded() / 10)%"
  }
}
