internal import CKernels

extension CPUBackend {
  /// Numbers for every `p.step`-th pixel.
  public func colorPlanes(_ pixels: Storage, _ p: ColorPlaneParameters, dtype: DType) -> Storage {
    let shape = p.outputShape(pixels: pixels.shape)
    let (source, planes) = (rowMajor(pixels), storage(shape, .f32))
    p.table.withUnsafeBufferPointer { table in
      var geometry = ck_color(
        batch: Int64(shape[0]), input: (Int64(pixels.shape[1]), Int64(pixels.shape[2])),
        output: (Int64(shape[2]), Int64(shape[3])), planes: Int64(shape[1]), step: Int64(p.step),
        has_root: p.root == nil ? 0 : 1, table: table.baseAddress)
      ck_color_planes(
        &geometry, source.address(as: Int32.self), planes.address(as: Float.self))
    }
    withExtendedLifetime(source) {}
    return converted(planes, to: dtype)
  }

  /// The nearest centers of each position and their Gaussian shares.
  public func softCode(_ x: Storage, _ p: SoftCodeParameters) -> (
    classes: Storage, shares: Storage, entropy: Storage
  ) {
    p.check(x.shape)
    let (source, shape) = (rowMajor(x, as: .f32), x.shape.replacing(1, with: p.neighbors))
    let (classes, shares) = (storage(shape, .i32), storage(shape, .f32))
    let entropy = storage(x.shape.replacing(1, with: 1), .f32)
    p.centers.withUnsafeBufferPointer { centers in
      var geometry = ck_soft_code(
        batch: Int64(shape[0]), channels: Int64(x.shape[1]), plane: Int64(shape.plane),
        bins: Int64(p.bins), neighbors: Int64(p.neighbors), scale: -1 / (2 * p.sigma * p.sigma),
        x: source.address(as: Float.self), centers: centers.baseAddress)
      let broken = ck_soft_code_check(&geometry)
      require(broken < 0, "softCode: position \(broken) is not finite")
      ck_soft_codes(
        &geometry, classes.address(as: Int32.self), shares.address(as: Float.self),
        entropy.address(as: Float.self))
    }
    withExtendedLifetime(source) {}
    return (classes, shares, entropy)
  }

  /// What the first class of each position weighs; 0 in images without a large magnitude.
  public func codeWeights(_ x: Storage, classes: Storage?, _ p: CodeWeightParameters) -> Storage {
    p.check(x.shape, classes)
    let (source, pairs) = (rowMajor(x, as: .f32), classes.map { rowMajor($0) })
    if let pairs {
      let broken = indices(of: pairs).firstIndex { !p.weights.indices.contains(Int($0)) }
      require(
        broken == nil, "codeWeights: class \(broken ?? 0) is not below \(p.weights.count)")
    }
    let result = storage(x.shape.replacing(1, with: 1), .f32)
    p.weights.withUnsafeBufferPointer { weights in
      var geometry = ck_code_weight(
        batch: Int64(x.shape[0]), channels: Int64(x.shape[1]), plane: Int64(x.shape.plane),
        pairs: Int64(pairs?.shape[1] ?? 0), threshold: p.threshold,
        x: source.address(as: Float.self), weights: weights.baseAddress,
        classes: pairs.map { UnsafePointer($0.address(as: Int32.self)) })
      ck_code_weights(&geometry, result.address(as: Float.self))
    }
    withExtendedLifetime((source, pairs)) {}
    return result
  }
}
