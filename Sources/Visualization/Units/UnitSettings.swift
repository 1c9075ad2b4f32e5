internal import Layers
public import Networks

/// What is asked about the units of a trunk.
public struct UnitSettings: Codable, Sendable, Hashable {
  /// The layers, by their full names in the order of the trunk.
  public var layers: [String]
  /// Photographs that are shown of each unit.
  public var top: Int
  /// Peaks that are kept of each unit, to see what they have in common; at least `top`.
  public var depth: Int
  /// The shorter side of the pictures, in pixels.
  public var size: Int
  /// The split of the data; empty for all records.
  public var split: String
  /// At most this many records, the first of the split; 0 for all.
  public var limit: Int
  /// A unit counts as switched on where its response is among this share of its largest.
  public var share: Double

  /// The settings of a pass; `share` is 1 %.
  public init(
    layers: [String], top: Int = 9, depth: Int = 50, size: Int, split: String = "", limit: Int = 0,
    share: Double = 0.01
  ) {
    precondition(top > 0 && size > 0 && limit >= 0 && share > 0 && share < 1)
    self.layers = layers
    self.top = top
    self.depth = max(depth, top)
    self.size = size
    self.split = split
    self.limit = limit
    self.share = share
  }
}

extension FeatureArchive {
  /// The full names of the layers that `wanted` asks for, in the order of the trunk.
  ///
  /// A name may be that of an output (`relu5_3`), of a block (`relu5`: the last of them), or
  /// `all`: what every layer with weights gives behind its rectifier. An unknown name is an error
  /// that names those there are.
  public func layers(_ wanted: [String], file: String) throws -> [String] {
    var found: Set<String> = []
    for name in wanted {
      if name == "all" {
        found.formUnion(trunk.rectifiedOutputs)
      } else {
        found.insert(try trunk.layer(called: name, file: file))
      }
    }
    return trunk.names.filter(found.contains)
  }
}

extension Stack {
  /// What each layer with weights gives once its rectifier has seen it; where none follows, what it
  /// gives itself.
  var rectifiedOutputs: [String] {
    stages.indices.filter { stages[$0].hasWeights }.map { first in
      let rectifier = stages[first...].prefix { $0.name == stages[first].name || $0.isFinish }
        .first { $0.layer.kind.isRectified }
      return (rectifier ?? stages[first]).output
    }
  }
}

extension Stack.Stage {
  fileprivate var isFinish: Bool { layer.kind.isFinish }
}
