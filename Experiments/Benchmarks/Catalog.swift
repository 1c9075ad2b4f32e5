internal import Layers
internal import Networks
internal import Randomness
internal import Tensors

/// All that can be timed.
enum Catalog {
  /// The networks at the sizes that pretraining gives them.
  static let networks: [(TrunkConfiguration.Architecture, batch: Int, size: Int)] = [
    (.eccv16, 4, 176), (.alexnet, 16, 180), (.vgg16, 4, 160),
  ]

  /// Every workload whose name contains one of `patterns`; all where there are none. Those that
  /// read pictures need `data`, a dataset of JPEG pictures.
  static func workloads(matching patterns: [String], data: String?) -> [Workload] {
    (networks.flatMap(steps) + tasks + (data.map(reading) ?? [])
      + networks.flatMap(convolutions)).filter { workload in
        patterns.isEmpty || patterns.contains { workload.name.contains($0) }
      }
  }

  /// What is done with a trunk besides pretraining, on ECCV16.
  private static let tasks: [Workload] = [
    (Workload.Kind.extraction, batch: 8, size: 192), (.units, 8, 176), (.detection, 2, 192),
    (.segmentation, 4, 160),
  ].map { kind, batch, size in
    Workload(
      name: "\(kind.rawValue)/eccv16", kind: kind, precision: .f32, batch: batch, network: .eccv16,
      size: size)
  }

  /// The input pipeline.
  private static func reading(_ data: String) -> [Workload] {
    [
      Workload(
        name: "feed/176", kind: .feed, precision: .f32, batch: 400, size: 176, data: data),
      Workload(name: "reads", kind: .reads, precision: .f32, batch: 10_000, data: data),
    ]
  }

  /// Training steps and inference of a network.
  private static func steps(
    _ network: TrunkConfiguration.Architecture, batch: Int, size: Int
  ) -> [Workload] {
    [Workload.Kind.step, .inference].flatMap { kind in
      Workload.Precision.allCases.map { precision in
        Workload(
          name: "\(kind.rawValue)/\(network.rawValue)/\(precision.rawValue)", kind: kind,
          precision: precision, batch: batch, network: network, size: size)
      }
    }
  }

  /// The convolutions of a network, those of equal shape once, with every pass.
  private static func convolutions(
    _ network: TrunkConfiguration.Architecture, batch: Int, size: Int
  ) -> [Workload] {
    var found: [(name: String, shape: Workload.Convolution, count: Int)] = []
    var input: Shape = [batch, 1, size, size]
    for stage in ColorNetwork.build(network, width: 1, key: RandomKey(seed: 0)).stages {
      guard let shape = stage.layer.convolution(over: &input) else { continue }
      if let known = found.firstIndex(where: { $0.shape == shape }) {
        found[known].count += 1
      } else {
        found.append((stage.name, shape, 1))
      }
    }
    return Workload.Precision.allCases.flatMap { precision in
      found.flatMap { name, shape, count in
        Workload.Pass.allCases.filter { $0 != .inputGradient || shape.inputs > 1 }.map { pass in
          Workload(
            name: "convolution/\(network.rawValue)/\(name)/\(pass.rawValue)/\(precision.rawValue)",
            kind: .convolution, precision: precision, batch: batch, convolution: shape, pass: pass,
            count: count)
        }
      }
    }
  }
}

extension Layer {
  /// The shape of this layer where it is a convolution; `input` becomes the shape of its output.
  fileprivate func convolution(over input: inout Shape) -> Workload.Convolution? {
    let before = input
    switch self {
    case let layer as Convolution:
      input = layer.parameters.outputShape(input: input, weight: layer.weight.shape)
      return Workload.Convolution(
        inputs: before[1], outputs: input[1], size: before[2], kernel: layer.weight.shape[2],
        stride: layer.parameters.stride.height, padding: layer.parameters.padding.height,
        dilation: layer.parameters.dilation.height, groups: layer.parameters.groups,
        isTransposed: false, relu: layer.parameters.relu)
    case let layer as TransposedConvolution:
      let factor = layer.stride.height
      input = [before[0], layer.weight.shape[1], before[2] * factor, before[3] * factor]
      return Workload.Convolution(
        inputs: before[1], outputs: input[1], size: before[2], kernel: layer.weight.shape[2],
        stride: factor, padding: layer.padding.height, dilation: 1, groups: 1, isTransposed: true,
        relu: false)
    case let layer as MaxPooling:
      input = layer.parameters.outputShape(input: input)
      return nil
    default: return nil
    }
  }
}
