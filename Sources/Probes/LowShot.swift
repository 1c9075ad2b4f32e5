public import Randomness
internal import Tensors

/// Small training sets: a few positive samples of a class and some negative ones.
public enum LowShot {
  /// The samples of one draw: `positives` positive ones and `negatives` negative ones, or all there
  /// are; nil where there are fewer positives. Samples of label 0 are never drawn. Draws of one key
  /// are nested: more positives hold the fewer ones.
  public static func draw(
    _ labels: [Int8], positives: Int, negatives: Int, key: RandomKey
  ) -> [Int]? {
    require(
      positives > 0 && negatives > 0, "LowShot: \(positives) positives, \(negatives) negatives")
    func some(_ label: Int8, _ count: Int, _ name: String) -> [Int] {
      let places = labels.indices.filter { labels[$0] == label }
      var stream = key.folding(name).stream()
      return stream.permutation(places.count).prefix(count).map { places[$0] }
    }
    let (shown, absent) = (
      some(1, positives, "positives"), some(-1, negatives, "negatives")
    )
    guard shown.count == positives, !absent.isEmpty else { return nil }
    return (shown + absent).sorted()
  }
}
