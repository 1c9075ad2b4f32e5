import Backends
import Testing

private let windows = [
  PoolingParameters(window: 3, stride: 2), PoolingParameters(window: 3, stride: 2, ceilMode: true),
  PoolingParameters(window: 3, stride: 2, padding: 1, ceilMode: true),
  PoolingParameters(window: 3, stride: 1, padding: 1),
  PoolingParameters(window: 2, stride: 3, ceilMode: true),
  PoolingParameters(window: 2, padding: 1, ceilMode: true),
  PoolingParameters(window: Pair(3, 2), stride: Pair(1, 2), padding: Pair(1, 0)),
]

@Test(arguments: precisions, Placement.allCases)
func poolingAgrees(_ dtype: DType, _ placement: Placement) {
  for window in windows {
    for shape: Shape in [[2, 13, 9, 8], [1, 5, 7, 10]] {
      for counts in [true, false] {
        var p = window
        p.countsPadding = counts
        expectAgreement(dtype) { b in
          let k = b.backend
          // Few different values, so that windows have several largest elements.
          let x = k.relu(b.placed(placement, shape, 1), slope: 0)
          let most = k.maxPool(x, p)
          let g = b.numbers(most.y.shape, 2)
          return [
            most.y, k.maxPoolGradient(g, workspace: most.workspace, inputShape: shape, p),
            k.averagePool(x, p), k.averagePoolGradient(g, inputShape: shape, p),
          ]
        }
      }
    }
  }
}

/// Layouts of few and many channels, and windows whose places need more than a byte.
@Test(arguments: precisions, Placement.allCases)
func maxPoolingKeepsWhatIsNoNumber(_ dtype: DType, _ placement: Placement) {
  for (shape, p): (Shape, PoolingParameters) in [
    ([2, 21, 9, 8], .init(window: 3, stride: 2, padding: 1)),
    ([1, 16, 8, 8], .init(window: 2)),
    ([2, 35, 19, 18], .init(window: 17, stride: 1)),
    ([3, 1, 9, 7], .init(window: 3, stride: 2, ceilMode: true)),
  ] {
    func places(_ b: Bench) -> (y: [Bool], dx: [Double]) {
      let k = b.backend
      let x = b.placed(placement, shape, 1)
      let one = k.store(
        (0..<shape.count).map { $0 % 37 == 5 ? Double.nan : 0 }, shape: shape, dtype: dtype)
      let most = k.maxPool(k.combined(1, x, 1, one), p)
      let g = k.filled(with: 1, shape: most.y.shape, dtype: dtype)
      let dx = k.maxPoolGradient(g, workspace: most.workspace, inputShape: shape, p)
      return (k.doubles(of: most.y).map(\.isNaN), k.doubles(of: dx))
    }
    let (found, expected) = (
      places(Bench(backend: cpu, dtype: dtype)), places(Bench(backend: reference, dtype: dtype))
    )
    #expect(found.y == expected.y && found.y.contains(true), "\(shape)")
    #expect(found.dx == expected.dx, "\(shape): gradients went elsewhere")
  }
}

@Test(arguments: precisions) func resizingAgrees(_ dtype: DType) {
  let sizes: [(Shape, Pair)] = [
    ([2, 3, 5, 7], Pair(20, 28)), ([1, 2, 9, 8], Pair(4, 3)), ([2, 1, 1, 4], Pair(3, 1)),
    ([1, 40, 30, 30], Pair(61, 47)),
  ]
  for (shape, size) in sizes {
    for p in [
      ResizeParameters(size: size, corners: .aligned), ResizeParameters(size: size),
      ResizeParameters(size: size, factor: 4),
    ] {
      expectAgreement(dtype) { b in
        let x = b.blocked(shape, 1)
        let y = b.backend.resized(x, p)
        return [y, b.backend.resizedGradient(b.numbers(y.shape, 2), inputShape: shape, p)]
      }
    }
  }
}

@Test(arguments: precisions) func regionsAgree(_ dtype: DType) {
  let boxes: [Double] = [
    0, 0, 0, 239, 191, 1, 24, 40, 24, 40, 0, 8, 8, 24, 24, 1, -30, -20, 50, 60, 0, 200, 150, 400,
    300, 1, 100, 100, 60, 50, 0, 300, 300, 400, 400, 1, 13.5, 7.25, 180.125, 99,
  ]
  for p in [
    RoIParameters(size: 6, scale: 1 / 16.0), RoIParameters(size: Pair(2, 3), scale: 1 / 16.0),
    RoIParameters(size: 3, scale: 1 / 16.0, samples: 2, aligned: true),
    RoIParameters(size: 3, scale: 1 / 16.0, aligned: true),
  ] {
    expectAgreement(dtype) { b in
      let k = b.backend
      let x = b.blocked([2, 13, 12, 15], 1)
      let regions = k.store(boxes, shape: [8, 5], dtype: .f32)
      let (most, mean) = (k.roiMaxPool(x, regions, p), k.roiAlign(x, regions, p))
      let g = b.numbers(mean.shape, 2)
      return [
        most.y, most.workspace, mean,
        k.roiMaxPoolGradient(
          g, workspace: most.workspace, regions, inputShape: x.shape, p),
        k.roiAlignGradient(g, regions, inputShape: x.shape, p),
      ]
    }
  }
}
