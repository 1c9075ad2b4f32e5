extension CUDABackend {
  /// Blocks of the first pass over all elements: by their number alone, so that sums are the same
  /// on every device.
  private func sumBlocks(_ count: Int) -> Int { min(max((count + 1023) / 1024, 1), 1024) }

  /// The sum of all elements, in single precision.
  public func sum(_ x: Storage) -> Storage {
    let (single, exact) = (storage([], .f32), scratch(8))
    total(x, "sum_partials", single, exact.device)
    return single
  }

  /// The sum of the squares of all elements; waits for the device.
  public func squaredNorm(_ x: Storage) -> Double { doubles(of: norm([x], isRoot: false))[0] }

  /// The norm over all elements of all storages, in double precision.
  public func norm(_ xs: [Storage]) -> Storage { norm(xs, isRoot: true) }

  /// The sum of all squares, or its root: a sum for each tile of every storage, then of all tiles.
  private func norm(_ xs: [Storage], isRoot: Bool) -> Storage {
    let lists = PartList.lists(
      xs.map { PartList.Part($0.dtype, [$0], count: $0.elementCount) })
    let tiles = lists.reduce(0) { $0 + $1.tiles }
    let (squares, norm) = (scratch(8 * max(tiles, 1)), storage([], .f64))
    var done = 0
    for list in lists {
      launch(
        Kernel(.sums, "square_partials", list.dtype), list.shape, list,
        squares.device + UInt64(8 * done))
      done += list.tiles
    }
    launch(
      Kernel(.sums, "norm_total"), LaunchShape(block: (256, 1)), squares, norm, tiles,
      Int32(isRoot ? 1 : 0))
    return norm
  }

  /// The sum of all elements in single and in double precision.
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
