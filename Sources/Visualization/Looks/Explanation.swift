public import Images
internal import Inputs
public import Layers
public import Networks
public import Tensors

/// Why a unit responded where it did, in one photograph.
public struct Explanation {
  /// The strongest response of the unit.
  public let value: Float
  /// Its position in the unit's map.
  public let row: Int, column: Int
  /// The photograph at the network's size.
  public let picture: Picture
  /// The unit's responses over the photograph, 0 to 1, one for each pixel.
  public let responses: [Float]
  /// What of the photograph moved the response, by guided backpropagation: the gradient of the
  /// strongest response with respect to the input [channels, height, width], where on the way back
  /// only what helps passes a rectifier.
  public let guided: [Float]
  /// How much of the response is lost when a gray square covers the place, 0 to 1 of the response
  /// and cut there, one for each pixel.
  public let occlusion: [Float]
  private let channels: Int

  /// Explains the strongest response of a unit; an unknown unit or a picture too small is an error.
  ///
  /// - Source: guided backpropagation, Springenberg, Dosovitskiy, Brox & Riedmiller, "Striving for
  ///   simplicity", 2015; occlusion, Zeiler & Fergus, "Visualizing and understanding convolutional
  ///   networks", 2014.
  public init(
    of unit: Int, layer: String, archive: FeatureArchive, file: String, picture: Picture, size: Int
  ) throws {
    try archive.requireRoom(size, for: [layer], file: file)
    let units = archive.description.layers.first { $0.name == layer }!.channels
    guard (0..<units).contains(unit) else {
      throw ArchiveError(
        file: file, problem: "has no unit \(unit) in \(layer); there are 0 to \(units - 1)")
    }
    let (width, height) = UnitFeed.fitted((picture.width, picture.height), shorter: size)
    let seen = picture.withThreeChannels().resized(width: width, height: height)
    let preprocessing = archive.description.preprocessing
    let trunk = archive.trunk.through(layer)
    let planes = preprocessing.planes(of: seen)
    let shape: Shape = [1, preprocessing.channels.count, height, width]
    let input = Tensor(planes, shape: shape, on: trunk.device)
    let output = trunk(input)
    let (rows, columns) = (output.shape[2], output.shape[3])
    let map = Array(output.floats[unit * rows * columns..<(unit + 1) * rows * columns])
    value = map.max()!
    let place = map.firstIndex(of: value)!
    (row, column) = (place / columns, place % columns)
    self.picture = seen
    channels = preprocessing.channels.count

    let geometry = trunk.geometries[layer]!
    let full = ResponseMap(values: map[...], height: rows, width: columns, geometry: geometry)
      .resampled(
        rows: ResponseMap.taps((0..<height).map(Double.init), geometry, count: rows),
        columns: ResponseMap.taps((0..<width).map(Double.init), geometry, count: columns))
    let (low, high) = (map.min()!, max(map.max()!, map.min()! + 1e-30))
    responses = full.map { ($0 - low) / (high - low) }

    var seed = [Float](repeating: 0, count: output.shape.count)
    seed[unit * rows * columns + place] = 1
    guided =
      trunk.guidedGradient(
        of: Tensor(seed, shape: output.shape, on: trunk.device), input: input
      ).floats
    let field = ReceptiveFields(of: layer, in: trunk, input: Pair(height, width))[row, column]
    let before = value
    occlusion = Self.occlusion(planes, shape, field, on: trunk.device) { covered in
      let values = trunk(covered).floats
      return (0..<covered.shape[0]).map { image in
        let now = values[image * units * rows * columns + unit * rows * columns + place]
        return abs(before) > 1e-30 ? (before - now) / abs(before) : 0
      }
    }
  }

  /// Photograph, responses, guided gradient and occlusion side by side.
  public var cells: [Picture] {
    let (width, height) = (picture.width, picture.height)
    let count = width * height
    return [
      picture, Heat.overlay(responses, on: picture),
      Heat.signed(
        (0..<channels).map { guided[$0 * count..<($0 + 1) * count] }, width: width, height: height),
      Heat.overlay(occlusion, on: picture),
    ]
  }

  /// The mean loss over all squares that cover a pixel; squares of a sixth of the field's height
  /// and width, every half of that, filled with the input's zero, which is mid-gray.
  private static func occlusion(
    _ planes: [Float], _ shape: Shape, _ field: ReceptiveField, on device: Device,
    losses: (_ covered: Tensor) -> [Float]
  ) -> [Float] {
    let (channels, height, width) = (shape[1], shape[2], shape[3])
    func starts(_ seen: [Int], _ side: Int) -> [Int] {
      guard let first = seen.first, let last = seen.last else { return [] }
      return Array(stride(from: first - side / 2, through: last, by: max(1, side / 2)))
    }
    let tall = max(1, field.rows.seen.count / 6)
    let wide = max(1, field.columns.seen.count / 6)
    let squares = starts(field.rows.seen, tall).flatMap { y in
      starts(field.columns.seen, wide).map { x in
        (
          rows: max(0, y)..<max(0, min(height, y + tall)),
          columns: max(0, x)..<max(0, min(width, x + wide))
        )
      }
    }
    var (sums, counts) = (
      [Float](repeating: 0, count: height * width), [Float](repeating: 0, count: height * width)
    )
    for start in stride(from: 0, to: squares.count, by: 16) {
      let batch = squares[start..<min(start + 16, squares.count)]
      var values: [Float] = []
      for square in batch {
        var covered = planes
        for channel in 0..<channels {
          for y in square.rows {
            for x in square.columns { covered[(channel * height + y) * width + x] = 0 }
          }
        }
        values += covered
      }
      let found = losses(
        Tensor(values, shape: [batch.count, channels, height, width], on: device))
      for (square, loss) in zip(batch, found) {
        for y in square.rows {
          for x in square.columns {
            sums[y * width + x] += loss
            counts[y * width + x] += 1
          }
        }
      }
    }
    return zip(sums, counts).map { sum, count in
      count > 0 ? min(max(sum / count, 0), 1) : 0
    }
  }
}

extension Stack {
  /// The gradient at the input where, at every rectifier, what is negative on its way back is
  /// stopped as well; layer by layer, so that each one's own gradient does the rest.
  public func guidedGradient(of seed: Tensor, input: Tensor) -> Tensor {
    var inputs = [input]
    for stage in stages.dropLast() { inputs.append(stage.layer(inputs[inputs.count - 1])) }
    var gradient = seed
    for (stage, x) in zip(stages, inputs).reversed() {
      if stage.layer.kind.isRectified { gradient = gradient.relu() }
      gradient =
        stage.layer.kind.residual?.guidedGradient(of: gradient, input: x)
        ?? x.gradient(weightedBy: gradient) { stage.layer($0) }
    }
    return gradient
  }
}

extension ResidualBlock {
  /// What comes back through both branches, given what has passed the rectifier's stop.
  fileprivate func guidedGradient(of seed: Tensor, input: Tensor) -> Tensor {
    let sum = main(input) + (projection?(input) ?? input)
    let gradient = sum.gradient(weightedBy: seed) { $0.relu() }
    return main.guidedGradient(of: gradient, input: input)
      + (projection?.guidedGradient(of: gradient, input: input) ?? gradient)
  }
}

extension Tensor {
  /// The gradient of what `function` makes of this tensor.
  fileprivate func gradient(weightedBy seed: Tensor, of function: (Tensor) -> Tensor) -> Tensor {
    let watched = watched()
    return Tensors.gradients(of: function(watched), weightedBy: seed, for: [watched])[0]
  }
}
