internal import Tensors

extension OperationCases {
  /// Color conversion, soft codes and what units respond; none has a gradient.
  static let colors = [
    OperationCase("color planes of Lab", "ColorPlanes") { draw in
      [draw.indices([2, 7, 9], below: 1 << 24)]
    } _: {
      $0[0].colorPlanes(lab([[0, 116, 0, -16], [500, 0, 0, 0], [0, 0, 200, 0]]))
    },
    OperationCase("color planes of the ab of every fourth pixel", "ColorPlanes") { draw in
      [draw.indices([3, 9, 14], below: 1 << 24)]
    } _: {
      $0[0].colorPlanes(lab([[500, 0, 0, 0], [0, 0, 200, 0]], step: 4))
    },
    OperationCase("color planes of luma and colors", "ColorPlanes") { draw in
      [draw.indices([1, 5, 6], below: 1 << 24)]
    } _: {
      $0[0].colorPlanes(
        .init(
          curve: (0...255).map { Float($0) / 255 }, mixing: [1, 0, 0, 0, 1, 0, 0, 0, 1],
          sums: [[0.299, 0.587, 0.114, -0.449], [4, 0, 0, -2], [0, 4, 0, -2], [0, 0, 4, -2]]))
    },
    single("soft code of ab", "SoftCode", [2, 2, 5, 4]) {
      let code = $0.softCode(.init(centers: grid, neighbors: 10, sigma: 5))
      return [code.shares, code.classes, code.entropy]
    },
    single("soft code of rows", "SoftCode", [6, 3]) {
      let centers = (0..<3).map { axis in (0..<27).map { Float($0 / [9, 3, 1][axis] % 3) * 20 } }
      let code = $0.softCode(.init(centers: centers, neighbors: 1, sigma: 9))
      return [code.shares, code.classes, code.entropy]
    },
    single("soft code of what is far outside", "SoftCode", [1, 2, 3, 3]) {
      let code = $0.scaled(by: 4).softCode(.init(centers: grid, neighbors: 4, sigma: 5))
      return [code.shares, code.classes, code.entropy]
    },
    // On a center, between two, among four: equals come in the order of the centers.
    OperationCase(
      "soft code between centers", "SoftCode",
      inputs: [
        OperationInput(HostTensor([0, 5, 5, -120, 60, 0, 0, 5, 120, -65], [1, 2, 5])).constant
      ]
    ) {
      let code = $0[0].softCode(.init(centers: grid, neighbors: 10, sigma: 5))
      return [code.shares, code.classes, code.entropy]
    },
    // The first image has no element beyond the threshold.
    OperationCase(
      "code weights by class", "CodeWeights",
      inputs: [
        OperationInput(HostTensor([1, -2, 0, 1, 3, 2, 0, -7], [2, 2, 1, 2])).constant,
        OperationInput(HostTensor([0, 1, 2, 0, 2, 1, 0, 0], [2, 2, 1, 2], isIndex: true)),
      ]
    ) {
      [$0[0].codeWeights($0[1], .init(weights: [1, 0.5, 4], threshold: 6.5))]
    },
    OperationCase("code weights without classes", "CodeWeights") { draw in
      [draw.uniform([4, 3, 2, 5], in: -1..<1).constant]
    } _: {
      $0[0].codeWeights(nil, .init(threshold: 0.97))
    },
    OperationCase(
      "peaks", "Peaks",
      inputs: [
        OperationInput(
          HostTensor([1, 3, 3, 2, -4, -1, -2, -1, 0, 0, 0, 0], [1, 3, 2, 2])
        ).constant
      ]
    ) {
      let peaks = $0[0].peaks()
      return [peaks.values, peaks.places]
    },
    responses("peaks of many channels", "Peaks") {
      let peaks = $0.peaks()
      return [peaks.values, peaks.places]
    },
    responses("response counts", "ResponseCounts") {
      var counts = ResponseCounts(channels: $0.shape[1], on: $0.device)
      counts.add($0)
      counts.add($0.scaled(by: -0.5))
      let shape: Shape = [$0.shape[1], ResponseBins.count]
      return [Tensor(indices: counts.take(), shape: shape, on: $0.device)]
    },
  ]

  /// A grid of 25 x 25 colors.
  private static let grid = [25, 1].map { step in
    (0..<625).map { Float($0 / step % 25) * 10 - 120 }
  }

  /// Positions within the grid, never bf16: rounded ones lie between centers, where a breath
  /// decides which is nearer.
  private static func single(
    _ name: String, _ operation: String, _ shape: Shape,
    _ run: @escaping @Sendable (Tensor) -> [Tensor]
  ) -> OperationCase {
    var draw = InputDraw(name: name)
    var row = OperationCase(
      name, operation, inputs: [draw.uniform(shape, in: -100..<100).constant.single]
    ) { run($0[0]) }
    row.dtypes = [.f32]
    return row
  }

  /// Rectified numbers of two images, many of them equal, in more rows than one block takes.
  private static func responses(
    _ name: String, _ operation: String, _ run: @escaping @Sendable (Tensor) -> [Tensor]
  ) -> OperationCase {
    var draw = InputDraw(name: name)
    return OperationCase(
      name, operation, inputs: [draw.distinct([2, 35, 19, 31]).constant]
    ) { run($0[0].relu()) }
  }

  private static func lab(_ sums: [[Float]], step: Int = 1) -> ColorPlaneParameters {
    .init(
      curve: (0...255).map { Float($0 * $0) / 65025 },
      mixing: [0.434, 0.376, 0.19, 0.2127, 0.7152, 0.0722, 0.0178, 0.1095, 0.8727],
      root: .init(knee: 0.008856, slope: 7.787, start: 16 / 116), sums: sums, step: step)
  }
}
