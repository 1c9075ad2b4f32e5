internal import Layers
internal import Networks
internal import Randomness
internal import Tensors

/// All that can be timed.
enum Catalog {
  /// The networks at the sizes that pretraining gives them.
  static let networks: [(TrunkConfiguration.Architecture, batch: Int, size: Int)] = [
    (.eccv16, 4, 176), (.alexnet, 16, 180), (.vgg16, 4, 160), (.resnet18, 8, 176),
  ]

  /// Every workload whose name contains one of `patterns`; all where there are none. Those that
  /// read pictures need `data`, a dataset of JPEG pictures. Networks see pictures of `size` pixels
  /// where it is given, and so do the convolutions that are timed alone.
  static func workloads(
    matching patterns: [String], data: String?, size: Int? = nil
  ) -> [Workload] {
    let networks = networks.map { ($0, batch: $1, size: size ?? $2) }
    return
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
    let stack = ColorNetwork.build(network, width: 1, key: RandomKey(seed: 0))
    for (name, shape) in stack.convolutions(over: &input) {
      if let known = found.firstIndex(where: { $0.shape == shape }) {
        found[known].count += 1
      } else {
        found.append((name, shape, 1))
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

extension Stack {
  /// The convolutions, with their shapes; `input` becomes the shape of the output.
  fileprivate func convolutions(
    over input: inout Shape
  ) -> [(name: String, shape: Workload.Convolution)] {
    var found: [(String, Workload.Convolution)] = []
    for stage in stages {
      let before = input
      switch stage.layer.kind {
      case .convolution(let layer):
        input = layer.parameters.outputShape(input: input, weight: layer.weight.shape)
        found.append((stage.name, layer.workload(from: before, to: input)))
      case .transposedConvolution(let layer):
        let factor = layer.stride.height
        input = [before[0], layer.weight.shape[1], before[2] * factor, before[3] * factor]
        found.append((stage.name, layer.workload(from: before, to: input)))
      case .maxPooling(let layer): input = layer.parameters.outputShape(input: input)
      case .residual(let block):
        for branch in block.branches {
          input = before
          for (name, shape) in branch.stack.convolutions(over: &input) {
            found.append(("\(stage.name).\(branch.prefix)\(name)", shape))
          }
        }
      case .upsampling, .averagePooling, .globalAveragePooling, .dense, .batchNormalization,
        .responseNormalization, .relu, .dropout:
        break
      }
    }
    return found
  }
}

extension Convolution {
  fileprivate func workload(from before: Shape, to after: Shape) -> Workload.Convolution {
    Workload.Convolution(
      inputs: before[1], outputs: after[1], size: before[2], kernel: weight.shape[2],
      stride: parameters.stride.height, padding: parameters.padding.height,
      dilation: parameters.dilation.height, groups: parameters.groups, isTransposed: false,
      relu: parameters.relu)
  }
}

extension TransposedConvolution {
  fileprivate func workload(from before: Shape, to after: Shape) -> Workload.Convolution {
    Workload.Convolution(
      inputs: before[1], outputs: after[1], size: before[2], kernel: weight.shape[2],
      stride: stride.height, padding: padding.height, dilation: 1, groups: 1, isTransposed: true,
      relu: false)
  }
}
