internal import CDNNL
internal import Processes
internal import Synchronization

/// How oneDNN orders the elements of a tensor, such as blocks of 16 channels; padding is zero.
final class DNNLLayout: Hashable, @unchecked Sendable {
  let handle: OpaquePointer
  /// Bytes of memory, padding included.
  let byteCount: Int
  let numbers: [Int64]
  private let digest: Int

  /// Takes the handle over.
  init(_ handle: OpaquePointer) {
    self.handle = handle
    byteCount = cdnnl_layout_bytes(handle)
    numbers = [Int64](unsafeUninitializedCapacity: CDNNL_DESCRIPTION_SIZE) {
      numbers, count in
      count = Int(cdnnl_layout_describe(handle, numbers.baseAddress))
    }
    digest = numbers.hashValue
  }

  /// Strides are in elements; row-major without them.
  convenience init(_ sizes: [Int], _ dtype: DType, strides: [Int]? = nil) {
    var handle: OpaquePointer?
    let status = cdnnl_layout_create(
      &handle, Int32(sizes.count), sizes.map(Int64.init), dtype.dnnl, strides?.map(Int64.init))
    check(status, "layout of \(sizes)")
    self.init(handle!)
  }

  /// Images with blocks of 8 or 16 channels.
  convenience init(blocked sizes: [Int], _ dtype: DType, by count: Int32) {
    var handle: OpaquePointer?
    check(
      cdnnl_layout_create_blocked(&handle, sizes.map(Int64.init), dtype.dnnl, count),
      "blocked layout of \(sizes)")
    self.init(handle!)
  }

  deinit { cdnnl_layout_destroy(handle) }

  static func == (a: DNNLLayout, b: DNNLLayout) -> Bool {
    a === b || (a.digest == b.digest && a.numbers == b.numbers)
  }

  func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

private struct LayoutPair: Hashable {
  let from, to: DNNLLayout
}

/// Layouts with strides that are asked for again and again, so that they are made once.
final class LayoutTable: Sendable {
  /// How elements follow one another.
  enum Order: Hashable {
    /// The last axis innermost.
    case rowMajor
    /// Channels (axis 1) innermost.
    case channelsLast
    /// Blocks of 16 channels innermost; for images.
    case blocked
    /// Blocks of 8 channels innermost; for images.
    case blockedByEight
    /// Positions of the kernel outermost, then inputs, then outputs; for weights.
    case kernelOuter
  }
  private struct Key: Hashable {
    let sizes: [Int]
    let dtype: DType
    let order: Order
  }
  private let known = Mutex<[Key: DNNLLayout]>([:])
  private let orders = Mutex<[LayoutPair: [Int32]?]>([:])

  /// How elements move within blocks from one layout to the other, where nothing else moves
  /// (see `LayoutBlocks`); nil where more does.
  func blockOrder(_ from: DNNLLayout, _ to: DNNLLayout) -> [Int32]? {
    orders.withLock { orders in
      let pair = LayoutPair(from: from, to: to)
      if let order = orders[pair] { return order }
      if orders.count >= 4096 { orders = [:] }
      let order = LayoutBlocks.order(from, to)
      orders[pair] = order
      return order
    }
  }

  /// The order of images that lie in this layout: channels last for one that is none of these, into
  /// which they can then be brought.
  func order(of layout: DNNLLayout, _ shape: Shape, _ dtype: DType) -> Order {
    let orders: [Order] = [.rowMajor, .blocked, .blockedByEight]
    return orders.first { self.layout(shape, dtype, $0) == layout } ?? .channelsLast
  }

  /// The layout of this order.
  func layout(_ shape: Shape, _ dtype: DType, _ order: Order = .rowMajor) -> DNNLLayout {
    known.withLock { known in
      let key = Key(sizes: shape.sizes, dtype: dtype, order: order)
      if let layout = known[key] { return layout }
      if known.count >= 4096 { known = [:] }
      let layout =
        switch order {
        case .rowMajor: DNNLLayout(shape.sizes, dtype)
        case .channelsLast: DNNLLayout(shape.sizes, dtype, strides: shape.channelsLastStrides)
        case .blocked: DNNLLayout(blocked: shape.sizes, dtype, by: 16)
        case .blockedByEight: DNNLLayout(blocked: shape.sizes, dtype, by: 8)
        case .kernelOuter: DNNLLayout(shape.sizes, dtype, strides: shape.kernelOuterStrides)
        }
      known[key] = layout
      return layout
    }
  }
}

extension LayoutTable.Order {
  /// How many channels of a position of images lie side by side.
  func channelsTogether(of shape: Shape) -> Int {
    switch self {
    case .rowMajor: 1
    case .channelsLast: shape[1]
    case .blocked: 16
    case .blockedByEight: 8
    case .kernelOuter: fatalError("cpu: images do not lie as weights do")
    }
  }
}

extension Shape {
  fileprivate var kernelOuterStrides: [Int] {
    [1, self[0], self[3] * self[1] * self[0], self[1] * self[0]]
  }

  fileprivate var channelsLastStrides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    var step = self[1]
    for axis in (2..<max(rank, 2)).reversed() {
      strides[axis] = step
      step *= self[axis]
    }
    strides[0] = step
    return strides
  }
}

extension DType {
  var dnnl: cdnnl_type {
    switch self {
    case .f32: CDNNL_F32
    case .bf16: CDNNL_BF16
    case .i32: CDNNL_S32
    case .f64: fatalError("cpu: double precision is only computed on the reference backend")
    }
  }
}

/// Stops with oneDNN's words; shapes have been checked, so a failure here is a bug or no memory.
func check(_ status: Int32, _ what: @autoclosure () -> String) {
  guard status == 0 else {
    let words = String(cString: cdnnl_error())
    // Its first status.
    if status == 1 { ExitStatus.exitOutOfMemory("oneDNN had none for the \(what()) (\(words))") }
    fatalError("cpu: oneDNN failed on the \(what()): \(words)")
  }
}
