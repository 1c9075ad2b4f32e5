import Metrics
import Testing

@Suite struct TableTests {
  @Test func cropsOfEachPictureAreAveraged() {
    // 2 pictures, 3 crops, 2 classes.
    let scores: [Double] = [1, 10, 2, 20, 3, 60, 0, 1, 0, 1, 3, 1]
    #expect(averagedOverCrops(scores, crops: 3, classes: 2) == [2, 30, 1, 1])
    #expect(averagedOverCrops([1, 2], crops: 1, classes: 2) == [1, 2])
  }

  @Test func theTableGivesPercentAndNamesWhatIsLeftOut() {
    let classes = ["cat", "dog"]
    let table = PerClassTable(
      title: "AP",
      rows: [
        ("a|b", PerClassScores(classes: classes, values: [0.6564, 0.3])),
        ("c", PerClassScores(classes: classes, values: [1, nil])),
      ])
    #expect(
      table.markdown == """
        | AP | a\\|b | c |
        | --- | ---: | ---: |
        | cat | 65.6 | 100.0 |
        | dog | 30.0 | – |
        | **mean** | **47.8** | **100.0** |

        c: no score is defined for dog; the mean is over the others.

        """)
  }
}
