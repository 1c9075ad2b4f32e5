import Foundation
import Metrics
import TestSupport
import Testing

/// Where golden values lie: the thinned files of every checkout, and the whole set beside it.
enum GoldenSource: String, CaseIterable {
  case committed, shared

  /// The sources present in this checkout.
  static var present: [GoldenSource] {
    SharedData.isPresent ? allCases : [.committed]
  }

  func path(_ name: String) -> String {
    switch self {
    case .committed: SharedData.packagePath("Tests/MetricsTests/Golden/\(name)")
    case .shared: SharedData.path("golden/c_metrics/\(name)")
    }
  }

  func load<T: Decodable>(_ name: String, as type: T.Type = T.self) throws -> T {
    try JSONDecoder().decode(type, from: Data(contentsOf: URL(filePath: path(name))))
  }
}

/// Whether two lists are as long, have nil at the same places, and differ by at most 1e-12.
func agree(_ x: [Double?], _ y: [Double?]) -> Bool {
  x.count == y.count
    && zip(x, y).allSatisfy { pair in
      switch pair {
      case (nil, nil): true
      case (let a?, let b?): abs(a - b) <= 1e-12
      default: false
      }
    }
}

func agree(_ x: Double?, _ y: Double?) -> Bool { agree([x], [y]) }

/// The box of four numbers at `place` of a list.
func box(_ numbers: [Double], _ place: Int = 0) -> DetectionBox {
  DetectionBox(
    xMin: numbers[4 * place], yMin: numbers[4 * place + 1], xMax: numbers[4 * place + 2],
    yMax: numbers[4 * place + 3])
}

@Test func theComparisonRejectsWhatDiffers() {
  #expect(agree([1, nil], [1, nil]))
  #expect(!agree([1, nil], [1, 1]))
  #expect(!agree([1], [1, 1]))
  #expect(!agree(1 + 2e-12, 1))
  #expect(!agree(.nan, 1))
  #expect(!agree(.nan, .nan))
}

extension PerClassScores {
  /// The names of the classes without a score.
  var undefined: [String] {
    zip(classes, values).compactMap { name, value in value == nil ? name : nil }
  }
}
