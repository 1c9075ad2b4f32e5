internal import CKernels

/// A storage whose channels (axis 1) lie side by side in blocks, as own kernels take it: one by one
/// (row-major), so many as fill a register, or all of them.
struct ChannelBlocks {
  let storage: Storage
  /// What the kernels are told.
  var geometry: ck_channel_blocks

  var channels: Int { Int(geometry.channels) }
  /// Channels of all blocks, the last of which may be filled up.
  var padded: Int { (channels + block - 1) / block * block }
  /// Numbers of each channel.
  var count: Int { Int(geometry.batch * geometry.plane) }
  private var block: Int { Int(geometry.block) }

  fileprivate init(_ storage: Storage, block: Int) {
    self.storage = storage
    geometry = ck_channel_blocks(
      batch: Int64(storage.shape[0]), channels: Int64(storage.shape[1]),
      plane: Int64(storage.shape.plane), block: Int64(block))
  }
}

extension CPUBackend {
  /// `x` in its own layout where that has blocks, else row-major.
  func inBlocks(_ x: Storage) -> ChannelBlocks {
    require(x.shape.rank >= 2, "batch normalization: \(x.shape) has no channels")
    if x.layout.isRowMajor { return ChannelBlocks(x, block: x.shape.plane == 1 ? x.shape[1] : 1) }
    if let block = layout(of: x).channelBlock { return ChannelBlocks(x, block: block) }
    return inBlocks(rowMajor(x))
  }
}

extension DNNLLayout {
  /// How many channels of images lie side by side, where images follow one another without gaps and
  /// so do blocks of channels, rows and columns; nil for any other order.
  fileprivate var channelBlock: Int? {
    let (rank, blocks) = (Int(numbers[0]), Int(numbers[3]))
    guard rank == 4, numbers.count == 16 + 2 * blocks, blocks <= 1 else { return nil }
    let padded = numbers[8..<12].map(Int.init)
    let strides = numbers[12..<16].map(Int.init)
    guard blocks == 0 || numbers[17] == 1 else { return nil }
    let block = blocks == 1 ? Int(numbers[16]) : padded[1]
    let image = padded[1] * padded[2] * padded[3]
    let expected = [image, padded[2] * padded[3] * block, padded[3] * block, block]
    for axis in 0..<4 where padded[axis] > 1 && (axis != 1 || padded[1] > block) {
      guard strides[axis] == expected[axis] else { return nil }
    }
    // With all channels in one row, their own stride is that between neighbors.
    return blocks == 1 || padded[1] == 1 || strides[1] == 1 ? block : nil
  }
}
