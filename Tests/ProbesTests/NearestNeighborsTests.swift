import Probes
import Testing

@Suite struct NearestNeighborsTests {
  @Test(arguments: Golden.all)
  func votesAreThoseOfScikitLearn(_ golden: Golden.Case) {
    for one in golden.neighbors {
      func scores(_ labels: ProbeLabels) -> [Double] {
        NearestNeighbors(
          golden.features, labels, neighbors: one.neighbors, temperature: one.temperature
        ).scores(of: golden.queries)
      }
      #expect(distance(scores(golden.singleLabels), one.single) < 2e-5)
      #expect(distance(scores(golden.labels), one.multiple) < 2e-5)
    }
  }

  /// On a circle, so that nearness is plain to see.
  private let circle = Features([1, 0, 0.9, 0.1, 0, 1, 0.1, 0.9, -1, 0], columns: 2)

  @Test func whatIsUnknownDoesNotVote() {
    let labels = ProbeLabels(multiple: [1, 0, -1, -1, 1], classes: 1)
    let votes = NearestNeighbors(circle, labels, neighbors: 2, temperature: .infinity)
    // The nearest two are samples 0 and 1, of which only 0 is known.
    #expect(votes.scores(of: Features([5, 0.1], columns: 2)) == [1])
    // Samples 1 and 0 of a query between 1 and 2 would be as 0 above; 3 and 2 are both known.
    #expect(votes.scores(of: Features([0, 2], columns: 2)) == [0])
    let unknown = ProbeLabels(multiple: [0, 0, 0, 0, 0], classes: 1)
    #expect(NearestNeighbors(circle, unknown, neighbors: 2).scores(of: circle) == [0, 0, 0, 0, 0])
  }

  @Test func aSampleIsNotItsOwnNeighbor() {
    let labels = ProbeLabels(single: [0, 0, 1, 1, 2], classes: 3)
    let votes = NearestNeighbors(circle, labels, neighbors: 1)
    #expect(labels.accuracy(of: votes.scores(of: circle)) == 1)
    // Alone of its class, the last sample cannot be right.
    #expect(labels.accuracy(of: votes.scores(of: circle, leavingOneOut: true)) == 0.8)
  }

  @Test func theFirstOfEqualNeighborsCounts() {
    let twice = Features([1, 0, 2, 0, 3, 0], columns: 2)
    let labels = ProbeLabels(single: [2, 1, 0], classes: 3)
    let votes = NearestNeighbors(twice, labels, neighbors: 1)
    #expect(votes.scores(of: Features([1, 1], columns: 2)) == [0, 0, 1])
  }

  @Test func farNeighborsDoNotOverflow() {
    let labels = ProbeLabels(single: [0, 0, 1, 1, 2], classes: 3)
    let votes = NearestNeighbors(circle, labels, neighbors: 5, temperature: 1e-4)
    let scores = votes.scores(of: Features([1, 0.01], columns: 2))
    #expect(scores.allSatisfy(\.isFinite) && scores[0] > 0.99)
  }
}
