public import Layers
internal import Text

/// What the name of a layer means.
public enum LayerNaming: Int, Codable, Sendable {
  /// Of archives and runs of the first format: what the layer gives with the rectifier that is
  /// fused into it, so that `conv5_3` was rectified in one trunk and neither normalized nor
  /// rectified in another.
  case first = 1
  /// Every output has a name of its own: `conv5_3` is what the convolution gives, `norm5_3` what
  /// the normalization does, `relu5_3` what the rectifier does.
  case second

  /// What is written today.
  public static let current = LayerNaming.second

  /// The naming of the trunks that are built now: today's, but while a run goes on that began under
  /// the first. Archives say their own.
  @TaskLocal public static var inForce = LayerNaming.current
}

/// A name that is none of a trunk's layers.
public struct UnknownLayer: Error, CustomStringConvertible {
  /// The name that was given.
  public let name: String
  /// The names that there are, those that read most alike first.
  public let neighbors: [String]
  /// The output that the layer was folded into; nil where there never was such a layer.
  public var foldedInto: String?

  /// The name and its neighbors, or what became of it.
  public var description: String {
    guard let foldedInto else {
      return "no layer '\(name)'; there are \(neighbors.joined(separator: ", "))"
    }
    return "no output '\(name)' any more: it is folded into \(foldedInto); take that, or an "
      + "archive that was exported without folding"
  }
}

extension Stack {
  /// The output that a command or a configuration means by `name`: the one of this name
  /// (`conv5_3`, `relu5_3`), or else the last one of a block (`relu5`, `layer1`).
  public func layer(called name: String) throws(UnknownLayer) -> String {
    if names.contains(name) { return name }
    func isInBlock(_ output: String) -> Bool {
      output.hasPrefix("\(name)_") || output.hasPrefix("\(name).")
    }
    if let last = names.last(where: isInBlock) { return last }
    let near = names.sorted(byLikenessTo: name)
    let folded = stages.last { $0.lost.contains { $0 == name || isInBlock($0) } }
    throw UnknownLayer(name: name, neighbors: near, foldedInto: folded?.output)
  }

  /// The output that `name` means; an error about `file`, which holds the trunk.
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
