public import Configurations
public import Datasets
internal import Images
internal import Inputs
public import Layers
public import Networks
public import Probes
public import Tensors
internal import Text

/// Features of pictures at some layers of a frozen trunk, a batch of pictures at a time.
public struct TrunkFeatures {
  private let trunk: Stack
  private let preprocessing: Preprocessing
  private let dataset: Dataset
  private let size, target, threads: Int
  private let device: Device

  /// A layer, the grid that its maps are averaged to, and the numbers that this makes.
  public struct Plan {
    /// The layer.
    public let layer: String
    let channels: Int
    /// Rows and columns of that grid.
    public let grid: (rows: Int, columns: Int)
    /// Whether these are maps for protocols that look at positions.
    public let isMap: Bool
    /// Numbers of one picture.
    public var columns: Int { channels * grid.rows * grid.columns }
  }

  /// Features of the largest centered squares of pictures, at `size` x `size`; maps are averaged to
  /// about `target` numbers; `threads` read pictures.
  public init(
    of trunk: Stack, _ preprocessing: Preprocessing, _ dataset: Dataset, size: Int, target: Int,
    threads: Int, on device: Device
  ) {
    (self.trunk, self.preprocessing, self.dataset) = (trunk, preprocessing, dataset)
    (self.size, self.target, self.threads, self.device) = (size, target, threads, device)
  }

  /// The grids of these layers, found by an empty picture; with `cells` those of maps that have at
  /// most so many rows and columns.
  public func plans(_ layers: [String], cells: Int? = nil) -> [Plan] {
    let blank = Tensor(
      filledWith: 0, shape: [1, preprocessing.channels.count, size, size], on: device)
    let outputs = trunk.outputs(blank, of: Set(layers))
    return layers.map { layer in
      let shape = outputs[layer]!.shape
      guard shape.rank == 4 else {
        return Plan(layer: layer, channels: shape[1], grid: (1, 1), isMap: cells != nil)
      }
      if let cells {
        return Plan(
          layer: layer, channels: shape[1], grid: (min(cells, shape[2]), min(cells, shape[3])),
          isMap: true)
      }
      return Plan(
        layer: layer, channels: shape[1],
        grid: Pooling.grid(
          channels: shape[1], height: shape[2], width: shape[3], target: target), isMap: false)
    }
  }

  /// Consecutive layers whose features of `pictures` pictures fit in `bytes` together; an error
  /// names a layer that does not fit alone.
  public static func groups(
    _ plans: [Plan], pictures: Int, bytes: Int
  ) throws -> [[Plan]] {
    var (groups, used): ([[Plan]], Int) = ([], 0)
    for plan in plans {
      let size = 4 * plan.columns * pictures
      guard size <= bytes else {
        throw ConfigurationError(
          place: "memory",
          problem: """
            \(pictures) pictures of \(plan.columns) numbers at layer '\(plan.layer)' take \
            \(size >> 20) MiB, more than \(bytes >> 20); raise it, lower 'features', or take fewer \
            pictures
            """)
      }
      if groups.isEmpty || used + size > bytes {
        groups.append([])
        used = 0
      }
      groups[groups.count - 1].append(plan)
      used += size
    }
    return groups
  }

  /// The features of `records` in their order, for each plan; `title` names them on the terminal,
  /// which shows nothing without it.
  public func features(
    of records: [Int], _ plans: [Plan], title: String? = nil, batchSize: Int = 16
  ) throws -> [Features] {
    let wanted = Set(plans.map(\.layer))
    let batches = (records.count + batchSize - 1) / batchSize
    let (dataset, preprocessing, crop) = (dataset, preprocessing, crop)
    let inputs = Prefetcher(range: 0..<batches, threads: threads, ahead: threads + 1) { number in
      let chosen = records[number * batchSize..<min((number + 1) * batchSize, records.count)]
      return try chosen.map { record in
        let picture = try dataset.picture(record, .whole)
        return preprocessing.planes(of: crop.center(of: picture))
      }
    }
    var values = [[Float]](repeating: [], count: plans.count)
    for (place, plan) in plans.enumerated() {
      values[place].reserveCapacity(plan.columns * records.count)
    }
    var screen = title.map { ProgressReporter($0, total: records.count) }
    var done = 0
    while let planes = try inputs.next() {
      let x = Tensor(
        planes.flatMap { $0 },
        shape: [planes.count, preprocessing.channels.count, size, size], on: device)
      let outputs = trunk.outputs(x, of: wanted)
      for (place, plan) in plans.enumerated() {
        try outputs[plan.layer]!.requireFinite(from: plan.layer) { dataset.ids[records[done + $0]] }
        values[place] +=
          Pooling.rows(
            of: outputs[plan.layer]!, rows: plan.grid.rows, columns: plan.grid.columns
          ).values
      }
      done += planes.count
      screen?.update(done, count: planes.count)
    }
    return zip(values, plans).map { Features($0, columns: $1.columns) }
  }

  private var crop: Augmentation {
    var crop = Augmentation()
    crop.size = size
    return crop
  }
}

extension Stack {
  /// The layer that a setting means by `name`; an error about the setting where there is none.
  public func layer(
    called name: String, setting: String
  ) throws(ConfigurationError) -> String {
    do { return try layer(called: name) } catch {
      throw ConfigurationError(place: setting, problem: "names \(error)")
    }
  }

  /// The layers that a setting names.
  public func layers(called names: [String], setting: String) throws(ConfigurationError) -> [String]
  {
    var found: [String] = []
    for name in names { found.append(try layer(called: name, setting: setting)) }
    return found
  }

  /// The outputs worth probing: all but those that only wait for their normalization or rectifier,
  /// and dropout.
  public var probedLayers: [String] {
    stages.indices.compactMap { place in
      if stages[place].layer.kind.isDropout { return nil }
      guard place + 1 < stages.count else { return stages[place].output }
      return stages[place + 1].layer.kind.isFinish ? nil : stages[place].output
    }
  }

  /// The last of the outputs worth probing in each block, pooling left out: what counts as a block
  /// is the first number in a layer's name, and what has none belongs to the layer before.
  public var blockLayers: [String] {
    var found: [(block: Substring, layer: String)] = []
    for name in probedLayers where !name.contains("pool") {
      let digits = name.drop { !$0.isNumber }.prefix { $0.isNumber }
      // Residual stages are numbered anew behind the first convolution.
      let own = name.hasPrefix("layer") ? name.prefix(5 + digits.count) : digits
      let block = own.isEmpty ? found.last?.block ?? "" : own
      if found.last?.block == block { found.removeLast() }
      found.append((block, name))
    }
    return found.map(\.layer)
  }
}
