import Foundation
import TestSupport
import Testing

/// The arrays of one golden file, flattened; `Golden/make_golden.py` makes them.
struct Golden: Decodable {
  private let arrays: [String: [Double]]

  /// The file `Golden/<name>.json`.
  static func load(_ name: String) throws -> Golden {
    let path = SharedData.packagePath("Tests/ColorScienceTests/Golden/\(name).json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: URL(filePath: path)))
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    var arrays: [String: [Double]] = [:]
    for key in container.allKeys where key.stringValue != "made_by" {
      arrays[key.stringValue] = try container.decode([Double].self, forKey: key)
    }
    self.arrays = arrays
  }

  /// The array of this name; a test that asks for one the file lacks fails.
  func callAsFunction(_ name: String) throws -> [Double] { try #require(arrays[name], "\(name)") }
}

/// The largest |x - y| beyond `relative * |y|`; infinite when the counts differ or a number is NaN.
func excess(
  _ x: some Collection<Double>, over y: some Collection<Double>, relative: Double = 0
) -> Double {
  guard x.count == y.count, !x.isEmpty else { return .infinity }
  return zip(x, y).reduce(0) { worst, pair in
    let error = abs(pair.0 - pair.1) - relative * abs(pair.1)
    return error.isNaN ? .infinity : max(worst, error)
  }
}

@Test func theComparisonRejectsWhatDiffers() {
  #expect(excess([1, 2], over: [1, 2]) == 0)
  #expect(excess([1, 2.5], over: [1, 2]) == 0.5)
  #expect(excess([1], over: [1, 2]) == .infinity)
  #expect(excess([.nan], over: [1]) == .infinity)
  #expect(excess([Double](), over: [Double]()) == .infinity)
}
