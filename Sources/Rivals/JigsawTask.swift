internal import Configurations
internal import Datasets
internal import Images
internal import Inputs
public import Layers
public import Networks
public import Randomness
public import Tensors
public import Training

/// Jigsaw puzzles: in which order do these nine tiles of a picture lie?
///
/// - Source: Noroozi & Favaro, "Unsupervised learning of visual representations by solving jigsaw
///   puzzles", ECCV 2016 (MehdiNoroozi/JigsawPuzzleSolver). README.md says where this one differs.
public struct JigsawTask: Classification {
  /// The name under `task` in configurations.
  public static let name = "jigsaw"

  /// The tiles, what keeps them from giving their places away, and how many orders there are.
  public struct Settings: PretextSettings {
    /// The trunk's input: `lightness`, `gray`, or the natural `rgb`.
    public var channels: Preprocessing.Channels = .lightness
    /// Rows and columns of a tile.
    public var tile: Int = 64
    /// Pixels between two tiles, on average: each lies anywhere in a cell that is so much larger.
    public var gap: Int = 11
    /// The orders to choose from.
    public var permutations: Int = 1000
    /// What is done about the colors.
    public var color: ColorHandling = .dropped
    /// Numbers that each tile is squeezed into.
    public var tileFeatures: Int = 512
    /// Channels of the layers that compare tiles.
    public var hidden: Int = 4096

    /// The paper's.
    public init() {}

    func check(size: Int) throws {
      try ConfigurationError.requirePatches(channels)
      try ConfigurationError.requireAtLeast([
        ("tile", tile, 8), ("gap", gap, 0), ("tileFeatures", tileFeatures, 1),
        ("hidden", hidden, 1),
      ])
      let orders = 2...TilePermutations.most
      try ConfigurationError.require(
        orders.contains(permutations), "permutations",
        "must lie in \(orders.lowerBound)...\(orders.upperBound), it is \(permutations)")
      try ConfigurationError.require(
        3 * (tile + gap) <= size, "tile",
        """
        is \(tile), with gap \(gap): nine tiles take \(3 * (tile + gap)) pixels in a row, crops \
        have \(size) (data.augmentation.size)
        """)
    }
  }

  /// How a tile becomes the trunk's input.
  public let preprocessing: Preprocessing
  /// The orders: place k of a puzzle shows tile `orders[label][k]`.
  public let orders: [[Int]]
  private let settings: Settings
  private let trunk: TrunkConfiguration

  /// Checks that tiles fit into crops and into the trunk, and chooses the orders.
  public init(_ settings: Settings, trunk: TrunkConfiguration, data: PretrainingSource) throws {
    try settings.check(size: data.augmentation.size)
    try trunk.requireForm(size: settings.tile)
    (self.settings, self.trunk) = (settings, trunk)
    preprocessing = Preprocessing(settings.channels, size: settings.tile)
    orders = TilePermutations.far(settings.permutations)
  }

  /// The orders to choose from.
  public var classes: Int { orders.count }

  /// The trunk on all nine tiles, and the layers that compare them.
  public func model(around stack: Stack, key: RandomKey, on device: Device) -> TilesModel {
    TilesModel(
      trunk: stack, tiles: TilePermutations.tiles, features: trunk.outputChannels,
      side: trunk.outputRows(size: settings.tile), each: settings.tileFeatures,
      hidden: settings.hidden, classes: classes, key: key.folding("head"), on: device)
  }

  /// What lies first in all puzzles, then what lies second, …; the label says which order it is.
  public func batch(of samples: [PretextSample]) -> LabeledBatch {
    var inputs = [[Float]](repeating: [], count: TilePermutations.tiles)
    var labels: [Int32] = []
    for sample in samples {
      var stream = sample.key.folding("puzzle").stream()
      let tiles = (0..<TilePermutations.tiles).map { tile($0, of: sample.crop, &stream) }
      let label = stream.index(below: orders.count)
      for (place, tile) in orders[label].enumerated() { inputs[place] += tiles[tile] }
      labels.append(Int32(label))
    }
    return LabeledBatch(
      count: samples.count, channels: preprocessing.channels.count, size: settings.tile,
      input: inputs.flatMap(\.self), labels: labels)
  }

  /// A tile as the network sees it: anywhere in its cell of the middle of the picture.
  private func tile(
    _ number: Int, of crop: Picture, _ stream: inout RandomStream
  ) -> [Float] {
    let (side, cell) = (settings.tile, settings.tile + settings.gap)
    func place(_ index: Int, in length: Int) -> Int {
      (length - 3 * cell) / 2 + index * cell + stream.index(below: settings.gap + 1)
    }
    let (x, y) = (place(number % 3, in: crop.width), place(number / 3, in: crop.height))
    let tile = crop.cropped(x: x, y: y, width: side, height: side)
    return settings.color.planes(of: tile, preprocessing, &stream)
  }
}
