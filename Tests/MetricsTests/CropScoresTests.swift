import Metrics
import Testing

@Suite struct CropScoresTests {
  @Test func cropsOfEachPictureAreAveraged() {
    // 2 pictures, 3 crops, 2 classes.
    let scores: [Double] = [1, 10, 2, 20, 3, 60, 0, 1, 0, 1, 3, 1]
    #expect(averagedOverCrops(scores, crops: 3, classes: 2) == [2, 30, 1, 1])
    #expect(averagedOverCrops([1, 2], crops: 1, classes: 2) == [1, 2])
  }

  @Test func aMeanLeavesOutWhatIsUndefinedAndNamesIt() {
    let scores = PerClassScores(classes: ["cat", "dog", "cow"], values: [0.5, nil, 0.75])
    #expect(scores.mean == 0.625 && scores.undefined == ["dog"])
    #expect(PerClassScores(classes: ["cat"], values: [nil]).mean == nil)
  }
}
