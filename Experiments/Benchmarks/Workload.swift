internal import Layers
internal import Networks

/// Something to time, described so that another program can do the same work: it travels to the
/// peer as JSON.
struct Workload: Codable, Hashable {
  /// What is done.
  enum Kind: String, Codable {
    /// One pass of one convolution.
    case convolution
    /// A training step: forward, soft-target cross-entropy, backward, Adam.
    case step
    /// A forward pass of network and head.
    case inference
    /// The features of a batch, averaged to a grid of 6 x 6, in plain memory.
    case extraction
    /// What `pigment units` does with a batch: the deepest maps of the trunk, the best nine
    /// positions of each unit, and how often it responds how strongly.
    case units
    /// A training step of Fast R-CNN: two pictures, 64 regions of each.
    case detection
    /// A training step of FCN: one score per class and pixel.
    case segmentation
    /// The statistics of `units` alone, on given maps.
    case statistics
    /// Batches of pretraining from JPEG in HDF5: window, mirror, Lab, soft codes.
    case feed
    /// The bytes of records in random order.
    case reads
  }

  /// A pass of a layer.
  enum Pass: String, Codable, CaseIterable {
    case forward
    case inputGradient = "input gradient"
    case weightGradient = "weight gradient"
  }

  /// In what the work is computed.
  enum Precision: String, Codable, CaseIterable {
    case f32, bf16
  }

  /// The shape of a convolution over square pictures.
  struct Convolution: Codable, Hashable {
    var inputs: Int
    var outputs: Int
    var size: Int
    var kernel: Int
    var stride: Int
    var padding: Int
    var dilation: Int
    var groups: Int
    var isTransposed: Bool
    var relu: Bool

    /// Floating-point operations of a pass over `batch` pictures.
    func operations(batch: Int) -> Double {
      let span = size + 2 * padding - dilation * (kernel - 1) - 1
      let side = isTransposed ? size : span / stride + 1
      return 2 * Double(batch * side * side * kernel * kernel * inputs * outputs / groups)
    }
  }

  var name: String
  var kind: Kind
  var precision: Precision
  var batch: Int
  /// `step` and `inference`: which network, how wide, and the side of its input.
  var network: TrunkConfiguration.Architecture?
  var width = 1.0
  var size = 0
  /// `convolution`: which, and how often the network has it.
  var convolution: Convolution?
  var pass: Pass?
  var count = 1
  /// The classes of `segmentation` and `detection`, the units of `statistics`.
  var outputs = 21
  /// `feed` and `reads`: the dataset.
  var data: String?
  /// Repetitions in one round; one more comes first and is not counted.
  var repeats = 3

  /// What its batch counts, for rates.
  var unit: String { kind == .reads ? "records" : "images" }

  /// Whether peak memory is reported, which takes a process of its own.
  var isIsolated: Bool { kind != .convolution }
}
