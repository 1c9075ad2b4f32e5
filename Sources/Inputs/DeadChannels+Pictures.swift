public import Datasets
internal import Images
public import Layers
public import Networks
public import Tensors

extension DeadChannels {
  /// Counts on the centered squares of `records`, at most `mostPictures` of them spread evenly; nil
  /// where there are none. `last` sees what the trunk makes of them.
  ///
  /// - Parameters:
  ///   - size: The side of the squares in pixels; those that the trunk needs are not smaller.
  ///   - threads: Threads that read pictures; the result does not depend on it.
  public init?(
    of trunk: Stack, _ configuration: TrunkConfiguration, _ preprocessing: Preprocessing,
    on records: [Int], in dataset: Dataset, size: Int, threads: Int, device: Device,
    last: (Tensor) -> Void = { _ in }
  ) throws {
    guard !records.isEmpty else { return nil }
    let count = min(records.count, Self.mostPictures)
    let chosen = (0..<count).map { records[$0 * records.count / count] }
    var crop = Augmentation()
    crop.size = max(size, configuration.smallestSide)
    let batch = 8
    let inputs = Prefetcher(
      range: 0..<(count + batch - 1) / batch, threads: threads, ahead: threads + 1
    ) { [crop] number in
      try chosen[number * batch..<min((number + 1) * batch, count)].map { record in
        crop.center(of: try dataset.picture(record, .whole))
      }
    }
    try self.init(of: trunk, last: last) {
      try inputs.next().map { preprocessing.input(of: $0, on: device) }
    }
  }
}
