internal import Datasets
internal import Images
internal import Inputs
internal import Layers
public import Metrics
internal import Networks
internal import Tensors

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A box with a class and a score in one picture.
public struct PictureDetection: Sendable, Equatable {
  /// The position of the class.
  public let classIndex: Int
  /// The probability the network gives it.
  public let score: Double
  /// Where, in pixels of the picture; edges are included.
  public let box: DetectionBox

  /// A detection.
  public init(classIndex: Int, score: Double, box: DetectionBox) {
    self.classIndex = classIndex
    self.score = score
    self.box = box
  }
}

/// A trained network at work on whole pictures.
struct Detector {
  let network: DetectionNetwork
  let preprocessing: Preprocessing
  let settings: DetectionConfiguration
  let classCount: Int
  let device: Device

  /// Regions that go through the head at once, which bounds memory.
  private static let regionsAtOnce = 512

  /// What the network finds in a picture, which errors call `name`, among its proposals, the best
  /// first.
  func detections(
    in picture: Picture, _ name: String, proposals: [Box]
  ) throws(NonFiniteOutput) -> [PictureDetection] {
    let limit = settings.testing.proposals
    let boxes = (limit > 0 ? proposals.prefix(limit) : proposals[...]).map { DetectionBox($0) }
    guard !boxes.isEmpty else { return [] }
    let (scores, codes) = outputs(picture, boxes)
    guard scores.allSatisfy(\.isFinite), codes.allSatisfy(\.isFinite) else {
      throw NonFiniteOutput(layer: "head", picture: name)
    }
    let outputs = classCount + 1
    var found: [PictureDetection] = []
    for index in 0..<classCount {
      let regions = boxes.indices.filter {
        scores[$0 * outputs + index + 1] >= settings.testing.leastScore
      }
      let decoded = regions.map { region in
        let start = (region * outputs + index + 1) * 4
        return settings.coding.decode(codes[start..<start + 4], from: boxes[region]).clamped(
          width: picture.width, height: picture.height)
      }
      let values = regions.map { scores[$0 * outputs + index + 1] }
      let kept = nonMaximumSuppression(
        decoded, scores: values, threshold: settings.testing.suppression, extent: .inclusivePixels)
      found += kept.map {
        PictureDetection(classIndex: index, score: values[$0], box: decoded[$0])
      }
    }
    let order = ranking(found.map(\.score), of: "Detector")
    return order.prefix(settings.testing.maximumDetections).map { found[$0] }
  }

  /// The probabilities [boxes, classes + 1] and codes [boxes, 4 (classes + 1)].
  private func outputs(
    _ picture: Picture, _ boxes: [DetectionBox]
  ) -> (scores: [Double], codes: [Double]) {
    let scale = PictureScale(
      (picture.width, picture.height), shorterSide: settings.scales.testing,
      limit: settings.scales.testingLimit)
    let input = preprocessing.input(of: [scale.picture(picture)], on: device)
    var network = network
    let features = network.trunk(input)
    var (scores, codes): ([Double], [Double]) = ([], [])
    for start in stride(from: 0, to: boxes.count, by: Self.regionsAtOnce) {
      let regions = boxes[start..<min(start + Self.regionsAtOnce, boxes.count)].flatMap { box in
        let scaled = box.scaled(x: scale.x, y: scale.y)
        return [0, Float(scaled.xMin), Float(scaled.yMin), Float(scaled.xMax), Float(scaled.yMax)]
      }
      var pass = Pass.evaluation
      let output = network.forward(features, regions: regions, &pass)
      let logits = output.logits.doubles
      for row in stride(from: 0, to: logits.count, by: classCount + 1) {
        scores += softmax(logits[row...row + classCount])
      }
      codes += output.codes.doubles
    }
    return (scores, codes)
  }
}

private func softmax(_ logits: ArraySlice<Double>) -> [Double] {
  let largest = logits.max()!
  let powers = logits.map { exp($0 - largest) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}
