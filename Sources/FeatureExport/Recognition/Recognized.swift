internal import Networks

/// What a file was recognized as, by names and shapes alone.
struct Recognized {
  /// The trunk.
  let trunk: TrunkConfiguration
  /// How its pictures are prepared.
  let preprocessing: Preprocessing
  /// The weights, without a prefix of their names.
  let weights: ImportSource.Weights
  /// What is none of the trunk's.
  let leftOut: Set<String>
  /// What was recognized, in plain lines.
  let lines: [String]
  /// The same for an archive's record.
  let record: String
}

/// A network that a file may hold.
struct Candidate: Sendable {
  /// The trunk, narrow and of three channels unless its names depend on them.
  let trunk: TrunkConfiguration
  /// Whose names they are.
  let naming: Naming
  /// The names that the file must have.
  let names: Set<String>
  /// The name of the first weight.
  let first: String
  /// The shape of the first weight in a narrow trunk, [out, in, h, w].
  let firstShape: [Int]

  /// Whose names a candidate has.
  enum Naming: Sendable {
    case torchvision, released, ours, caffe

    var words: String {
      switch self {
      case .torchvision: "torchvision's names"
      case .released: "the names of the released network"
      case .ours: "pigment's names"
      case .caffe: "the names of its layers"
      }
    }
  }

  /// Width of narrow trunks, for names alone.
  static let narrow = 0.0625

  /// All trunks, with and without normalization, its gains, and both stems.
  static func trunks(inputChannels: Int) -> [TrunkConfiguration] {
    TrunkConfiguration.Architecture.allCases.flatMap { architecture in
      let stems =
        architecture.trunk.traits.contains(.stages) ? TrunkConfiguration.Stem.allCases : [.imagenet]
      return stems.flatMap { stem in
        [(true, true), (true, false), (false, false)].map { normalized, affine in
          var trunk = TrunkConfiguration(
            architecture, width: narrow, inputChannels: inputChannels)
          trunk.form = .transfer
          (trunk.stem, trunk.batchNormalization, trunk.affine) = (stem, normalized, affine)
          return trunk
        }
      }
    }
  }

  /// The trunk at the width and with the channels that a first weight of this shape has; nil where
  /// its windows are others or it is no such weight.
  func trunk(firstWeight shape: [Int]) -> TrunkConfiguration? {
    guard shape.count == 4, shape[2...] == firstShape[2...], shape[0] > 0 else { return nil }
    var found = trunk
    found.inputChannels = shape[1]
    // Published first layers have 64 or 96 filters, which a sixteenth divides.
    found.width = Double(shape[0]) / (Double(firstShape[0]) / Self.narrow)
    return found.problem == nil ? found : nil
  }
}

/// Names in a few words: the first of them, and how many more there are.
func fewNames(_ names: some Collection<String>) -> String {
  let sorted = names.sorted()
  let rest = sorted.count - 4
  return sorted.prefix(4).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
}
