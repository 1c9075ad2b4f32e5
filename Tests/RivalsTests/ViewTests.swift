import Foundation
import Images
import Randomness
import Rivals
import TestSupport
import Testing

/// What views are made of, against torchvision.
@Suite struct ViewTests {
  /// What `Golden/make_views.py` writes.
  struct Golden: Decodable {
    struct Case: Decodable, CustomTestStringConvertible {
      let operation: String
      let parameters: [Double]
      let samples: [UInt8]
      var testDescription: String { "\(operation) \(parameters)" }
    }
    let side: Int
    let picture: [UInt8]
    let cases: [Case]

    static let file = try! JSONDecoder().decode(
      Golden.self,
      from: Data(
        contentsOf: URL(
          filePath: SharedData.packagePath("Tests/RivalsTests/Golden/views.json"))))

    var input: Picture { Picture(width: side, height: side, channels: 3, samples: picture) }
  }

  private func result(_ one: Golden.Case, of picture: Picture) throws -> Picture {
    var copy = picture
    let parameters = one.parameters
    let factor = parameters.first ?? 0
    switch one.operation {
    case "brightness": ColorChange.brightness(factor).apply(to: &copy)
    case "contrast": ColorChange.contrast(factor).apply(to: &copy)
    case "saturation": ColorChange.saturation(factor).apply(to: &copy)
    case "hue": ColorChange.hue(factor).apply(to: &copy)
    case "gray": ColorChange.gray.apply(to: &copy)
    case "blur":
      return GaussianBlur(deviation: parameters[1], window: Int(parameters[0])).applied(to: copy)
    case "window":
      let whole = parameters.map { Int($0) }
      return ViewWindow(x: whole[0], y: whole[1], width: whole[2], height: whole[3])
        .cut(out: picture, size: whole[4], mirrored: whole[5] == 1)
    default: Issue.record("no operation '\(one.operation)'")
    }
    return copy
  }

  @Test(arguments: Golden.file.cases)
  func anOperationIsThatOfTorchvision(_ one: Golden.Case) throws {
    let found = try result(one, of: Golden.file.input).samples
    try #require(found.count == one.samples.count)
    let differences = zip(found, one.samples).map { abs(Int($0) - Int($1)) }
    // Single precision in another order moves a number across a whole one now and then.
    #expect(differences.max()! <= 1)
    let few = one.operation == "window" ? 0 : one.operation == "blur" ? 20 : 4
    #expect(differences.count { $0 > 0 } <= few, "\(differences.count { $0 > 0 }) differ")
    // A blur of a tenth of a pixel changes nothing.
    #expect(one.parameters == [3, 0.1] || found != Golden.file.picture)
  }

  @Test func everyOperationIsCompared() {
    #expect(
      Set(Golden.file.cases.map(\.operation)) == [
        "brightness", "contrast", "saturation", "hue", "gray", "blur", "window",
      ])
  }

  @Test func whatIsDrawnHasTheSharesAndRangesOfTheSettings() {
    var settings = ViewSettings()
    settings.minimumArea = 0.2
    let recipes = (0..<4000).map {
      settings.recipe(width: 90, height: 60, key: RandomKey(seed: 1).folding($0))
    }
    func share(_ condition: (ViewSettings.Recipe) -> Bool) -> Double {
      Double(recipes.count(where: condition)) / Double(recipes.count)
    }
    func isNear(_ share: Double, _ wanted: Double) -> Bool { abs(share - wanted) < 0.03 }
    #expect(isNear(share(\.isMirrored), 0.5))
    #expect(isNear(share { $0.changes.contains(.gray) }, 0.2))
    #expect(isNear(share { $0.changes.count >= 4 }, 0.8))
    #expect(isNear(share { $0.blur != nil }, 0.5))
    #expect(recipes.allSatisfy { $0.blur.map { (0.1..<2).contains($0) } ?? true })
    // Gray comes last, and each of the others is first as often.
    #expect(recipes.allSatisfy { !$0.changes.dropLast().contains(.gray) })
    let first = recipes.compactMap(\.changes.first)
    for position in 0..<4 {
      let count = first.count { change in
        switch change {
        case .brightness(let f): position == 0 && (0.2...1.8).contains(f)
        case .contrast(let f): position == 1 && (0.2...1.8).contains(f)
        case .saturation(let f): position == 2 && (0.2...1.8).contains(f)
        case .hue(let turn): position == 3 && (-0.2...0.2).contains(turn)
        case .gray: false
        }
      }
      #expect(isNear(Double(count) / 4000, 0.2), "\(position) is first \(count) times")
    }
    let areas = recipes.map { Double($0.window.width * $0.window.height) / 5400 }
    #expect(areas.min()! > 0.19 && areas.max()! > 0.85)
    for window in recipes.map(\.window) {
      #expect(window.x >= 0 && window.x + window.width <= 90)
      #expect(window.y >= 0 && window.y + window.height <= 60)
      let aspect = Double(window.width) / Double(window.height)
      // Whole pixels move it a little.
      #expect((0.7...1.43).contains(aspect))
    }
    #expect(Set(recipes.map(\.window.x)).count > 40 && Set(recipes.map(\.window.y)).count > 25)
    // A picture that no window of these aspects fits into is cut to the nearest.
    let narrow = settings.recipe(width: 100, height: 5, key: RandomKey(seed: 2)).window
    #expect(narrow == ViewWindow(x: 46, y: 0, width: 7, height: 5))
  }

  @Test func oneSettingLeavesTheOthersDrawsAlone() {
    let plain = ViewSettings()
    var sharp = plain
    sharp.blurred = 0
    sharp.gray = 0
    for number in 0..<50 {
      let key = RandomKey(seed: 3).folding(number)
      let (a, b) = (
        plain.recipe(width: 50, height: 40, key: key), sharp.recipe(width: 50, height: 40, key: key)
      )
      #expect(a.window == b.window && a.isMirrored == b.isMirrored && b.blur == nil)
      #expect(a.changes.filter { $0 != .gray } == b.changes)
    }
  }
}
