public import Layers
internal import Networks
internal import Randomness
public import Tensors
internal import Training

/// Fast R-CNN: features of the whole picture, pooled in each region, two layers, and for each class
/// a score and a box code.
///
/// - Source: Girshick, "Fast R-CNN", ICCV 2015.
public struct DetectionNetwork: Parameterized {
  /// From the picture to features.
  public var trunk: Stack
  /// From pooled regions to fc7.
  public var head: Stack
  /// One logit for the background and each class.
  public var classes: Dense
  /// Four numbers for the background (never used) and each class.
  public var boxes: Dense
  private let pooling: DetectionConfiguration.Head.Pooling
  private let size: Int
  private let geometry: Geometry

  /// A network on `trunk`, whose weights are kept, for `count` classes.
  ///
  /// - Parameter denseLayers: fc6 and fc7 of the trunk, which are used if settings ask for them.
  init(
    trunk: Stack, denseLayers: Stack, channels: Int, classes count: Int,
    _ settings: DetectionConfiguration.Head, key: RandomKey, on device: Device
  ) {
    self.trunk = trunk
    geometry = trunk.geometries[trunk.names.last!]!
    pooling = settings.pooling
    size = settings.size
    let hidden: Int
    if settings.fromTrunk {
      head = Self.head(of: denseLayers, dropout: settings.dropout)
      hidden = denseLayers.stages.compactMap(\.layer.kind.convolution).last!.weight.shape[0]
    } else {
      head = Self.head(
        inputs: channels * size * size, hidden: settings.hidden, dropout: settings.dropout,
        key: key, on: device)
      hidden = settings.hidden
    }
    classes = Dense(
      hidden, count + 1, initializer: .gaussian(deviation: 0.01), key: key.folding("classes"),
      on: device)
    boxes = Dense(
      hidden, 4 * (count + 1), initializer: .gaussian(deviation: 0.001), key: key.folding("boxes"),
      on: device)
  }

  /// fc6 and fc7, new.
  private static func head(
    inputs: Int, hidden: Int, dropout: Double, key: RandomKey, on device: Device
  ) -> Stack {
    var stages: [Stack.Stage] = []
    for (name, width) in [("fc6", inputs), ("fc7", hidden)] {
      stages.append(
        .init(
          name,
          Dense(width, hidden, relu: true, initializer: .he, key: key.folding(name), on: device)))
      if dropout > 0 { stages.append(.init("drop\(name.last!)", Dropout(rate: dropout))) }
    }
    return Stack(stages)
  }

  /// fc6 and fc7 of a trunk, as they meet a grid of 6 x 6: without border and dilation.
  private static func head(of layers: Stack, dropout: Double) -> Stack {
    var stages: [Stack.Stage] = []
    var number = 5
    for stage in layers.stages {
      guard let convolution = stage.layer.kind.convolution else {
        stages.append(stage)
        continue
      }
      if number > 5 && dropout > 0 { stages.append(.init("drop\(number)", Dropout(rate: dropout))) }
      number += 1
      stages.append(
        stage.with(
          Convolution(
            weight: convolution.weight, bias: convolution.bias,
            .init(relu: convolution.parameters.relu))))
    }
    if dropout > 0 { stages.append(.init("drop\(number)", Dropout(rate: dropout))) }
    return Stack(stages)
  }

  /// Visits the trunk's tensors under their own names, the others under `head`.
  public mutating func visit(_ visitor: inout some ParameterVisitor) {
    trunk.visit(&visitor)
    visitor.part("head", &head)
    visitor.path.append("head")
    visitor.part("classes", &classes)
    visitor.part("boxes", &boxes)
    visitor.path.removeLast()
  }

  /// What the network says of each region.
  public struct Output {
    /// The background and each class: [r, classes + 1].
    public let logits: Tensor
    /// A box code for each of them: [r, 4 (classes + 1)].
    public let codes: Tensor
  }

  /// Pools `regions`, rows (image, x1, y1, x2, y2) in pixels of the input, from features and says
  /// what they show.
  public mutating func forward(
    _ features: Tensor, regions: [Float], _ pass: inout Pass
  ) -> Output {
    let hidden = head.forward(pooled(features, regions), &pass)
    return Output(
      logits: classes.forward(hidden, &pass), codes: boxes.forward(hidden, &pass))
  }

  /// The grid of each region: [r, c, size, size].
  ///
  /// Coordinates are shifted so that a region meets the features whose centers lie in it, whatever
  /// the border of the trunk, and moved into the area that the features cover.
  private func pooled(_ features: Tensor, _ regions: [Float]) -> Tensor {
    let (stride, offset) = (Float(geometry.stride), Float(geometry.offset))
    let isMax = pooling == .max
    // RoI align, without its half-pixel correction, reads feature i at coordinate i x stride; its
    // regions are bounded by the outer sides of their pixels.
    let margin: Float = isMax ? 0 : 0.5
    let farthest = [features.shape[3], features.shape[2]].map { stride * Float($0 - 1) }
    var rows = regions
    for row in Swift.stride(from: 0, to: rows.count, by: 5) {
      for edge in 0..<4 {
        let moved = rows[row + 1 + edge] - offset + (edge < 2 ? -margin : margin)
        rows[row + 1 + edge] = min(max(moved, 0), farthest[edge % 2])
      }
    }
    let boxes = Tensor(rows, shape: [rows.count / 5, 5], on: features.device)
    let parameters = RoIParameters(size: Pair(size), scale: 1 / Double(stride))
    return isMax ? features.roiMaxPool(boxes, parameters) : features.roiAlign(boxes, parameters)
  }
}

extension DetectionNetwork.Output {
  /// The loss of a batch: the cross-entropy of the classes, and the smooth L1 distance of the codes
  /// of each object's own class; both are means over regions.
  func loss(_ batch: DetectionBatch) -> TrainingLoop.Loss {
    let (count, outputs) = (batch.count, logits.shape[1])
    let device = logits.device
    let classLoss = logits.softmaxCrossEntropy(
      classes: Tensor(indices: batch.labels, shape: [count, 1], on: device),
      weights: Tensor(filledWith: 1, shape: [count, 1], on: device)
    ).mean()
    var targets = [Float](repeating: 0, count: count * outputs * 4)
    var mask = targets
    for (region, label) in batch.labels.enumerated() where label > 0 {
      for edge in 0..<4 {
        let place = (region * outputs + Int(label)) * 4 + edge
        targets[place] = batch.codes[region * 4 + edge]
        mask[place] = 1
      }
    }
    let shape: Shape = [count, outputs * 4]
    let boxLoss = (codes * Tensor(mask, shape: shape, on: device)).smoothL1(
      Tensor(targets, shape: shape, on: device)
    ).sum().scaled(by: 1 / Double(count))
    return .init(
      classLoss + boxLoss,
      metrics: ["classLoss": Reading(classLoss), "boxLoss": Reading(boxLoss)])
  }
}
