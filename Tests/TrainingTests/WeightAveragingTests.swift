import Layers
import Randomness
import Tensors
import Testing

/// A single vector.
private struct Point: Parameterized {
  var position = Tensor([Float]([1, -2]), shape: [2], on: .reference)
  mutating func visit(_ visitor: inout some ParameterVisitor) {
    visitor.parameter("position", &position, .weight)
  }
}

@Suite struct WeightAveragingTests {
  /// The average of every step, by the recursion written out.
  @Test func theAverageWarmsUp() {
    var (point, optimizer) = (Point(), WeightAveraging(SGD(), decay: 0.5))
    #expect(optimizer.averaged(point).position.doubles == point.position.doubles)
    var expected = [0.0, 0.0]
    for time in 1...20 {
      let gradient = Tensor([Float(time), 1], shape: [2], on: .reference)
      optimizer.step(&point, ["position": gradient], rate: 0.1)
      let kept = min(0.5, Double(time - 1) / Double(time + 8))
      expected = zip(expected, point.position.doubles).map { kept * $0 + (1 - kept) * $1 }
      let average = optimizer.averaged(point).position.doubles
      for (a, b) in zip(average, expected) { #expect(abs(a - b) < 1e-5 * max(1, abs(b))) }
    }
    #expect(optimizer.slotNames == ["average"])
    #expect(optimizer.averaged(point).position.doubles != point.position.doubles)
  }

  /// The steps themselves are those of the rule inside.
  @Test func theStepsAreTheBases() {
    var (plain, averaged) = (Point(), Point())
    var (adam, wrapped) = (Adam(), WeightAveraging(Adam(), decay: 0.9))
    wrapped.multipliers = [Multiplier(rate: 2)]
    adam.multipliers = [Multiplier(rate: 2)]
    for time in 1...5 {
      let gradient = Tensor([Float(time), -1], shape: [2], on: .reference)
      adam.step(&plain, ["position": gradient], rate: 0.1)
      wrapped.step(&averaged, ["position": gradient], rate: 0.1)
    }
    #expect(plain.position.doubles == averaged.position.doubles)
    #expect(wrapped.slotNames == ["mean", "meanSquare", "average"])
  }
}
