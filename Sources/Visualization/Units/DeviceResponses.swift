internal import Tensors

/// What a GPU keeps and gives of the responses of some layers, so that maps need not leave it: how
/// often each unit gave which numbers stays there until it is taken, and of each picture only the
/// peaks come back, two small arrays for all layers together.
struct DeviceResponses {
  private var counts: [ResponseCounts]

  /// Nothing counted yet of layers with these numbers of units.
  init(units: [Int], on device: Device) {
    counts = units.map { ResponseCounts(channels: $0, on: device) }
  }

  /// The peaks of one picture's maps, a layer after another: the value and the place of each unit.
  mutating func add(
    _ maps: [Tensor], flushing flush: (_ layer: Int, _ counts: [Int32], _ total: Int) -> Void
  ) -> (values: [Float], places: [Int32]) {
    for (layer, map) in maps.enumerated() {
      // A count is a whole number of 32 bits, which some 40,000 photographs of 224 x 224 fill.
      if counts[layer].total + map.shape.plane > Int(Int32.max) { take(layer, flush) }
      counts[layer].add(map)
    }
    let peaks = maps.map { $0.peaks() }
    return (
      concatenate(peaks.map(\.values), axis: 1).floats,
      concatenate(peaks.map(\.places), axis: 1).indices
    )
  }

  /// Hands out all that was counted, and begins anew.
  mutating func takeAll(_ flush: (_ layer: Int, _ counts: [Int32], _ total: Int) -> Void) {
    for layer in counts.indices where counts[layer].total > 0 { take(layer, flush) }
  }

  private mutating func take(
    _ layer: Int, _ flush: (_ layer: Int, _ counts: [Int32], _ total: Int) -> Void
  ) {
    let total = counts[layer].total
    flush(layer, counts[layer].take(), total)
  }
}
