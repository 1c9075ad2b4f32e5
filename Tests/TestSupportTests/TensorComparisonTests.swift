import Tensors
import TestSupport
import Testing

@Suite struct TensorComparisonTests {
  private let expected = HostTensor([1, -2, 4, 0], [2, 2])
  private let tolerance = Tolerance(relative: 1e-3)

  private func problem(_ found: HostTensor) -> String? {
    disagreement(of: found, from: expected, within: tolerance)
  }

  @Test func acceptsWhatIsWithinTheTolerance() {
    #expect(problem(expected) == nil)
    #expect(problem(HostTensor([1.003, -2, 4, -0.003], [2, 2])) == nil)
  }

  @Test func namesTheWorstElement() throws {
    let text = try #require(problem(HostTensor([1, -2.1, 4, 0.005], [2, 2])))
    #expect(text.contains("2 of 4") && text.contains("-2.1"), "\(text)")
  }

  @Test func rejectsUnequalShapes() {
    #expect(problem(HostTensor([1, -2, 4, 0], [4]))?.contains("[4]") == true)
    #expect(problem(HostTensor([1, -2, 4, 0], [1, 2, 2])) != nil)
  }

  @Test func rejectsUnequalCounts() {
    #expect(problem(HostTensor([1, -2, 4], [2, 2]))?.contains("3 values") == true)
    #expect(problem(HostTensor([1, -2, 4, 0, 0], [2, 2])) != nil)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func rejectsWhatIsNotFinite(number: Double) {
    #expect(problem(HostTensor([1, -2, 4, number], [2, 2]))?.contains("element 3") == true)
    let both = HostTensor([1, number], [2])
    #expect(disagreement(of: both, from: both, within: tolerance) != nil)
  }
}
