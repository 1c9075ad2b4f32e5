extension CUDABackend {
  /// The largest element of each plane, the first of equals, and its place: by chunks of planes,
  /// which are folded in their order.
  public func peaks(_ x: Storage) -> (values: Storage, places: Storage) {
    require(x.shape.rank == 4 && x.shape.plane > 0, "peaks: \(x.shape) has no planes")
    let maps = channelRows(x)
    let (images, channels, plane) = (x.shape[0], maps.channels, x.shape.plane)
    let chunks = ChannelChunks(rows: plane, channels: channels)
    let shape: Shape = [images, channels]
    let partials: Shape = [chunks.count, images, channels]
    let (values, places) = (storage(partials, .f32), storage(partials, .i32))
    launch(
      Kernel(.responses, "peak_partials", maps.storage.dtype),
      LaunchShape(
        grid: (chunks.count * images, chunks.shape.grid.0), block: chunks.shape.block),
      maps.storage, values, places, plane, chunks.length, Int32(images), Int32(channels),
      Int32(maps.pitch))
    let (best, place) = (storage(shape, .f32), storage(shape, .i32))
    launch(
      Kernel(.responses, "peak_total"), .flat(shape.count, on: context), values, places, best,
      place, Int32(shape.count), Int32(chunks.count))
    return (best, place)
  }

  /// Adds to the counts how often each channel gave which numbers.
  public func countResponses(_ x: Storage, into counts: Storage) {
    ResponseBins.check(x.shape, counts)
    let maps = channelRows(x)
    let chunks = ChannelChunks(maps)
    launch(
      Kernel(.responses, "count_responses", maps.storage.dtype), chunks.shape, maps.storage, counts,
      maps.rows, chunks.length, Int32(maps.channels), Int32(maps.pitch))
  }
}
