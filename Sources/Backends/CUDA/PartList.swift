internal import CGPU

/// Several storages, or groups of them, for one launch: each block takes a tile of one
/// (prelude.cu).
struct PartList: KernelArgument {
  /// Storages of equal layout that a kernel takes together, of so many elements each.
  struct Part {
    let dtype: DType
    let storages: [Storage]
    let count: Int

    init(_ dtype: DType, _ storages: [Storage], count: Int) {
      (self.dtype, self.storages, self.count) = (dtype, storages, count)
    }

    var tiles: Int { (count + Int(CGPU_TILE) - 1) / Int(CGPU_TILE) }
  }
  /// The type of the first storage of each part.
  let dtype: DType
  /// Tiles of all parts together.
  let tiles: Int
  /// As many blocks.
  var shape: LaunchShape { LaunchShape(grid: (tiles, 1), block: (256, 1)) }
  private let parts: [Part]

  /// Lists of all parts that have elements: of one type each, types as they come, and no longer
  /// than a kernel takes.
  static func lists(_ parts: [Part]) -> [PartList] {
    var lists: [PartList] = []
    var types: [DType] = []
    for part in parts where !types.contains(part.dtype) { types.append(part.dtype) }
    for dtype in types {
      let own = parts.filter { $0.dtype == dtype && $0.count > 0 }
      for start in stride(from: 0, to: own.count, by: Int(CGPU_PARTS)) {
        lists.append(PartList(dtype, Array(own[start..<min(start + Int(CGPU_PARTS), own.count)])))
      }
    }
    return lists
  }

  /// Lists of storages of one element each, in their order; what kernels know as the count is the
  /// type there (`number_of` in sums.cu).
  static func numbers(_ xs: [Storage]) -> [PartList] {
    let parts = xs.map { x in
      require(x.shape.count == 1, "a storage of \(x.shape) is not one number")
      let code =
        switch x.dtype {
        case .f32: 1
        case .bf16: 2
        case .f64: 3
        case .i32: 4
        }
      return Part(x.dtype, [x], count: code)
    }
    return stride(from: 0, to: parts.count, by: Int(CGPU_PARTS)).map { start in
      PartList(.f32, Array(parts[start..<min(start + Int(CGPU_PARTS), parts.count)]))
    }
  }

  private init(_ dtype: DType, _ parts: [Part]) {
    self.dtype = dtype
    self.parts = parts
    tiles = parts.reduce(0) { $0 + $1.tiles }
  }

  func append(to arguments: inout KernelArguments) {
    let width = Int(CGPU_PARTS)
    var memory = [UInt64](repeating: 0, count: 4 * width)
    var counts = [Int64](repeating: 0, count: width)
    var first = [Int32](repeating: .max, count: width)
    var tile = 0
    for (place, part) in parts.enumerated() {
      for (row, storage) in part.storages.enumerated() {
        memory[row * width + place] = storage.device
      }
      counts[place] = Int64(part.count)
      first[place] = Int32(tile)
      tile += part.tiles
    }
    arguments.append(memory, counts, first, as: cgpu_parts.self)
  }
}
