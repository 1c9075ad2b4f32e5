internal import CDNNL
internal import CKernels

/// A convolution of 3 x 3 in bfloat16 by Winograd's F(2 x 2, 3 x 3): tiles of four outputs become
/// sixteen matrix products over channels, which take 4 / 9 of the multiplications. oneDNN has no
/// such method in bfloat16. Gaps cost nothing: the tiles of a grid gather their pixels themselves.
///
/// Products are summed and turned back in single precision; what is rounded to bfloat16 besides the
/// result are the transforms of input and weights, at most four and nine numbers added. An infinite
/// input makes the four outputs of its tiles NaN.
struct WinogradConvolution {
  /// Rows and columns of the picture.
  private let size: [Int]
  private let dilation: Int
  /// Rows and columns of tiles of one grid.
  private let tiles: [Int]
  /// Tiles of all pictures.
  let count: Int

  /// nil where the convolution changes the size of the picture, has too few channels (below 64 the
  /// transforms cost what the products save), or tiles lie mostly outside of the picture.
  init?(_ x: Shape, _ w: Shape, _ y: Shape, _ p: ConvolutionParameters, _ dtype: DType) {
    let step = p.dilation.height
    guard dtype == .bf16, w[2] == 3, w[3] == 3, p.stride == Pair(1), p.groups == 1,
      p.dilation == Pair(step), p.padding == Pair(step), x[1] % 16 == 0, y[1] % 16 == 0,
      min(x[1], y[1]) >= Self.fewestChannels
    else { return nil }
    size = [x[2], x[3]]
    dilation = step
    tiles = size.map { (($0 + step - 1) / step + 1) / 2 }
    count = x[0] * step * step * tiles[0] * tiles[1]
    let (products, direct) = (16 * count, 9 * x[0] * x[2] * x[3])
    guard count > 0, 5 * products <= 4 * direct else { return nil }
  }

  private static let fewestChannels = 64
  /// Planes of one product, so that they are still in the cache when they are turned back.
  private static let planeBytes = 8 << 20

  /// How the kernels see images of so many channels.
  func description(channels: Int) -> ck_winograd {
    ck_winograd(
      channels: Int64(channels), size: (Int64(size[0]), Int64(size[1])),
      dilation: Int64(dilation), tiles: (Int64(tiles[0]), Int64(tiles[1])))
  }

  /// Tiles that go together, where each takes so many bytes: equal numbers, in sixteens.
  func rows(bytesPerTile: Int) -> Int {
    let parts = (count * bytesPerTile + Self.planeBytes - 1) / Self.planeBytes
    return ((count + parts - 1) / parts + 15) / 16 * 16
  }
}

extension CPUBackend {
  /// The convolution, or the gradient of its input when `transposed`, where g takes the place of x.
  func convolution(
    _ x: Storage, _ w: Storage, _ bias: Storage?, relu: Bool, outputShape: Shape,
    transposed: Bool, _ c: WinogradConvolution
  ) -> Storage {
    let (inner, outer) = (x.shape[1], outputShape[1])
    let x = blocked(x)
    let y = storage(outputShape, .bf16, layouts.layout(outputShape, .bf16, .blocked))
    let w = reordered(w, to: layouts.layout(w.shape, .f32, .kernelOuter), dtype: .f32)
    let bias = bias.map { rowMajor($0, as: .f32) }
    let rows = c.rows(bytesPerTile: 16 * (2 * inner + 4 * outer))
    let planes = (
      input: pool.buffer(byteCount: 32 * rows * inner),
      weights: pool.buffer(byteCount: 32 * inner * outer),
      output: pool.buffer(byteCount: 64 * rows * outer)
    )
    let product = product(
      DNNLLayout([rows, inner], .bf16),
      DNNLLayout([inner, outer], .bf16, strides: transposed ? [1, inner] : nil),
      DNNLLayout([rows, outer], .f32))
    withExtendedLifetime((x, y, w, bias, planes)) {
      var (from, to) = (c.description(channels: inner), c.description(channels: outer))
      ck_winograd_weights(
        w.address(as: Float.self), planes.weights.halves, Int64(inner * outer),
        transposed ? 1 : 0)
      for first in stride(from: 0, to: c.count, by: rows) {
        let count = Int64(min(rows, c.count - first))
        ck_winograd_input(
          &from, x.address(as: UInt16.self), planes.input.halves, Int64(first), count, Int64(rows))
        multiply(planes.input, planes.weights, planes.output, by: product)
        ck_winograd_output(
          &to, planes.output.floats, bias?.address(as: Float.self), relu ? 1 : 0,
          y.address(as: UInt16.self), Int64(first), count, Int64(rows))
      }
    }
    return y
  }

