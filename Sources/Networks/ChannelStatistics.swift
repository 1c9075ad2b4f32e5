public import Layers
public import Tensors

/// The mean and deviation of every channel of every layer over a set of pictures.
public struct ChannelStatistics: Sendable {
  /// What was measured on.
  public struct Origin: Codable, Sendable, Equatable {
    /// The content hash of the dataset.
    public var dataHash: String
    /// How many of its pictures.
    public var pictures: Int
    /// The side of their centered squares, in pixels.
    public var size: Int

    /// A statement of what was measured on.
    public init(dataHash: String, pictures: Int, size: Int) {
      self.dataHash = dataHash
      self.pictures = pictures
      self.size = size
    }
  }

  /// Mean and standard deviation of each channel of one layer, over pictures and positions.
  public struct Layer: Sendable, Equatable {
    /// The mean of each channel.
    public var mean: [Float]
    /// The standard deviation of each channel.
    public var deviation: [Float]
  }

  /// What was measured on.
  public let origin: Origin
  /// The layers, by name.
  public let layers: [String: Layer]

  /// Measures a trunk on inputs that `next` hands out until it gives nil.
  public init(
    of trunk: Stack, origin: Origin, next: () throws -> Tensor?
  ) rethrows {
    var sums: [String: [(sum: Double, squares: Double)]] = [:]
    var counts: [String: Int] = [:]
    while let input = try next() {
      for (name, output) in trunk.outputs(input, of: Set(trunk.names)) {
        let (channels, plane) = (output.shape[1], output.shape.plane)
        var sum = sums[name] ?? Array(repeating: (0, 0), count: channels)
        output.floats.withUnsafeBufferPointer { values in
          for start in stride(from: 0, to: values.count, by: plane) {
            var (total, squares) = (0.0, 0.0)
            for value in values[start..<start + plane] {
              total += Double(value)
              squares += Double(value) * Double(value)
            }
            let channel = start / plane % channels
            sum[channel] = (sum[channel].sum + total, sum[channel].squares + squares)
          }
        }
        sums[name] = sum
        counts[name, default: 0] += output.shape[0] * plane
      }
    }
    self.origin = origin
    layers = sums.reduce(into: [:]) { layers, entry in
      let count = Double(max(counts[entry.key] ?? 1, 1))
      layers[entry.key] = Layer(
        mean: entry.value.map { Float($0.sum / count) },
        deviation: entry.value.map {
          let mean = $0.sum / count
          return Float(max($0.squares / count - mean * mean, 0).squareRoot())
        })
    }
  }

  /// Reads `LAYER.mean` and `LAYER.deviation` under `prefix`.
  init(
    from archive: TensorArchive, prefix: String, layers names: [(name: String, channels: Int)],
    origin: Origin
  ) throws(ArchiveError) {
    func vector(_ name: String, _ count: Int) throws(ArchiveError) -> [Float] {
      let tensor = try archive.tensor(prefix + name, on: .cpu)
      guard tensor.shape == [count], tensor.dtype == .f32 else {
        throw ArchiveError(
          file: archive.source, tensor: prefix + name,
          problem: "has shape \(tensor.shape), the layer has \(count) channels")
      }
      return tensor.floats
    }
    self.origin = origin
    var found: [String: Layer] = [:]
    for (name, channels) in names {
      found[name] = Layer(
        mean: try vector("\(name).mean", channels),
        deviation: try vector("\(name).deviation", channels))
    }
    layers = found
  }

  /// Adds `LAYER.mean` and `LAYER.deviation` under `prefix`.
  func save(into archive: inout TensorArchive, prefix: String) {
    for (name, layer) in layers.sorted(by: { $0.key < $1.key }) {
      archive.add("\(prefix)\(name).mean", Tensor(layer.mean, shape: [layer.mean.count]))
      archive.add("\(prefix)\(name).deviation", Tensor(layer.deviation, shape: [layer.mean.count]))
    }
  }
}
