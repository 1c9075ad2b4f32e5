public import ColorScience
internal import Datasets
public import Exemplars
public import Images
internal import Processes
public import Randomness

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

  /// A square picture in the colors that the method gives it. `donor` is another one of the same
  /// size, whose colors are borrowed where they are; only the lightness of `picture` is looked at,
  /// but for the truth, which is the picture itself. An error names the picture `name` that a
  /// network gives no numbers.
  public func painted(
    _ picture: Picture, donor: Picture, key: RandomKey, called name: String
  ) throws -> Picture {
    switch way {
    case .truth: return picture
    case .network(let colorizer, let decoding):
      let prediction = colorizer.predict(picture)
      try prediction.requireFinite(name)
      return prediction.chroma(decoding).painted(on: picture)
    case .gray, .random, .transfer, .multimodal:
      let borrowed = LabPlanes(rgb: donor.withThreeChannels().samples)
      return try chroma(
        LabPlanes(rgb: picture.withThreeChannels().samples), size: picture.width, donor: borrowed,
        reference: (borrowed, donor.width), key: key
      ).painted(on: picture)
    }
  }

  /// The colors it gives to pictures of one size, at that size; an error names the picture that a
  /// network gives none.
  func chroma(for group: [EvaluationPicture], of dataset: Dataset) throws -> [ChromaMap] {
    switch way {
    case .truth, .gray, .random, .transfer, .multimodal:
      return try group.map {
        try chroma(
          $0.referee.planes, size: $0.size, donor: $0.donor, reference: $0.reference, key: $0.key)
      }
    case .network(let colorizer, let decoding):
      return try zip(group, colorizer.predict(seen: group.map(\.referee.truth))).map {
        try $1.requireFinite(dataset.ids[$0.record])
        return $1.chroma(decoding).resized(width: $0.size, height: $0.size)
      }
    }
  }

  /// The colors that a way without a network gives to a square.
  private func chroma(
    _ planes: LabPlanes, size: Int, donor: LabPlanes, reference: (planes: LabPlanes, width: Int),
    key: RandomKey
  ) throws -> ChromaMap {
    func map(of planes: LabPlanes) -> ChromaMap {
      ChromaMap(width: size, height: size, a: planes.a, b: planes.b)
    }
    switch way {
    case .truth: return map(of: planes)
    case .gray: return ChromaMap.gray.resized(width: size, height: size)
    case .random: return map(of: donor)
    case .transfer(let transfer):
      return transfer.chroma(
        target: planes.lightness, width: size, height: size, reference: reference.planes,
        referenceWidth: reference.width, key: key)
    case .multimodal(let transfer):
      try Signals.check()
      let model = try transfer.learn(
        from: [.init(reference.planes, width: reference.width)], key: key)
      let (a, b) = model.chroma(lightness: planes.lightness, width: size)
      return ChromaMap(width: size, height: size, a: a, b: b)
    case .network: preconditionFailure("ColorMethod: a network colors otherwise")
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
  let reference: (planes: LabPlanes, width: Int)
  let key: RandomKey
}
