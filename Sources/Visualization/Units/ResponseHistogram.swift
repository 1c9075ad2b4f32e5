internal import Tensors

/// How often each unit of a layer responded how strongly: counts from which quantiles are read.
///
/// Bins are the leading bits of the numbers themselves (`ResponseBins`), so a bin spans 1/32 of its
/// value whatever the scale of the unit. Counts are whole numbers, so the order of what is added
/// changes nothing. A unit takes 2 KiB and 256 bytes for each power of two that it reached: about
/// 6 KiB as a rule, 133 KiB at the very most.
public struct ResponseHistogram: Sendable, Equatable {
  /// The number of units.
  public let units: Int
  /// Responses of each unit that were counted.
  public private(set) var total = 0
  /// How many of them were zero, by unit: what a rectifier mostly gives.
  var zeros: [Int]
  /// The page of counts for a unit and a power of two, or -1.
  var pages: [Int32]
  /// 32 counts a page.
  var counts: [Int] = []

  /// Nothing counted yet.
  public init(units: Int) {
    self.units = units
    zeros = [Int](repeating: 0, count: units)
    pages = [Int32](repeating: -1, count: units * Self.powers)
  }

  init(units: Int, total: Int, zeros: [Int], pages: [Int32], counts: [Int]) {
    (self.units, self.total, self.zeros) = (units, total, zeros)
    (self.pages, self.counts) = (pages, counts)
  }

  static let powers = ResponseBins.keys / slots
  private static let slots = 32

  /// Counts the responses of all units, unit by unit, the same number for each. Returns where each
  /// unit's largest is, the first of equals; -1 where one of them is not a number.
  public mutating func add(_ values: UnsafeBufferPointer<Float>) -> [Int] {
    precondition(
      values.count % units == 0, "ResponseHistogram: \(values.count) values for \(units) units")
    let count = values.count / units
    total += count
    var places = [Int](repeating: 0, count: units)
    for unit in 0..<units {
      let row = UnsafeBufferPointer(rebasing: values[unit * count..<(unit + 1) * count])
      places[unit] = add(row, unit)
    }
    return places
  }

  private mutating func add(_ row: UnsafeBufferPointer<Float>, _ unit: Int) -> Int {
    var (best, place, none, isNumber) = (-Float.infinity, 0, 0, true)
    for (index, value) in row.enumerated() {
      if value > best { (best, place) = (value, index) }
      if value == 0 {
        none += 1
        continue
      }
      if value.isNaN { isNumber = false }
      count(1, of: ResponseBins.key(of: value), unit)
    }
    zeros[unit] += none
    return isNumber ? place : -1
  }

  /// Adds what a device counted, [units, `ResponseBins.count`], of so many responses of each unit.
  mutating func add(_ found: [Int32], of responses: Int) {
    precondition(
      found.count == units * ResponseBins.count,
      "ResponseHistogram: \(found.count) counts for \(units) units")
    total += responses
    for unit in 0..<units {
      let start = unit * ResponseBins.count
      for key in 0..<ResponseBins.keys where found[start + key] > 0 {
        count(Int(found[start + key]), of: key, unit)
      }
      zeros[unit] += Int(found[start + ResponseBins.zeros])
    }
  }

  @inline(__always)
  private mutating func count(_ number: Int, of key: Int, _ unit: Int) {
    var page = pages[unit * Self.powers + key >> 5]
    if page < 0 {
      page = Int32(counts.count / Self.slots)
      counts += repeatElement(0, count: Self.slots)
      pages[unit * Self.powers + key >> 5] = page
    }
    counts[Int(page) * Self.slots + key & 31] += number
  }

  /// The value above which this share of a unit's responses lies, to about 1 %: the place inside a
  /// bin is taken in proportion.
  public func threshold(_ unit: Int, topShare share: Double) -> Float {
    precondition(share > 0 && share < 1, "ResponseHistogram: a share of \(share)")
    guard total > 0 else { return 0 }
    let wanted = Double(total) * share
    var above = 0.0
    for key in stride(from: Self.powers * Self.slots - 1, through: 0, by: -1) {
      let isZero = key == ResponseBins.key(of: 0)
      let page = Int(pages[unit * Self.powers + key >> 5])
      let counted = page < 0 ? 0 : counts[page * Self.slots + key & 31]
      if counted > 0 {
        if above + Double(counted) >= wanted {
          let (low, high) = Self.ends(key)
          return high - (high - low) * Float((wanted - above) / Double(counted))
        }
        above += Double(counted)
      }
      if isZero {
        above += Double(zeros[unit])
        if above >= wanted { return 0 }
      }
    }
    return -.infinity
  }

  /// The share of a unit's responses that are above zero.
  public func activeShare(_ unit: Int) -> Double {
    guard total > 0 else { return 0 }
    var active = 0
    for power in Self.powers / 2..<Self.powers {
      let page = Int(pages[unit * Self.powers + power])
      if page >= 0 { active += counts[page * Self.slots..<(page + 1) * Self.slots].reduce(0, +) }
    }
    return Double(active) / Double(total)
  }

  /// Whether a unit gave anything below zero.
  func isEverNegative(_ unit: Int) -> Bool {
    (0..<Self.powers / 2).contains { pages[unit * Self.powers + $0] >= 0 }
  }

  /// How many bins of numbers a unit reached; zero is one of its own.
  func reachedBins(_ unit: Int) -> Int {
    (0..<Self.powers).reduce(zeros[unit] > 0 ? 1 : 0) { sum, power in
      let page = Int(pages[unit * Self.powers + power])
      guard page >= 0 else { return sum }
      return sum + counts[page * Self.slots..<(page + 1) * Self.slots].count { $0 > 0 }
    }
  }

  /// The memory that the counts take.
  public var byteCount: Int { zeros.count * 8 + pages.count * 4 + counts.count * 8 }

  /// The smallest and the largest number of a bin.
  private static func ends(_ key: Int) -> (Float, Float) {
    func value(_ ordered: UInt32) -> Float {
      Float(bitPattern: ordered >> 31 == 1 ? ordered & 0x7FFF_FFFF : ~ordered)
    }
    return (value(UInt32(key) << 18), value(UInt32(key) << 18 | 0x3FFFF))
  }
}
