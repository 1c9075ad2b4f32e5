internal import CKernels
public import Randomness

extension CPUBackend {
  /// a x + b y.
  public func combined(_ a: Double, _ x: Storage, _ b: Double, _ y: Storage) -> Storage {
    zipped(CK_COMBINE, x, y, [a, b])
  }

  /// a x + b; padding must stay zero, so a term makes the result row-major.
  public func scaled(_ x: Storage, by a: Double, plus b: Double) -> Storage {
    mapped(CK_SCALE, b == 0 ? x : rowMajor(x), [a, b])
  }

  /// x y.
  public func multiplied(_ x: Storage, _ y: Storage) -> Storage { zipped(CK_MULTIPLY, x, y) }

  /// x where x > 0, slope x elsewhere.
  public func relu(_ x: Storage, slope: Double) -> Storage { mapped(CK_RELU, x, [slope]) }

  /// g where the output y > 0, slope g elsewhere.
  public func reluGradient(_ g: Storage, output y: Storage, slope: Double) -> Storage {
    zipped(CK_RELU_GRADIENT, g, y, [slope])
  }

  /// x plus one number per channel, rectified where `relu` says so.
  public func addingChannels(_ x: Storage, _ bias: Storage, relu: Bool) -> Storage {
    require(
      x.shape.rank >= 2 && bias.shape == [x.shape[1]],
      "addingChannels: \(bias.shape) is not one number per channel of \(x.shape)")
    let (x, bias) = (rowMajor(x), rowMajor(bias))
    let y = storage(x.shape, x.dtype)
    withExtendedLifetime((x, bias, y)) {
      ck_add_channels(
        operand(x), operand(bias), operand(y), Int64(x.shape[0]), Int64(x.shape[1]),
        Int64(x.shape.plane))
    }
    return relu ? self.relu(y, slope: 0) : y
  }

  /// The sum over everything but channels, in single precision.
  public func channelSums(_ x: Storage) -> Storage {
    require(x.shape.rank >= 2, "channelSums: \(x.shape) has no channels")
    let x = rowMajor(x)
    let sums = storage([x.shape[1]], .f32)
    withExtendedLifetime((x, sums)) {
      ck_channel_sums(
        operand(x), Int64(x.shape[0]), Int64(x.shape[1]), Int64(x.shape.plane), operand(sums))
    }
    return sums
  }

  /// The sum of all elements, in single precision.
  public func sum(_ x: Storage) -> Storage {
    let total = withExtendedLifetime(x) { ck_sum(operand(x), elementCount(x)) }
    return store([total], shape: [], dtype: .f32)
  }

  /// The sum of the squares of all elements.
  public func squaredNorm(_ x: Storage) -> Double {
    withExtendedLifetime(x) { ck_squared_norm(operand(x), elementCount(x)) }
  }

  /// The norm over all elements of all storages, in double precision.
  public func norm(_ xs: [Storage]) -> Storage {
    let norm = storage([], .f64)
    norm.address(as: Double.self).pointee = xs.map(squaredNorm).reduce(0, +).squareRoot()
    return norm
  }

  /// 1 / keep with probability keep, else 0.
  public func dropoutMask(shape: Shape, dtype: DType, keep: Double, key: RandomKey) -> Storage {
    require(keep > 0 && keep <= 1, "dropoutMask: the share to keep, \(keep), is not in (0, 1]")
    let mask = storage(shape, dtype)
    let threshold = UInt64((keep * 0x1p32).rounded(.up))
    ck_dropout_mask(operand(mask), Int64(shape.count), key.bits, threshold, 1 / keep)
    return mask
  }
}

extension CPUBackend {
  /// The memory of a storage as the C kernels see it.
  func operand(_ x: Storage) -> ck_operand {
    require(x.dtype == .f32 || x.dtype == .bf16, "cpu: no arithmetic in \(x.dtype)")
    return ck_operand(address: x.buffer.address, type: x.dtype == .bf16 ? CK_BF16 : CK_F32)
  }

  /// Elements in memory, padding included.
  func elementCount(_ x: Storage) -> Int64 { Int64(byteCount(x) / x.dtype.byteCount) }

  /// Runs an elementwise kernel on storages of one layout.
  func elementwise(_ operation: ck_operation, _ storages: [Storage], _ scalars: [Double] = []) {
    withExtendedLifetime(storages) {
      ck_elementwise(operation, elementCount(storages[0]), storages.map(operand), scalars)
    }
  }

  private func mapped(_ operation: ck_operation, _ x: Storage, _ scalars: [Double]) -> Storage {
    let y = storage(like: x)
    elementwise(operation, [x, y], scalars)
    return y
  }

  private func zipped(
    _ operation: ck_operation, _ x: Storage, _ y: Storage, _ scalars: [Double] = []
  ) -> Storage {
    require(x.shape == y.shape, "cpu: shapes \(x.shape) and \(y.shape) differ")
    let (x, y) = aligned(x, y)
    let z = storage(like: x)
    elementwise(operation, [x, y, z], scalars)
    return z
  }
}