  /// The gradient of the weights, and of the bias when asked for.
  func convolutionWeightGradient(
    _ g: Storage, _ x: Storage, weightShape: Shape, bias: Bool, _ c: WinogradConvolution
  ) -> (weight: Storage, bias: Storage?) {
    let (inputs, outputs) = (x.shape[1], g.shape[1])
    let (x, g) = (blocked(x), blocked(g))
    let result = storage(
      weightShape, .f32, layouts.layout(weightShape, .f32, .kernelOuter))
    let rows = c.rows(bytesPerTile: 32 * (inputs + outputs))
    let planes = (
      input: pool.buffer(byteCount: 32 * rows * inputs),
      gradient: pool.buffer(byteCount: 32 * rows * outputs),
      weights: pool.buffer(byteCount: 64 * inputs * outputs)
    )
    let parts = ck_winograd_sums(Int64(c.count))
    let sums = bias ? storage([Int(parts), outputs], .f32) : nil
    let total = bias ? storage([outputs], .f32) : nil
    withExtendedLifetime((x, g, result, planes, sums, total)) {
      var (from, to) = (c.description(channels: inputs), c.description(channels: outputs))
      for first in stride(from: 0, to: c.count, by: rows) {
        let count = Int64(min(rows, c.count - first))
        ck_winograd_input(
          &from, x.address(as: UInt16.self), planes.input.halves, Int64(first), count, Int64(rows))
        ck_winograd_gradient(
          &to, g.address(as: UInt16.self), planes.gradient.halves,
          sums?.address(as: Float.self), Int64(first), count, Int64(rows))
        let product = product(
          DNNLLayout([inputs, rows], .bf16, strides: [1, inputs]),
          DNNLLayout([rows, outputs], .bf16), DNNLLayout([inputs, outputs], .f32),
          adds: first > 0)
        multiply(planes.input, planes.gradient, planes.weights, by: product)
      }
      ck_winograd_weight_gradient(
        planes.weights.floats, result.address(as: Float.self), Int64(inputs * outputs))
      if let sums, let total {
        ck_channel_sums(operand(sums), parts, Int64(outputs), 1, operand(total))
      }
    }
    return (result, total)
  }

  /// One product for each of the sixteen planes, on one thread.
  private func multiply(_ a: Buffer, _ b: Buffer, _ c: Buffer, by product: DNNLOperation) {
    concurrently(16) { plane in
      product.run(
        workingMemory,
        [(CDNNL_SRC, a), (CDNNL_WEIGHTS, b), (CDNNL_DST, c)].map { role, planes in
          cdnnl_argument(role: role, address: planes.address + plane * product[role].byteCount)
        })
    }
  }

  private func blocked(_ x: Storage) -> Storage {
    reordered(x, to: layouts.layout(x.shape, .bf16, .blocked))
  }
}

extension Buffer {
  fileprivate var halves: UnsafeMutablePointer<UInt16> {
    address.assumingMemoryBound(to: UInt16.self)
  }
  fileprivate var floats: UnsafeMutablePointer<Float> {
    address.assumingMemoryBound(to: Float.self)
  }
}
