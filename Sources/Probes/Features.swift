internal import Tensors

/// Rows of numbers, one for each sample.
public struct Features: Sendable, Equatable {
  /// The numbers, row after row.
  public let values: [Float]
  /// Numbers in a row.
  public let columns: Int

  /// Rows of `columns` numbers; traps where the values are no whole number of rows.
  public init(_ values: [Float], columns: Int) {
    require(
      columns > 0 && values.count.isMultiple(of: columns),
      "Features: \(values.count) numbers are no rows of \(columns)")
    (self.values, self.columns) = (values, columns)
  }

  /// The number of rows.
  public var count: Int { values.count / columns }

  /// Some of the rows, in the order asked for.
  public func rows(_ chosen: [Int]) -> Features {
    var result: [Float] = []
    result.reserveCapacity(chosen.count * columns)
    for row in chosen { result += values[row * columns..<(row + 1) * columns] }
    return Features(result, columns: columns)
  }

  /// Every row scaled to unit length; rows of zeros stay.
  public var withUnitRows: Features {
    var result = values
    for row in 0..<count {
      let range = row * columns..<(row + 1) * columns
      let norm = values[range].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      guard norm > 0 else { continue }
      let factor = Float(1 / norm)
      for place in range { result[place] *= factor }
    }
    return Features(result, columns: columns)
  }

  /// The products of the rows with those of another set: [rows, other rows].
  func products(with other: Features) -> [Float] {
    require(
      columns == other.columns, "Features: rows of \(columns) numbers and of \(other.columns)")
    return tensor.matrixProduct(other.tensor, transposeOther: true).floats
  }

  var tensor: Tensor { Tensor(values, shape: [count, columns]) }
}

/// Shifts and scales that give every column of the training rows mean 0 and variance 1: batch
/// normalization without gain and offset, with the statistics of the whole training set.
public struct Standardization: Sendable {
  /// What is subtracted from each column, and what it is multiplied by then.
  let mean, factor: [Float]

  /// That of these rows. Nothing is added to variances, so that the scale of features does not
  /// matter; columns without variation, beyond rounding, become zeros.
  public init(_ features: Features) {
    let (n, columns) = (Double(features.count), features.columns)
    require(features.count > 0, "Standardization: there are no rows")
    var (sums, squares) = (
      [Double](repeating: 0, count: columns), [Double](repeating: 0, count: columns)
    )
    features.values.withUnsafeBufferPointer { values in
      sums.withUnsafeMutableBufferPointer { sums in
        for start in stride(from: 0, to: values.count, by: columns) {
          for column in 0..<columns { sums[column] += Double(values[start + column]) }
        }
      }
    }
    let means = sums.map { $0 / n }
    features.values.withUnsafeBufferPointer { values in
      squares.withUnsafeMutableBufferPointer { squares in
        means.withUnsafeBufferPointer { means in
          for start in stride(from: 0, to: values.count, by: columns) {
            for column in 0..<columns {
              let distance = Double(values[start + column]) - means[column]
              squares[column] += distance * distance
            }
          }
        }
      }
    }
    mean = means.map { Float($0) }
    factor = zip(squares, means).map { sum, mean in
      sum / n <= 1e-12 * mean * mean ? 0 : Float(1 / (sum / n).squareRoot())
    }
  }

  /// The rows, shifted and scaled.
  public func callAsFunction(_ features: Features) -> Features {
    require(
      features.columns == mean.count,
      "Standardization: of \(mean.count) columns, not \(features.columns)")
    let columns = mean.count
    let result = [Float](unsafeUninitializedCapacity: features.values.count) { out, count in
      features.values.withUnsafeBufferPointer { values in
        mean.withUnsafeBufferPointer { mean in
          factor.withUnsafeBufferPointer { factor in
            for start in stride(from: 0, to: values.count, by: columns) {
              for column in 0..<columns {
                out[start + column] = (values[start + column] - mean[column]) * factor[column]
              }
            }
          }
        }
      }
      count = features.values.count
    }
    return Features(result, columns: columns)
  }
}
