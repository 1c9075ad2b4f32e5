/// How kernels over channels-last rows share them: every thread has some channels, the same ones in
/// each row, and a block has a chunk of rows. Sums so are formed in an order of the shape alone.
struct RowChunks {
  /// Chunks of rows, and rows in each.
  let count, length: Int
  /// Channels that a thread takes at once: four, where every row begins on a multiple of four.
  let width: Int32
  /// The threads.
  let shape: LaunchShape
  /// Those that add up over chunks, a column of numbers a channel.
  let totals: LaunchShape

  init(_ x: ChannelRows) {
    width = x.pitch % 4 == 0 ? 4 : 1
    let groups = x.pitch / Int(width)
    var lanes = 1
    while lanes < 32 && lanes < groups { lanes *= 2 }
    let count = min(max((x.rows + 255) / 256, 1), 512)
    self.count = count
    length = (x.rows + count - 1) / count
    shape = LaunchShape(grid: ((groups + lanes - 1) / lanes, count), block: (lanes, 256 / lanes))
    totals = LaunchShape(grid: ((x.channels + 31) / 32, 1), block: (32, 8))
  }
}

extension CUDABackend {
  /// The sum over everything but channels, in single precision.
  public func channelSums(_ x: Storage) -> Storage {
    let x = channelRows(x)
    let (plan, partials) = sums(of: x, output: nil, result: nil)
    return channelTotals(partials, plan, x.channels)
  }

  /// g where the rectifier's output y is positive, else zero, and its sums over everything but
  /// channels, in one pass; none where the gradient has both already.
  public func rectifierGradient(_ g: Storage, output y: Storage) -> (x: Storage, sums: Storage?) {
    if let sums = g.rectifiedSums { return (g, sums) }
    require(g.shape == y.shape, "\(name): shapes \(g.shape) and \(y.shape) differ")
    guard g.shape.rank == 4, g.shape.count > 0 else {
      return (reluGradient(g, output: y, slope: 0), nil)
    }
    let output = channelRows(y, as: g.dtype)
    let g = channelRows(g, pitch: output.pitch)
    let result = storage(like: g)
    let (plan, partials) = sums(of: g, output: output.storage, result: result)
    return (result, channelTotals(partials, plan, g.channels))
  }

  /// x plus one number per channel, rectified where `relu` says so.
  public func addingChannels(_ x: Storage, _ bias: Storage, relu: Bool) -> Storage {
    require(
      x.shape.rank >= 2 && bias.shape == [x.shape[1]],
      "addingChannels: \(bias.shape) is not one number per channel of \(x.shape)")
    let x = channelRows(x)
    let (y, plan) = (storage(like: x), RowChunks(x))
    launch(
      Kernel(.normalization, "add_channels", y.dtype, bias.dtype), plan.shape, x.storage,
      rowMajor(bias), y, x.rows, plan.length, Int32(x.channels), Int32(x.pitch), plan.width,
      Int32(relu ? 1 : 0))
    return y
  }

  /// Adds up a column of partial sums a channel.
  func channelTotals(_ partials: Storage, _ plan: RowChunks, _ channels: Int) -> Storage {
    let sums = storage([channels], .f32)
    launch(
      Kernel(.normalization, "channel_total"), plan.totals, partials, sums, Int32(channels),
      Int32(plan.count))
    return sums
  }

  private func sums(
    of g: ChannelRows, output: Storage?, result: Storage?
  ) -> (plan: RowChunks, partials: Storage) {
    let plan = RowChunks(g)
    let partials = scratch(8 * plan.count * g.channels)
    launch(
      Kernel(.normalization, "channel_partials", g.storage.dtype), plan.shape, g.storage,
      output?.device ?? 0, result?.device ?? 0, partials, g.rows, plan.length, Int32(g.channels),
      Int32(g.pitch), plan.width)
    return (plan, partials)
  }
}
