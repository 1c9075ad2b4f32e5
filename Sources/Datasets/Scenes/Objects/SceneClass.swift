internal import Randomness

/// The classes of drawn objects, in the order of their indices.
enum SceneClass: Int, CaseIterable {
  case ball, bird, boat, car, cat, cow, flower, horse, house, tree

  /// Where an object of a class is put.
  enum Spot { case land, water, air }

  /// A drawing of one object of this class; every call draws another one.
  func sketch(at spot: Spot, _ daytime: Daytime, _ place: Place, _ random: inout RandomStream)
    -> Sketch
  {
    switch self {
    case .ball: ballSketch(&random)
    case .bird: birdSketch(isFlying: spot == .air, isSwimming: spot == .water, &random)
    case .boat: boatSketch(&random)
    case .car: carSketch(daytime, &random)
    case .cat: catSketch(&random)
    case .cow: cowSketch(&random)
    case .flower: flowerSketch(inPot: place == .room || place == .street, &random)
    case .horse: horseSketch(&random)
    case .house: houseSketch(daytime, &random)
    case .tree: treeSketch(place, &random)
    }
  }

  /// Least and largest height, as a share of the picture's.
  var heights: ClosedRange<Float> {
    switch self {
    case .ball: 0.14...0.5
    case .bird: 0.2...0.62
    case .boat: 0.25...0.75
    case .car: 0.22...0.56
    case .cat: 0.28...0.78
    case .cow: 0.3...0.8
    case .flower: 0.3...0.85
    case .horse: 0.36...0.9
    case .house: 0.34...0.85
    case .tree: 0.4...1.05
    }
  }

  /// How often this class stands on land of a place, relative to the others.
  func frequency(on place: Place) -> Double {
    switch (self, place) {
    case (.house, .street), (.house, .room), (.house, .garden), (.house, .lake): 0
    case (.house, _): 2.6
    case (.tree, .room): 0
    case (.tree, .street): 0.8
    case (.tree, _): 2
    case (.car, .room), (.car, .garden): 0
    case (.car, .street): 3.5
    case (.car, _): 1.4
    case (.boat, .beach): 1.2
    case (.boat, _): 0
    case (.cow, .street), (.cow, .room), (.horse, .room): 0
    case (.cow, .garden), (.horse, .street): 1
    case (.cow, _): 2.2
    case (.horse, _): 1.9
    case (.cat, .room): 1.6
    case (.cat, _): 0.7
    case (.flower, .room), (.flower, .garden): 2
    case (.flower, .snow), (.flower, .savanna): 0.3
    case (.ball, .room), (.ball, .beach): 1.3
    case (.ball, _): 0.8
    case (.bird, .room): 0.3
    case (.bird, _): 0.5
    default: 1
    }
  }
}
