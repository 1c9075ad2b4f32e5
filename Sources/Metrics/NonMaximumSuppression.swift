internal import Tensors

/// The positions of the boxes left when each is dropped that overlaps a better one too much.
///
/// Boxes are visited from the highest score to the lowest, equal scores in their order; one is kept
/// when its IoU with every box kept before is at most `threshold`. The result is in this order.
/// - Source: Girshick, Fast R-CNN (`inclusivePixels`); torchvision's `nms` (`continuous`).
public func nonMaximumSuppression(
  _ boxes: [DetectionBox], scores: [Double], threshold: Double, extent: BoxExtent
) -> [Int] {
  require(
    boxes.count == scores.count,
    "nonMaximumSuppression: \(scores.count) scores for \(boxes.count) boxes")
  let order = ranking(scores, of: "nonMaximumSuppression")
  var isDropped = [Bool](repeating: false, count: boxes.count)
  var kept: [Int] = []
  isDropped.withUnsafeMutableBufferPointer { isDropped in
    boxes.withUnsafeBufferPointer { boxes in
      for (rank, best) in order.enumerated() where !isDropped[best] {
        kept.append(best)
        let box = boxes[best]
        for other in order[(rank + 1)...]
        where !isDropped[other] && box.overlap(boxes[other], extent) > threshold {
          isDropped[other] = true
        }
      }
    }
  }
  return kept
}

/// The positions of the boxes left when suppression runs within each class alone, best score first.
public func nonMaximumSuppression(
  _ boxes: [DetectionBox], scores: [Double], classes: [Int], threshold: Double, extent: BoxExtent
) -> [Int] {
  require(
    boxes.count == scores.count && boxes.count == classes.count,
    "nonMaximumSuppression: \(scores.count) scores and \(classes.count) classes for "
      + "\(boxes.count) boxes")
  let groups = Dictionary(grouping: boxes.indices) { classes[$0] }
  let kept = groups.values.flatMap { members in
    nonMaximumSuppression(
      members.map { boxes[$0] }, scores: members.map { scores[$0] }, threshold: threshold,
      extent: extent
    ).map { members[$0] }
  }.sorted()
  return ranking(kept.map { scores[$0] }, of: "nonMaximumSuppression").map { kept[$0] }
}
