internal import CGPU

extension CUDABackend {
  /// Numbers for every `p.step`-th pixel, laid out as convolutions take them.
  public func colorPlanes(_ pixels: Storage, _ p: ColorPlaneParameters, dtype: DType) -> Storage {
    let planes = images(p.outputShape(pixels: pixels.shape), dtype)
    let (shape, rows) = (planes.shape, planes.shape[0] * planes.shape.plane)
    launch(
      Kernel(.color, "color_planes", dtype), .flat(rows, on: context), rowMajor(pixels),
      constants.storage(p.table, on: self), planes,
      cgpu_color(
        height: Int32(pixels.shape[1]), width: Int32(pixels.shape[2]), outHeight: Int32(shape[2]),
        outWidth: Int32(shape[3]), step: Int32(p.step), planes: Int32(shape[1]),
        pitch: Int32(planes.channelsLast?.pitch ?? shape[1]), hasRoot: p.root == nil ? 0 : 1),
      rows)
    return planes
  }

  /// The nearest centers of each position and their Gaussian shares; what is not finite stops the
  /// program when the host next waits.
  public func softCode(_ x: Storage, _ p: SoftCodeParameters) -> (
    classes: Storage, shares: Storage, entropy: Storage
  ) {
    p.check(x.shape)
    let (points, shape) = (channelRows(x, as: .f32), x.shape.replacing(1, with: p.neighbors))
    let (classes, shares) = (storage(shape, .i32), storage(shape, .f32))
    let entropy = storage(x.shape.replacing(1, with: 1), .f32)
    launch(
      Kernel(.color, "soft_code"), .flat(points.rows, on: context), points.storage,
      constants.storage(p.centers, on: self), classes, shares, entropy, fault.address,
      cgpu_code(
        plane: Int64(x.shape.plane), channels: Int32(points.channels), pitch: Int32(points.pitch),
        bins: Int32(p.bins), neighbors: Int32(p.neighbors)),
      Float(-1 / (2 * p.sigma * p.sigma)), points.rows)
    return (classes, shares, entropy)
  }

  /// What the first class of each position weighs; 0 in images without a large magnitude.
  public func codeWeights(_ x: Storage, classes: Storage?, _ p: CodeWeightParameters) -> Storage {
    p.check(x.shape, classes)
    let points = channelRows(x, as: .f32)
    let weights = storage(x.shape.replacing(1, with: 1), .f32)
    let geometry = cgpu_code(
      plane: Int64(x.shape.plane), channels: Int32(points.channels), pitch: Int32(points.pitch),
      bins: Int32(p.weights.count), neighbors: Int32(classes?.shape[1] ?? 0))
    let colored = filled(with: 0, shape: [x.shape[0]], dtype: .i32)
    launch(
      Kernel(.color, "find_color"), .flat(points.rows, on: context), points.storage, colored,
      geometry, p.threshold, points.rows)
    let codes = classes.map { rowMajor($0) }
    let table = p.weights.isEmpty ? nil : constants.storage(p.weights, on: self)
    launch(
      Kernel(.color, "code_weights"), .flat(points.rows, on: context), colored,
      codes?.device ?? 0, table?.device ?? 0, weights, fault.address, geometry, points.rows)
    return weights
  }
}
