import Foundation
import Probes
import TestSupport
import Testing

/// What scikit-learn computes; `Golden/make_golden.py` makes it.
struct Golden: Decodable {
  struct Case: Decodable, CustomTestStringConvertible {
    struct Neighbors: Decodable {
      let neighbors: Int
      let temperature: Double
      let single, multiple: [Double]
    }
    struct Machine: Decodable {
      let cost: Double
      let loss: LinearSVM.Loss
      let positiveWeight: Double
      let scores: [Double]
    }
    struct Logistic: Decodable {
      let decay: Double
      let single, multiple: [Double]
    }
    let name: String
    let columns, classes: Int
    let train, test: [Float]
    let single: [Int]
    let multiple: [Int8]
    let neighbors: [Neighbors]
    let machines: [Machine]
    let logistic: [Logistic]

    var testDescription: String { name }
    var features: Features { Features(train, columns: columns) }
    var queries: Features { Features(test, columns: columns) }
    var labels: ProbeLabels { ProbeLabels(multiple: multiple, classes: classes) }
    var singleLabels: ProbeLabels { ProbeLabels(single: single, classes: classes) }
  }
  let cases: [Case]

  static let all: [Case] = {
    let path = SharedData.packagePath("Tests/ProbesTests/Golden/probes.json")
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    do { return try JSONDecoder().decode(Golden.self, from: data).cases } catch {
      Issue.record("\(path): \(error)")
      return []
    }
  }()
}

/// The largest difference; infinite where the counts differ or a number is none.
func distance(_ x: [Double], _ y: [Double]) -> Double {
  guard x.count == y.count, !x.isEmpty else { return .infinity }
  return zip(x, y).reduce(0) { $1.0.isFinite ? max($0, abs($1.0 - $1.1)) : .infinity }
}

@Test func theGoldenFileHoldsBothShapes() {
  #expect(Golden.all.map(\.name) == ["tall", "wide"])
  #expect(distance([1, 2], [1, 2.5]) == 0.5)
  #expect(distance([1], [1, 2]) == .infinity && distance([.nan], [1]) == .infinity)
}
