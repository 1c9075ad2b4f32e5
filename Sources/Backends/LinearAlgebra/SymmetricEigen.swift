internal import COpenBLAS

/// The largest eigenvalues of a symmetric matrix with their eigenvectors.
///
/// - Source: LAPACK's dsyevr (Dhillon & Parlett 2004), as OpenBLAS holds it.
public struct SymmetricEigen: Sendable {
  /// The eigenvalues, largest first.
  public let values: [Double]
  /// The eigenvectors of unit length in the order of `values`; of each, the component that is
  /// largest in size is positive.
  public let vectors: [[Double]]

  /// The `count` largest of the `order` eigenvalues of a row-major matrix; all unless told
  /// otherwise. Only one triangle is read.
  ///
  /// Traps where the matrix is not `order` x `order` or not finite.
  public init(_ matrix: [Double], order: Int, largest count: Int? = nil) throws(LinearAlgebraError)
  {
    let count = min(count ?? order, order)
    require(
      order > 0 && count > 0 && matrix.count == order * order,
      "SymmetricEigen: \(matrix.count) numbers are no matrix of order \(order), or \(count) wanted")
    require(matrix.allSatisfy(\.isFinite), "SymmetricEigen: the matrix is not finite")
    let n = Int32(order)
    var copy = matrix
    var found: Int32 = 0
    var ascending = [Double](repeating: 0, count: order)
    var rows = [Double](repeating: 0, count: order * count)
    var support = [Int32](repeating: 0, count: 2 * max(1, count))
    func run(_ work: inout [Double], _ whole: inout [Int32], asking: Bool) -> Int32 {
      copenblas_dsyevr(
        n, &copy, n - Int32(count) + 1, n, &found, &ascending, &rows, &support, &work,
        asking ? -1 : Int32(work.count), &whole, asking ? -1 : Int32(whole.count))
    }
    var (work, whole) = ([0.0], [Int32(0)])
    var info = run(&work, &whole, asking: true)
    require(info == 0, "SymmetricEigen: dsyevr refuses argument \(-info)")
    work = [Double](repeating: 0, count: Int(work[0]))
    whole = [Int32](repeating: 0, count: Int(whole[0]))
    info = run(&work, &whole, asking: false)
    require(info >= 0, "SymmetricEigen: dsyevr refuses argument \(-info)")
    guard info == 0, Int(found) == count else {
      throw LinearAlgebraError(call: "dsyevr", code: Int(info), size: [order, order])
    }
    values = ascending.prefix(count).reversed()
    vectors = (0..<count).reversed().map { place in
      let row = Array(rows[place * order..<(place + 1) * order])
      let largest = row.max { abs($0) < abs($1) } ?? 0
      return largest < 0 ? row.map { -$0 } : row
    }
  }
}

/// A computation of linear algebra that came to no result.
public struct LinearAlgebraError: Error, Equatable, CustomStringConvertible {
  /// The routine.
  public let call: String
  /// What it returned.
  public let code: Int
  /// The size of its matrix.
  public let size: [Int]

  /// Routine, size and code.
  public var description: String {
    "\(call) found no solution for a matrix of size \(size) (code \(code))"
  }
}
