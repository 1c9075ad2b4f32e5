internal import Tensors

/// The mean score of each picture and class over several crops.
///
/// A mean and not a sum, so that scores keep their scale: the tie penalty of
/// `AveragePrecision.positivesLosingTies` is a fixed number.
/// - Shapes: scores [pictures, crops, classes], the result [pictures, classes].
public func averagedOverCrops(_ scores: [Double], crops: Int, classes: Int) -> [Double] {
  require(
    crops > 0 && classes > 0 && scores.count.isMultiple(of: crops * classes),
    "averagedOverCrops: \(scores.count) scores for \(crops) crops and \(classes) classes")
  var result = [Double](repeating: 0, count: scores.count / crops)
  for (place, score) in scores.enumerated() {
    let picture = place / (crops * classes)
    result[picture * classes + place % classes] += score
  }
  for place in result.indices { result[place] /= Double(crops) }
  return result
}
