internal import CGPU

/// A private layout: the channels (axis 1) of a position side by side, in rows of `pitch` elements.
///
/// Images [n, c, …] are n times plane rows; weights [co, ci, kh, kw] are co times taps rows, which
/// is what cuDNN calls NHWC. Where that makes products faster, channels and `images` (axis 0, of
/// weights) are padded; padding is zero, and every kernel keeps it so.
final class ChannelsLast: Sendable {
  /// Elements from one row to the next: channels and their padding.
  let pitch: Int
  /// Extent of axis 0 in memory.
  let images: Int

  init(pitch: Int, images: Int) {
    self.pitch = pitch
    self.images = images
  }

  /// Channels in memory where rows shall begin on multiples of 16 bytes.
  static func padded(_ channels: Int, _ dtype: DType) -> Int {
    let unit = 16 / dtype.byteCount
    return (channels + unit - 1) / unit * unit
  }
}

extension Storage {
  /// The layout, if it is not row-major.
  var channelsLast: ChannelsLast? {
    guard case .custom(let object) = layout else { return nil }
    guard let layout = object as? ChannelsLast else {
      fatalError("cuda: storage \(shape) comes from another backend")
    }
    return layout
  }

  /// Elements in memory, padding included.
  var elementCount: Int {
    channelsLast.map { $0.images * shape.plane * $0.pitch } ?? shape.count
  }
}

/// Memory as kernels over channels see it.
struct ChannelRows {
  let storage: Storage
  let rows: Int
  let channels: Int
  let pitch: Int
}

extension CUDABackend {
  /// New row-major memory.
  func storage(_ shape: Shape, _ dtype: DType) -> Storage {
    Storage(
      shape: shape, dtype: dtype, buffer: pool.buffer(byteCount: shape.count * dtype.byteCount))
  }

  /// New memory in this layout.
  func storage(_ shape: Shape, _ dtype: DType, _ layout: ChannelsLast?) -> Storage {
    guard let layout else { return storage(shape, dtype) }
    let count = layout.images * shape.plane * layout.pitch
    return Storage(
      shape: shape, dtype: dtype, buffer: pool.buffer(byteCount: count * dtype.byteCount),
      layout: .custom(layout))
  }

  /// New memory for images whose channels are padded as usual; two axes are row-major.
  func images(_ shape: Shape, _ dtype: DType, pitch: Int? = nil) -> Storage {
    if shape.rank == 2 { return storage(shape, dtype) }
    let pitch = pitch ?? ChannelsLast.padded(shape[1], dtype)
    return storage(shape, dtype, ChannelsLast(pitch: pitch, images: shape[0]))
  }

  /// `x` with channels side by side, in any pitch, or in that of `like`.
  func channelRows(_ x: Storage, as dtype: DType? = nil, pitch: Int? = nil) -> ChannelRows {
    require(x.shape.rank >= 2, "\(name): \(x.shape) has no channels")
    let dtype = dtype ?? x.dtype
    func rows(_ x: Storage) -> ChannelRows {
      ChannelRows(
        storage: x, rows: x.shape[0] * x.shape.plane, channels: x.shape[1],
        pitch: x.channelsLast?.pitch ?? x.shape[1])
    }
    if x.shape.rank == 2, x.channelsLast == nil { return rows(converted(x, to: dtype)) }
    if let layout = x.channelsLast, layout.images == x.shape[0],
      layout.pitch == pitch ?? layout.pitch
    {
      return rows(moved(x, to: layout, as: dtype))
    }
    let pitch = pitch ?? ChannelsLast.padded(x.shape[1], dtype)
    return rows(moved(x, to: ChannelsLast(pitch: pitch, images: x.shape[0]), as: dtype))
  }

  /// New memory like that of rows, for the same shape and type.
  func storage(like rows: ChannelRows) -> Storage {
    storage(rows.storage.shape, rows.storage.dtype, rows.storage.channelsLast)
  }

  /// `x` row-major, in this type.
  func rowMajor(_ x: Storage, as dtype: DType? = nil) -> Storage {
    moved(x, to: nil, as: dtype ?? x.dtype)
  }

  /// `x` itself where it lies so already, else a copy that does.
  func moved(_ x: Storage, to layout: ChannelsLast?, as dtype: DType) -> Storage {
    let from = x.channelsLast
    if from?.pitch == layout?.pitch && from?.images == layout?.images {
      if x.dtype == dtype { return x }
      let y = storage(x.shape, dtype, layout)
      convert(x, into: y)
      return y
    }
    let y = storage(x.shape, dtype, layout)
    if layout != nil && y.elementCount > x.shape.count { clear(y) }
    transfer(x.shape, from: x, at: nil, to: y, at: nil)
    return y
  }

  /// Writes zeros.
  func clear(_ x: Storage) {
    context.enter()
    let words = (x.elementCount * x.dtype.byteCount + 3) / 4
    guard words > 0 else { return }
    context.asked(
      context.calls.setWords(x.device, 0, words, context.stream), "cuMemsetD32 of \(words)")
  }

  /// Converts all memory of x, padding included, into that of y, which lies alike.
  private func convert(_ x: Storage, into y: Storage) {
    let quads = (x.elementCount + 3) / 4
    launch(
      Kernel(.transfer, "convert", x.dtype, y.dtype), .flat(quads, on: context), x, y, quads)
  }

  /// Copies a block between two storages of any layouts, from and to these places.
  func transfer(_ block: Shape, from x: Storage, at start: [Int]?, to y: Storage, at end: [Int]?) {
    guard block.count > 0 else { return }
    require(block.count < 1 << 32, "\(name): blocks have less than 2^32 elements, not \(block)")
    let (source, target) = (x.strides, y.strides)
    func offset(_ start: [Int]?, _ strides: [Int]) -> Int {
      zip(start ?? [], strides).reduce(0) { $0 + $1.0 * $1.1 }
    }
    // Innermost where it is written, so that neighbors write side by side.
    let order = block.sizes.indices.sorted { (target[$0], $1) > (target[$1], $0) }
    let axes = order.filter { block[$0] != 1 }
    require(axes.count <= 6, "\(name): blocks have at most 6 axes, not \(block)")
    func six(_ values: [Int]) -> (Int64, Int64, Int64, Int64, Int64, Int64) {
      let v =
        [Int64](repeating: values.count < 6 ? 1 : 0, count: 6 - values.count)
        + values.map(Int64.init)
      return (v[0], v[1], v[2], v[3], v[4], v[5])
    }
    let geometry = cgpu_block(
      size: six(axes.map { block[$0] }), from: six(axes.map { source[$0] }),
      to: six(axes.map { target[$0] }))
    let bytes = (x.dtype.byteCount, y.dtype.byteCount)
    launch(
      Kernel(.transfer, "transfer", x.dtype, y.dtype), .flat(block.count, on: context),
      x.device + UInt64(offset(start, source) * bytes.0),
      y.device + UInt64(offset(end, target) * bytes.1), geometry, block.count)
  }
}

extension Storage {
  /// Elements from one index to the next along each axis.
  var strides: [Int] {
    var strides = [Int](repeating: 1, count: shape.rank)
    guard let layout = channelsLast else {
      for axis in stride(from: shape.rank - 2, through: 0, by: -1) {
        strides[axis] = strides[axis + 1] * shape[axis + 1]
      }
      return strides
    }
    var step = layout.pitch
    for axis in (2..<max(shape.rank, 2)).reversed() {
      strides[axis] = step
      step *= shape[axis]
    }
    strides[0] = step
    return strides
  }
}
