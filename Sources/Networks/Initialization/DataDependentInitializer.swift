internal import Backends
public import Layers
internal import Processes
public import Randomness
public import Tensors

/// First weights for a stack from the inputs it will see: within each layer every channel answers
/// alike, and between layers all learn equally fast.
///
/// - Source: Krähenbühl et al., ICLR 2016; constants from philkr/magic_init. Patches are looked at
///   themselves, where that program recovers them from responses to random filters.
public struct DataDependentInitializer: Codable, Hashable, Sendable {
  /// Where filters come from.
  public enum Method: String, Codable, Sendable, CaseIterable {
    /// Independent normal numbers.
    case dataDependent
    /// The principal directions of the layer's input patches.
    case pca
    /// K-means of the layer's whitened input patches.
    case kmeans
  }

  /// Where filters come from.
  public var method: Method
  /// The mean of each channel's response; its deviation is 1.
  public var bias: Double = 0.1
  /// Whether layers are balanced afterwards.
  public var rescales: Bool = true
  /// Bytes of patches that one layer learns from, at most.
  public var patchBytes: Int = 256 << 20

  /// An initializer that learns filters by `method`, with the published constants.
  public init(_ method: Method = .kmeans) { self.method = method }

  /// Initializes the layers that `isInitialized` accepts by name; the others stay, and are passed
  /// through as they are.
  ///
  /// Every batch is held at one layer at a time; ten batches of 16 pictures are usual. A layer with
  /// too few windows for its filters, and every transposed convolution, gets `dataDependent`; the
  /// report says so. Running statistics of batch normalization become those of the batches. The
  /// same key and batches give the same weights. A channel whose response is constant is an error.
  /// Residual blocks that no normalization ends are left out of balance, which the report says.
  /// - Shapes: batches [n, c, h, w].
  @discardableResult
  public func initialize(
    _ stack: inout Stack, batches: [Tensor], key: RandomKey,
    where isInitialized: (_ name: String) -> Bool = { _ in true }
  ) throws -> InitializationReport {
    guard let first = batches.first else {
      throw InitializationError(problem: "has no pictures to learn from")
    }
    var report = InitializationReport(
      initializer: self, pictures: batches.reduce(0) { $0 + $1.shape[0] }, layers: [])
    var inputs = batches.map(\.detached)
    try initialize(&stack, under: "", &inputs, key, where: isInitialized, &report)
    guard rescales else { return report }
    do {
      report.rescaling = try Rescaling().rescale(
        &stack, batch: first, key: key.folding("rescaling"), where: isInitialized)
    } catch let problem as InitializationError where stack.hasBlocks {
      report.unbalanced = problem.description
    }
    return report
  }

  /// Layer by layer; those inside of a block learn from what they see there. `inputs` become the
  /// outputs.
  private func initialize(
    _ stack: inout Stack, under prefix: String, _ inputs: inout [Tensor], _ key: RandomKey,
    where isInitialized: (_ name: String) -> Bool, _ report: inout InitializationReport
  ) throws {
    for name in stack.layerNames {
      try Signals.check()
      let full = prefix + name
      let kind = stack[name].kind
      if case .residual(var block) = kind {
        var shortcut = inputs
        try initialize(&block.main, under: "\(full).", &inputs, key, where: isInitialized, &report)
        if var projection = block.projection {
          try initialize(
            &projection, under: "\(full).\(ResidualBlock.projectionName).", &shortcut, key,
            where: isInitialized, &report)
          block.projection = projection
        }
        inputs = zip(inputs, shortcut).map { ResidualBlock.joined($0, $1) }
        stack[name] = block
        continue
      }
      if isInitialized(full) {
        if var layer = kind.linear {
          report.layers.append(try fit(&layer, full, inputs, key.folding(full)))
          stack[name] = layer
        } else if var norm = kind.batchNormalization {
          norm.adopt(inputs)
          stack[name] = norm
        }
      }
      for index in inputs.indices { inputs[index] = stack[name].callAsFunction(inputs[index]) }
    }
  }

  private func fit(
    _ layer: inout some LinearLayer, _ name: String, _ inputs: [Tensor], _ key: RandomKey
  ) throws -> InitializationReport.Layer {
    layer.weight = Initializer.gaussian(deviation: 1).tensor(
      shape: layer.weight.shape, key: key.folding("noise"), on: layer.weight.device)
    layer.setBiases([Double](repeating: 0, count: layer.outputs))
    var learned = 0
    if method != .dataDependent, var patchy = layer.kind.patchy {
      learned = try learn(&patchy, inputs, key)
      layer.weight = patchy.weight
    }
    let (mean, deviation) = layer.responses(to: inputs)
    // Rounding makes constants vary in their seventh digit.
    if let channel = deviation.indices.first(where: {
      !(deviation[$0] > 1e-5 * abs(mean[$0])) || deviation[$0] == 0
    }) {
      throw InitializationError(
        layer: name,
        problem: """
          answers with a constant in channel \(channel) (mean \(mean[channel])); give more or \
          larger pictures, or another method than \(method.rawValue)
          """)
    }
    layer.scaleWeights(by: deviation.map { 1 / $0 })
    layer.setBiases(zip(mean, deviation).map { bias - $0 / $1 })
    return .init(name: name, filters: layer.outputs, learned: learned)
  }

  /// Replaces as many drawn filters as the patches allow; returns their number.
  private func learn(
    _ layer: inout some PatchLayer, _ inputs: [Tensor], _ key: RandomKey
  ) throws -> Int {
    let (fanIn, filters) = (layer.fanIn, layer.outputs / layer.groups)
    let limit = min(100_000, max(filters, patchBytes / (4 * fanIn)))
    var (weights, learned) = (layer.weight.floats, 0)
    for group in 0..<layer.groups {
      let key = key.folding("group").folding(group)
      let rows = layer.patches(
        of: inputs, group: group, limit: limit, key: key.folding("patches"))
      guard rows.count / fanIn >= max(filters, 2) else { continue }
      let learning = try FilterLearning(rows, columns: fanIn, filters: filters)
      let found =
        method == .pca
        ? learning.principalDirections() : learning.centers(filters, key: key.folding("centers"))
      weights.replaceSubrange(
        group * filters * fanIn..<group * filters * fanIn + found.count, with: found)
      learned += found.count / fanIn
    }
    layer.weight = Tensor(weights, shape: layer.weight.shape, on: layer.weight.device)
    return learned
  }
}
