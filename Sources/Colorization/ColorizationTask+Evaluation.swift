internal import ColorScience
internal import Images
internal import Inputs
internal import Layers
public import Networks
public import Runs
public import Tensors

extension ColorizationTask {
  /// Judges a network on held-out crops at the resolution of its output: the plain loss, the error
  /// of the predicted colors, for ab also the two AuC of the paper; and a sheet of colored
  /// pictures.
  public func evaluate(
    _ model: Network, on device: Device, as dtype: DType, next: () throws -> ColorizationBatch?
  ) throws -> Evaluation {
    var (plain, squares, values, pictures) = (0.0, 0.0, 0, 0)
    var accuracy = accuracy
    while let batch = try next()?.tensors(on: device, as: dtype) {
      let output = model(batch.input)
      plain += loss(of: output, batch).plain.value * Double(batch.count)
      pictures += batch.count
      let colors = objective.colors(
        of: output.fitted(to: batch).floats, count: batch.count, area: batch.rows * batch.columns)
      let planes = colors.flatMap { $0 }
      guard planes.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
        return ["validation/\(plainName)": .nan]
      }
      let (area, truth) = (batch.rows * batch.columns, batch.target.floats)
      for (at, plane) in planes.enumerated() {
        for (position, value) in plane.enumerated() {
          let error = Double(value - truth[at * area + position])
          squares += error * error
        }
        values += area
      }
      guard accuracy != nil else { continue }
      for (picture, ab) in colors.enumerated() {
        let start = picture * 2 * area
        accuracy?.add(
          predictedA: ab[0], predictedB: ab[1], trueA: Array(truth[start..<start + area]),
          trueB: Array(truth[start + area..<start + 2 * area]))
      }
    }
    guard pictures > 0 else { return [:] }
    var metrics = [
      "validation/\(plainName)": plain / Double(pictures),
      "validation/rmse": (squares / Double(values)).squareRoot(),
    ]
    if let accuracy {
      metrics["validation/auc"] = accuracy.auc
      metrics["validation/rebalancedAuC"] = accuracy.rebalancedAuC
    }
    return Evaluation(
      metrics, pictures: shown.isEmpty ? [:] : ["colorized": sheet(model, on: device, as: dtype)])
  }

  /// Rebalanced by the prior of the data, lambda 0, as in the paper's table; none but for ab by
  /// classification, where there is a prior.
  private var accuracy: ColorAccuracy? {
    guard objective.pair == .lightnessToAB, let prior else { return nil }
    return ColorAccuracy(
      weights: Rebalancing.weights(prior: prior.probabilities, lambda: 0))
  }

  /// Input, prediction at the size of the input, and truth, side by side.
  private func sheet(_ model: Network, on device: Device, as dtype: DType) -> Picture {
    let size = preprocessing.size
    var sheet = Sheet(cellSize: (size, size), headers: ["input", "predicted", "truth"])
    for crop in shown {
      let planes = objective.pair.planes(of: crop)
      let input = Tensor(
        preprocessing.normalized(planes.input), shape: [1, planes.input.count, size, size],
        dtype: dtype, on: device)
      let output = model(input)
      let (rows, columns) = (output.shape[2], output.shape[3])
      let small = objective.colors(of: output.floats, count: 1, area: rows * columns)[0]
      let large = Tensor(small.flatMap { $0 }, shape: [1, small.count, rows, columns], on: device)
        .resized(.init(size: Pair(size, size))).floats
      let target = small.indices.map { Array(large[$0 * size * size..<($0 + 1) * size * size]) }
      sheet.rows.append(
        .init(cells: [
          .init(objective.pair.inputPicture(planes.input, width: size, height: size)),
          .init(
            objective.pair.picture(
              input: planes.input, target: target, width: size, height: size)),
          .init(crop),
        ]))
    }
    return sheet.rendered()
  }
}
