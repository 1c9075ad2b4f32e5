internal import ColorScience
internal import Exemplars
internal import Processes
internal import Randomness

/// What a method without a network has learned from a reference picture.
enum LearnedExemplar: Sendable {
  case multimodal(MultimodalTransfer.Model)
  case regions(SuperpixelTransfer.Model)

  /// The colors of a picture of this lightness.
  func chroma(lightness: [Float], width: Int) -> ChromaMap {
    let (a, b) =
      switch self {
      case .multimodal(let model): model.chroma(lightness: lightness, width: width)
      case .regions(let model): model.chroma(lightness: lightness, width: width)
      }
    return ChromaMap(width: width, height: lightness.count / width, a: a, b: b)
  }

  /// The colors of some pictures, `threads` of them at once, each by what `learned` gives for it.
  static func chroma(
    for group: [EvaluationPicture], threads: Int,
    learned: @Sendable (EvaluationPicture) throws -> LearnedExemplar
  ) throws -> [ChromaMap] {
    var found: [ChromaMap] = []
    for first in stride(from: 0, to: group.count, by: max(1, threads)) {
      try Signals.check()
      let part = Array(group[first..<min(first + max(1, threads), group.count)])
      found += try inParallel(part.count) { place in
        let picture = part[place]
        return Result {
          try learned(picture).chroma(
            lightness: picture.referee.planes.lightness, width: picture.size)
        }
      }.map { try $0.get() }
    }
    return found
  }
}

extension ColorMethod {
  /// What it learns from a reference; nil of methods that learn nothing from one.
  func learned(from reference: Exemplar, key: RandomKey) throws -> LearnedExemplar? {
    switch way {
    case .multimodal(let transfer):
      .multimodal(try transfer.learn(from: [reference], key: key))
    case .regions(let transfer): .regions(try transfer.learn(from: [reference]))
    case .truth, .gray, .random, .transfer, .network: nil
    }
  }
}
