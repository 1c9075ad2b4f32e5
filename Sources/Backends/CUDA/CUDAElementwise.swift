public import Randomness

extension CUDABackend {
  /// a x + b y.
  public func combined(_ a: Double, _ x: Storage, _ b: Double, _ y: Storage) -> Storage {
    zipped("combine", x, y, Float(a), Float(b))
  }

  /// Padding must stay zero, so a term makes the result row-major.
  public func scaled(_ x: Storage, by a: Double, plus b: Double) -> Storage {
    mapped("scale", b == 0 ? x : rowMajor(x), Float(a), Float(b))
  }

  /// x y.
  public func multiplied(_ x: Storage, _ y: Storage) -> Storage { zipped("multiply", x, y) }

  /// x where x > 0, slope x elsewhere.
  public func relu(_ x: Storage, slope: Double) -> Storage { mapped("relu", x, Float(slope)) }

  /// g where the output y > 0, slope g elsewhere.
  public func reluGradient(_ g: Storage, output y: Storage, slope: Double) -> Storage {
    zipped("relu_gradient", g, y, Float(slope))
  }

  /// 1 / keep with probability keep, else 0, by Philox.
  public func dropoutMask(shape: Shape, dtype: DType, keep: Double, key: RandomKey) -> Storage {
    require(keep > 0 && keep <= 1, "dropoutMask: the share to keep, \(keep), is not in (0, 1]")
    let mask = storage(shape, dtype)
    let threshold = UInt64((keep * 0x1p32).rounded(.up))
    launch(
      Kernel(.random, "dropout", dtype), .flat((shape.count + 3) / 4, on: context), mask,
      shape.count, key.bits, threshold, Float(1 / keep))
    return mask
  }

  private func mapped(_ kernel: String, _ x: Storage, _ scalars: Float...) -> Storage {
    let y = storage(x.shape, x.dtype, x.channelsLast)
    elementwise(Kernel(.elementwise, kernel, x.dtype), [x, y], scalars)
    return y
  }

  private func zipped(
    _ kernel: String, _ x: Storage, _ y: Storage, _ scalars: Float...
  ) -> Storage {
    require(x.shape == y.shape, "\(name): shapes \(x.shape) and \(y.shape) differ")
    let layout = x.channelsLast ?? y.channelsLast
    let (left, right) = (moved(x, to: layout, as: x.dtype), moved(y, to: layout, as: y.dtype))
    let z = storage(x.shape, x.dtype, layout)
    elementwise(Kernel(.elementwise, kernel, x.dtype, y.dtype), [left, right, z], scalars)
    return z
  }

  private func elementwise(_ kernel: Kernel, _ storages: [Storage], _ scalars: [Float]) {
    let quads = (storages[0].elementCount + 3) / 4
    launch(
      kernel, .flat(quads, on: context),
      list: storages as [any KernelArgument] + scalars as [any KernelArgument] + [quads])
  }
}
