extension ReferenceBackend {
  /// The largest element of each plane, the first of equals, and its place.
  public func peaks(_ x: Storage) -> (values: Storage, places: Storage) {
    require(x.shape.rank == 4 && x.shape.plane > 0, "peaks: \(x.shape) has no planes")
    let (values, plane) = (read(x), x.shape.plane)
    let shape: Shape = [x.shape[0], x.shape[1]]
    var best = [Double](repeating: -.infinity, count: shape.count)
    var places = [Double](repeating: 0, count: shape.count)
    for channel in best.indices {
      for place in 0..<plane where values[channel * plane + place] > best[channel] {
        (best[channel], places[channel]) = (values[channel * plane + place], Double(place))
      }
      if values[channel * plane..<(channel + 1) * plane].contains(where: \.isNaN) {
        places[channel] = -1
      }
    }
    return (write(best, shape, x.dtype.ofSums), write(places, shape, .i32))
  }

  /// Adds to the counts how often each channel gave which numbers.
  public func countResponses(_ x: Storage, into counts: Storage) {
    ResponseBins.check(x.shape, counts)
    let plane = x.shape.plane
    var sums = read(counts)
    for (index, value) in floats(of: x).enumerated() {
      let channel = index / plane % x.shape[1]
      let bin = value == 0 ? ResponseBins.zeros : ResponseBins.key(of: value)
      sums[channel * ResponseBins.count + bin] += 1
    }
    overwrite(counts, with: sums)
  }
}
