public import ColorScience
internal import Datasets
public import Exemplars
internal import Images
internal import Randomness

/// A way to color a picture of which only the lightness is known, and what tables call it.
public struct ColorMethod {
  /// The ways.
  public enum Way {
    /// The picture's own colors: what a perfect method would give.
    case truth
    /// No color.
    case gray
    /// The colors of another picture, pixel by pixel.
    case random
    /// Colors transferred from a reference picture by likeness of lightness and texture.
    case transfer(ReferenceTransfer)
    /// The colors of the whole picture that are most probable by what a reference picture shows.
    case multimodal(MultimodalTransfer)
    /// The colors of regions of a reference picture that are most alike.
    case regions(SuperpixelTransfer)
    /// A network's colors.
    case network(Colorizer, ColorDecoding)
  }

  /// What tables call it.
  public let name: String
  /// How it colors.
  public let way: Way

  /// A method under this name.
  public init(_ name: String, _ way: Way) {
    self.name = name
    self.way = way
  }

  /// The truth and the baselines that need no network, in the order of tables.
  public static var baselines: [ColorMethod] {
    [
      .init("ground truth", .truth), .init("gray", .gray), .init("random", .random),
      .init("Welsh et al.", .transfer(.init())),
    ]
  }

  /// Multimodal transfer (Charpiat et al. 2008), which takes seconds for a picture.
  public static var charpiat: ColorMethod { .init("Charpiat et al.", .multimodal(.init())) }

  /// Transfer from region to region (Gupta et al. 2012), which takes a second for a picture.
  public static var gupta: ColorMethod { .init("Gupta et al.", .regions(.init())) }

  /// The colors it gives to pictures of one size, at that size; an error names the picture that a
  /// network gives none.
  ///
  /// - Parameters:
  ///   - shared: What was learned of the reference that all pictures share; nil where each has its
  ///     own.
  ///   - threads: How many pictures are colored at once by methods that take long.
  func chroma(
    for group: [EvaluationPicture], of dataset: Dataset, shared: LearnedExemplar? = nil,
    threads: Int = 1
  ) throws -> [ChromaMap] {
    switch way {
    case .truth: return group.map { $0.map(of: $0.referee.planes) }
    case .gray: return group.map { ChromaMap.gray.resized(width: $0.size, height: $0.size) }
    case .random: return group.map { $0.map(of: $0.donor) }
    case .transfer(let transfer):
      return group.map { picture in
        transfer.chroma(
          target: picture.referee.planes.lightness, width: picture.size, height: picture.size,
          reference: picture.reference.planes, referenceWidth: picture.reference.width,
          key: picture.key)
      }
    case .multimodal(let transfer):
      return try LearnedExemplar.chroma(for: group, threads: threads) {
        try shared ?? .multimodal(transfer.learn(from: [$0.reference], key: $0.key))
      }
    case .regions(let transfer):
      return try LearnedExemplar.chroma(for: group, threads: threads) {
        try shared ?? .regions(transfer.learn(from: [$0.reference]))
      }
    case .network(let colorizer, let decoding):
      return try zip(group, colorizer.predict(seen: group.map(\.referee.truth))).map {
        try $1.requireFinite(dataset.ids[$0.record])
        return $1.chroma(decoding).resized(width: $0.size, height: $0.size)
      }
    }
  }
}

/// A picture to be colored, the one whose colors it borrows, and its reference.
struct EvaluationPicture: Sendable {
  let record: Int
  let size: Int
  let referee: ColorReferee
  /// Another picture of the same size.
  let donor: LabPlanes
  let reference: Exemplar
  let key: RandomKey

  func map(of planes: LabPlanes) -> ChromaMap {
    ChromaMap(width: size, height: size, a: planes.a, b: planes.b)
  }
}
