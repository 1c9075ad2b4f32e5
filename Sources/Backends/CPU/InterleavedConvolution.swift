internal import CKernels

/// A convolution of 3 x 3 with gaps, as one without on the interleaved grids of the picture: all
/// its positions with the same remainders by the dilation touch only one another. Each grid becomes
/// a picture of its own, for which oneDNN has Winograd's method; the copies are cheap beside what
/// that saves.
struct InterleavedConvolution {
  /// What runs on the grids.
  let parameters: ConvolutionParameters
  /// How many grids there are along each axis.
  let step: Int

  /// nil where the convolution cannot be taken apart into grids of equal size.
  init?(_ x: Shape, _ w: Shape, _ y: Shape, _ p: ConvolutionParameters, _ dtype: DType) {
    let step = p.dilation.height
    guard dtype == .f32, step > 1, p.dilation == Pair(step), p.stride == Pair(1), p.groups == 1,
      p.padding == Pair(step), w[2] == 3, w[3] == 3, x[1] % 16 == 0, y[1] % 16 == 0,
      x[2] % step == 0, x[3] % step == 0
    else { return nil }
    self.step = step
    var own = p
    own.dilation = Pair(1)
    own.padding = Pair(1)
    parameters = own
  }

  /// The shape of the grids of a picture, one after another as a batch.
  func grids(of shape: Shape) -> Shape {
    [shape[0] * step * step, shape[1], shape[2] / step, shape[3] / step]
  }
}

extension CPUBackend {
  /// The grids of `x`, picture by picture.
  func interleaved(_ x: Storage, _ c: InterleavedConvolution) -> Storage {
    let shape = c.grids(of: x.shape)
    let source = reordered(x, to: layouts.layout(x.shape, x.dtype, .blocked))
    let result = storage(shape, x.dtype, layouts.layout(shape, x.dtype, .blocked))
    copyGrids(x.shape, c.step, from: source, to: result, gathers: true)
    return result
  }

  /// The picture of `shape` whose grids these are.
  func woven(_ grids: Storage, _ shape: Shape, _ c: InterleavedConvolution) -> Storage {
    let source = reordered(grids, to: layouts.layout(grids.shape, grids.dtype, .blocked))
    let result = storage(shape, grids.dtype, layouts.layout(shape, grids.dtype, .blocked))
    copyGrids(shape, c.step, from: source, to: result, gathers: false)
    return result
  }

  /// Copies [n, dy, dx, c / 16, h / step, w / step, 16] between grids and picture.
  private func copyGrids(
    _ shape: Shape, _ step: Int, from: Storage, to: Storage, gathers: Bool
  ) {
    let (n, blocks, height, width) = (shape[0], shape[1] / 16, shape[2], shape[3])
    let sizes = [n, step, step, blocks, height / step, width / step, 16]
    let picture = [
      blocks * height * width * 16, width * 16, 16, height * width * 16, step * width * 16,
      step * 16, 1,
    ]
    var grids = [Int](repeating: 1, count: 7)
    for axis in (0..<6).reversed() { grids[axis] = grids[axis + 1] * sizes[axis + 1] }
    withExtendedLifetime((from, to)) {
      ck_copy_block(
        to.buffer.address, (gathers ? grids : picture).map(Int64.init), from.buffer.address,
        (gathers ? picture : grids).map(Int64.init), sizes.map(Int64.init), 7,
        Int64(from.dtype.byteCount))
    }
  }
}
