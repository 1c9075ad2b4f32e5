/// What is kept of a layer's output: one number per channel and place, fewer places, or one.
public enum FeaturePooling: Sendable, Hashable, CustomStringConvertible {
  /// Everything.
  case none
  /// The largest value of each channel.
  case max
  /// The means over a grid of this many rows and columns; 1 is the mean of each channel.
  case average(Int)

  /// `none`, `max` or `average:N`; nil for other words.
  public init?(_ text: String) {
    switch text {
    case "none": self = .none
    case "max": self = .max
    default:
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == "average", let cells = Int(parts[1]), cells > 0 else {
        return nil
      }
      self = .average(cells)
    }
  }

  /// As it is written on the command line.
  public var description: String {
    switch self {
    case .none: "none"
    case .max: "max"
    case .average(let cells): "average:\(cells)"
    }
  }

  /// The shape of one picture's features for an output [channels, height, width].
  public func shape(channels: Int, height: Int, width: Int) -> [Int] {
    switch self {
    case .none: [channels, height, width]
    case .max, .average(1): [channels]
    case .average(let cells): [channels, cells, cells]
    }
  }

  /// The features of planes [planes, height, width], plane by plane.
  ///
  /// Cell i of n covers the rows floor(i h / n) to ceil((i + 1) h / n), as PyTorch's
  /// AdaptiveAvgPool2d; sums are in double precision.
  public func pooled(_ values: [Float], height: Int, width: Int) -> [Float] {
    let plane = height * width
    switch self {
    case .none: return values
    case .max:
      return stride(from: 0, to: values.count, by: plane).map {
        values[$0..<$0 + plane].max() ?? 0
      }
    case .average(let cells):
      func range(_ cell: Int, _ length: Int) -> Range<Int> {
        cell * length / cells..<((cell + 1) * length + cells - 1) / cells
      }
      var result: [Float] = []
      result.reserveCapacity(values.count / plane * cells * cells)
      for start in stride(from: 0, to: values.count, by: plane) {
        for row in 0..<cells {
          for column in 0..<cells {
            let (rows, columns) = (range(row, height), range(column, width))
            var sum = 0.0
            for y in rows {
              for x in columns { sum += Double(values[start + y * width + x]) }
            }
            result.append(Float(sum / Double(rows.count * columns.count)))
          }
        }
      }
      return result
    }
  }
}
