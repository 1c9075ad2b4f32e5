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

  /// A square picture to be colored.
  public struct Subject: Sendable {
    /// The picture, of which only the lightness is looked at, but for the truth.
    public let picture: Picture
    /// Another one of the same size, whose colors are borrowed where they are.
    public let donor: Picture
    /// The randomness of methods that need some.
    public let key: RandomKey
    /// What errors call the picture.
    public let name: String

    /// A picture, the donor of its colors, its randomness and its name.
    public init(_ picture: Picture, donor: Picture, key: RandomKey, called name: String) {
      (self.picture, self.donor, self.key, self.name) = (picture, donor, key, name)
    }
  }

  /// Pictures in the colors that the method gives them; as many at once as there are cores where
  /// that takes seconds for each. An error names the picture that a network gives no numbers.
  public func painted(_ subjects: [Subject]) throws -> [Picture] {
    switch way {
    case .truth: subjects.map(\.picture)
    case .network(let colorizer, let decoding):
      try subjects.map { subject in
        let prediction = colorizer.predict(subject.picture)
        try prediction.requireFinite(subject.name)
        return prediction.chroma(decoding).painted(on: subject.picture)
      }
    case .gray, .random, .transfer:
      subjects.map { subject in
        let donor = subject.reference
        return chroma(
          subject.planes, size: subject.picture.width, donor: donor.planes, reference: donor,
          key: subject.key
        ).painted(on: subject.picture)
      }
    case .multimodal(let transfer):
      try Self.painted(subjects) {
        .multimodal(try transfer.learn(from: [$0.reference], key: $0.key))
      }
    case .regions(let transfer):
      try Self.painted(subjects) { .regions(try transfer.learn(from: [$0.reference])) }
    }
  }

  /// Pictures in the colors of what was learned for each.
  private static func painted(
    _ subjects: [Subject], _ learned: @Sendable (Subject) throws -> LearnedExemplar
  ) throws -> [Picture] {
    try inParallel(subjects.count) { place in
      let subject = subjects[place]
      return Result {
        try learned(subject)
          .chroma(lightness: subject.planes.lightness, width: subject.picture.width)
          .painted(on: subject.picture)
      }
    }.map { try $0.get() }
  }

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
    case .truth, .gray, .random, .transfer:
      return group.map {
        chroma(
          $0.referee.planes, size: $0.size, donor: $0.donor, reference: $0.reference, key: $0.key)
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

  /// The colors that a way which learns nothing gives to a square.
  private func chroma(
    _ planes: LabPlanes, size: Int, donor: LabPlanes, reference: Exemplar, key: RandomKey
  ) -> ChromaMap {
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
    case .multimodal, .regions, .network:
      preconditionFailure("ColorMethod: what learns colors otherwise")
    }
  }
}

extension ColorMethod.Subject {
  fileprivate var planes: LabPlanes { LabPlanes(rgb: picture.withThreeChannels().samples) }
  fileprivate var reference: Exemplar {
    Exemplar(LabPlanes(rgb: donor.withThreeChannels().samples), width: donor.width)
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
}
