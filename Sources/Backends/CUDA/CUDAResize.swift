internal import CGPU
internal import Synchronization

extension CUDABackend {
  /// Bilinear interpolation.
  public func resized(_ x: Storage, _ p: ResizeParameters) -> Storage {
    let x = channelRows(x)
    let shape: Shape = [x.storage.shape[0], x.channels, p.size.height, p.size.width]
    let y = images(shape, x.storage.dtype, pitch: x.pitch)
    let (table, rows) = (tables.table(x.storage.shape, shape, p, on: self), shape[0] * shape.plane)
    launch(
      Kernel(.resize, "resized", y.dtype), .rows(rows, x.pitch, on: context), x.storage, y,
      table.first, table.second, table.weight, cgpu_resize(x.storage.shape, shape, x.pitch), rows)
    return y
  }

  /// Each input gathers the gradients of the outputs it entered.
  public func resizedGradient(_ g: Storage, inputShape: Shape, _ p: ResizeParameters) -> Storage {
    let g = channelRows(g)
    let result = images(inputShape, g.storage.dtype, pitch: g.pitch)
    let table = tables.table(inputShape, g.storage.shape, p, on: self)
    let rows = inputShape[0] * inputShape.plane
    launch(
      Kernel(.resize, "resized_gradient", result.dtype), .rows(rows, g.pitch, on: context),
      g.storage, result, table.first, table.second, table.weight, table.begin, table.end,
      cgpu_resize(inputShape, g.storage.shape, g.pitch), rows)
    return result
  }
}

extension cgpu_resize {
  fileprivate init(_ x: Shape, _ y: Shape, _ pitch: Int) {
    self.init(
      height: Int32(x[2]), width: Int32(x[3]), outHeight: Int32(y[2]), outWidth: Int32(y[3]),
      channels: Int32(x[1]), pitch: Int32(pitch))
  }
}

/// For every output row, then column, the inputs it lies between; for every input row, then column,
/// the outputs that may touch it. They are made once and stay on the device.
final class ResizeTables: Sendable {
  struct Table {
    let first, second, weight, begin, end: Storage
  }
  private struct Key: Hashable {
    let input, output: Pair
    let parameters: ResizeParameters
  }
  private struct State: @unchecked Sendable { var known: [Key: Table] = [:] }
  private let state = Mutex(State())

  func table(
    _ x: Shape, _ y: Shape, _ p: ResizeParameters, on backend: CUDABackend
  ) -> Table {
    let key = Key(input: Pair(x[2], x[3]), output: Pair(y[2], y[3]), parameters: p)
    if let table = state.withLock({ Held($0.known[key]) }).table { return table }
    let (rows, columns) = (p.table(from: x[2], to: y[2]), p.table(from: x[3], to: y[3]))
    func stored(_ values: [Int32]) -> Storage { backend.store(values, shape: [values.count]) }
    let weights = rows.weight + columns.weight
    let table = Table(
      first: stored(rows.first + columns.first), second: stored(rows.second + columns.second),
      weight: backend.store(weights, shape: [weights.count], dtype: .f32),
      begin: stored(rows.begin(x[2]) + columns.begin(x[3])),
      end: stored(rows.end(x[2]) + columns.end(x[3])))
    let held = Held(table)
    state.withLock { state in
      if state.known.count >= 1024 { state.known = [:] }
      state.known[key] = held.table
    }
    return table
  }

  private struct Held: @unchecked Sendable {
    let table: Table?
    init(_ table: Table?) { self.table = table }
  }
}

/// One axis of a change of size.
private struct AxisTable {
  var first: [Int32] = []
  var second: [Int32] = []
  var weight: [Float] = []

  /// The first output that may touch each input.
  func begin(_ count: Int) -> [Int32] {
    (0..<Int32(count)).map { place in
      Int32(second.firstIndex { $0 >= place } ?? second.count)
    }
  }

  /// The output behind the last one that may touch each input.
  func end(_ count: Int) -> [Int32] {
    (0..<Int32(count)).map { place in
      Int32((first.lastIndex { $0 <= place } ?? -1) + 1)
    }
  }
}

extension ResizeParameters {
  fileprivate func table(from input: Int, to output: Int) -> AxisTable {
    var table = AxisTable()
    for i in 0..<output {
      let position: Double
      switch corners {
      case .aligned:
        position = output > 1 ? Double(i) * (Double(input - 1) / Double(output - 1)) : 0
      case .halfPixel:
        let ratio = factor.map { 1 / $0 } ?? Double(input) / Double(output)
        position = max(ratio * (Double(i) + 0.5) - 0.5, 0)
      }
      let low = min(Int(position), input - 1)
      table.first.append(Int32(low))
      table.second.append(Int32(min(low + 1, input - 1)))
      table.weight.append(Float(min(position - Double(low), 1)))
    }
    return table
  }
}
