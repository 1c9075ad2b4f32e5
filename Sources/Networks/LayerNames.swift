public import Layers
internal import Text

/// A name that is none of a trunk's layers.
public struct UnknownLayer: Error, CustomStringConvertible {
  /// The name that was given.
  public let name: String
  /// The names that there are, those that read most alike first.
  public let neighbors: [String]

  /// The name and its neighbors.
  public var description: String {
    "no layer '\(name)'; there are \(neighbors.joined(separator: ", "))"
  }
}

extension Stack {
  /// The layer that a command or a configuration means by `name`: the layer of this name
  /// (`conv5_3`), or else the last one of a block (`conv5`, `layer1`), of those with weights where
  /// it has any.
  public func layer(called name: String) throws(UnknownLayer) -> String {
    if names.contains(name) { return name }
    let block = stages.filter { $0.name.hasPrefix("\(name)_") || $0.name.hasPrefix("\(name).") }
    guard let last = block.last(where: \.hasWeights) ?? block.last else {
      let near = names.enumerated().map { (place: $0, name: $1, distance: $1.distance(to: name)) }
        .sorted { ($0.distance, $0.place) < ($1.distance, $1.place) }
      throw UnknownLayer(name: name, neighbors: near.map(\.name))
    }
    return last.name
  }

  /// The layer that `name` means; an error about `file`, which holds the trunk.
  public func layer(called name: String, file: String) throws(ArchiveError) -> String {
    do { return try layer(called: name) } catch {
      throw ArchiveError(file: file, problem: "has \(error)")
    }
  }
}

extension Stack.Stage {
  /// Whether the layer holds filters or matrices.
  public var hasWeights: Bool { layer.tensors.contains { $0.role == .weight } }
}
