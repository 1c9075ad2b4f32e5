/// What is kept of one layer while pictures pass: the best peaks of each unit, and how often it
/// responded how strongly. Its size does not grow with the number of pictures.
public struct LayerStatistics: Sendable, Equatable {
  /// The layer's name.
  public let name: String
  /// The best peaks of each unit.
  public var peaks: [TopPeaks]
  /// How often it responded how strongly.
  public var responses: ResponseHistogram

  /// Nothing seen yet of a layer of `units` channels.
  public init(name: String, units: Int, depth: Int) {
    self.name = name
    peaks = Array(repeating: TopPeaks(capacity: depth), count: units)
    responses = ResponseHistogram(units: units)
  }

  /// Takes in the maps of one picture, [units, height, width]. `label` says what the picture's mask
  /// holds under a position. Returns the first unit that gave something that is not a number.
  public mutating func add(
    _ maps: [Float], width: Int, rank: Int32, label: (_ row: Int, _ column: Int) -> UInt8
  ) -> Int? {
    let places = maps.withUnsafeBufferPointer { responses.add($0) }
    let count = maps.count / places.count
    for (unit, place) in places.enumerated() {
      if place < 0 { return unit }
      offer(maps[unit * count + place], at: place, width, unit, rank, label)
    }
    return nil
  }

  /// Takes in where a device found the largest response of each unit to one picture, [units]; a
  /// place of -1 says that something was not a number. The responses are counted there.
  mutating func add(
    peaks values: ArraySlice<Float>, at places: ArraySlice<Int32>, width: Int, rank: Int32,
    label: (_ row: Int, _ column: Int) -> UInt8
  ) -> Int? {
    for (unit, (value, place)) in zip(values, places).enumerated() {
      if place < 0 { return unit }
      offer(value, at: Int(place), width, unit, rank, label)
    }
    return nil
  }

  @inline(__always)
  private mutating func offer(
    _ value: Float, at place: Int, _ width: Int, _ unit: Int, _ rank: Int32,
    _ label: (_ row: Int, _ column: Int) -> UInt8
  ) {
    guard peaks[unit].wants(value, rank: rank) else { return }
    let (row, column) = (place / width, place % width)
    peaks[unit].offer(
      Peak(
        value: value, rank: rank, row: Int32(row), column: Int32(column),
        label: label(row, column)))
  }

  /// The peaks at which a unit responds, best first. A unit that is never below zero does not
  /// respond where it gives zero; one that gives the same number everywhere responds to nothing,
  /// and is dead.
  public func responding(_ unit: Int) -> [Peak] {
    let sorted = peaks[unit].sorted
    if responses.reachedBins(unit) == 1, Set(sorted.map(\.value)).count <= 1 { return [] }
    return responses.isEverNegative(unit) ? sorted : sorted.filter { $0.value > 0 }
  }

  /// The memory that it takes.
  public var byteCount: Int {
    responses.byteCount + peaks.reduce(0) { $0 + $1.capacity * MemoryLayout<Peak>.stride }
  }
}
