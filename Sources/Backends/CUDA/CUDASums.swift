extension CUDABackend {
  /// Blocks of the first pass over all elements: by their number alone, so that sums are the same
  /// on every device.
  private func sumBlocks(_ count: Int) -> Int { min(max((count + 1023) / 1024, 1), 1024) }

  /// The sum over everything but channels, in single precision.
  public func channelSums(_ x: Storage) -> Storage {
    let x = channelRows(x)
    let chunks = ChannelChunks(x)
    let (partials, sums) = (scratch(8 * chunks.count * x.channels), storage([x.channels], .f32))
    launch(
      Kernel(.sums, "channel_partials", x.storage.dtype), chunks.shape, x.storage, partials, x.rows,
      chunks.length, Int32(x.channels), Int32(x.pitch))
    launch(
      Kernel(.sums, "channel_total"), .flat(x.channels, on: context), partials, sums,
      Int32(x.channels), Int32(chunks.count))
    return sums
  }

  /// The sum of all elements, in single precision.
  public func sum(_ x: Storage) -> Storage {
    let (single, exact) = (storage([], .f32), scratch(8))
    total(x, "sum_partials", single, exact.device)
    return single
  }

  /// The sum of the squares of all elements; waits for the device.
  public func squaredNorm(_ x: Storage) -> Double { doubles(of: squares([x]))[0] }

  /// The norm over all elements of all storages, in double precision.
  public func norm(_ xs: [Storage]) -> Storage {
    let norm = storage([], .f64)
    launch(
      Kernel(.sums, "norm_total"), LaunchShape(block: (1, 1)), squares(xs), norm, xs.count)
    return norm
  }

  /// The sum of the squares of each storage, in double precision.
  private func squares(_ xs: [Storage]) -> Storage {
    let (single, exact) = (storage([], .f32), storage([xs.count], .f64))
    for (i, x) in xs.enumerated() {
      total(x, "square_partials", single, exact.device + UInt64(8 * i))
    }
    return exact
  }

  /// The sum of all elements or squares in single and in double precision.
  private func total(_ x: Storage, _ kernel: String, _ single: Storage, _ exact: UInt64) {
    let (count, blocks) = (x.elementCount, sumBlocks(x.elementCount))
    let partials = scratch(8 * blocks)
    launch(
      Kernel(.sums, kernel, x.dtype), LaunchShape(grid: (blocks, 1), block: (256, 1)), x, partials,
      count)
    launch(
      Kernel(.sums, "sum_total"), LaunchShape(block: (256, 1)), partials, single, exact, blocks)
  }

  /// Memory for what a kernel needs between two passes.
  func scratch(_ byteCount: Int) -> Storage { storage([(byteCount + 3) / 4], .i32) }
}

/// How sums over channels are split: chunks of rows, by the shape alone.
struct ChannelChunks {
  let count: Int
  let length: Int
  let shape: LaunchShape

  init(_ x: ChannelRows) { self.init(rows: x.rows, channels: x.channels) }

  init(rows: Int, channels: Int) {
    count = min(max((rows + 255) / 256, 1), 256)
    length = (rows + count - 1) / count
    shape = LaunchShape(grid: ((channels + 31) / 32, count), block: (32, 8))
  }
}
