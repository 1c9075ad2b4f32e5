internal import Datasets
internal import Files
internal import Images
internal import Inputs
internal import Layers
public import Networks
internal import Randomness
public import Runs
public import Tensors

/// A network that names what a color picture shows: it judges whether recolored pictures are still
/// what they were.
///
/// It learned from pictures in their true colors, so colors that do not fit mislead it. The paper
/// has VGG-16 of ImageNet; here the toolkit trains one on the labels of a data set
/// (`RecognizerTraining`).
public struct Recognizer {
  /// The network: sRGB to one score per class.
  public let network: Network
  /// How a picture becomes its input.
  public let preprocessing: Preprocessing
  /// The classes, in the order of the scores.
  public let classes: [String]
  /// What tables call it.
  public let name: String
  let device: Device

  static let task = "recognition"

  /// Builds the network with weights drawn from `key`.
  static func build(
    _ trunk: TrunkConfiguration, classes: Int, dropout: Double, key: RandomKey, on device: Device
  ) -> Network {
    Network(
      trunk: trunk.build(key: key.folding("trunk"), on: device),
      head: Heads.classification(
        inputs: trunk.outputChannels, classes: classes, dropout: dropout, key: key.folding("head"),
        on: device))
  }

  /// The recognizer in a checkpoint; strict. Tables call it `name` and its step.
  public static func load(
    _ checkpoint: Checkpoint, name: String, on device: Device = .cpu
  ) throws -> Recognizer {
    let origin = try CheckpointOrigin(checkpoint)
    guard origin.task == task, let text = checkpoint.notes["classes"],
      let classes = try? JSON.value([String].self, from: text.utf8)
    else {
      throw ArchiveError(
        file: checkpoint.archive.source,
        problem: "was trained for \(origin.task); pigment evaluate recognizer trains a recognizer")
    }
    var network = build(
      origin.trunk, classes: classes.count, dropout: 0.5, key: RandomKey(seed: 0), on: device)
    try network.load(from: checkpoint.archive, prefix: "model.")
    let step = checkpoint.progress.step
    return Recognizer(
      network: network, preprocessing: Preprocessing(.rgb, size: origin.size), classes: classes,
      name: "\(name) (step \(step))", device: device)
  }

  /// Throws unless a data set has labels of the recognizer's classes.
  func check(_ dataset: Dataset) throws {
    guard dataset.hasNames else {
      throw DatasetError(
        file: dataset.path, problem: "has no labels, so no picture can be named right",
        remedy: "leave out the recognizer, or take a dataset with classes")
    }
    guard dataset.classes == classes else {
      throw DatasetError(
        file: dataset.path,
        problem: "has other classes than those that \(name) knows (\(classes.count))",
        remedy: "train a recognizer on these data: pigment evaluate recognizer")
    }
  }

  /// Whether each picture's highest score is that of its class, or of one of its classes.
  func isRight(_ pictures: [Picture], _ records: [Int], _ dataset: Dataset) -> [Bool] {
    let side = preprocessing.size
    let seen = pictures.map {
      $0.width == side && $0.height == side ? $0 : $0.resized(width: side, height: side)
    }
    let scores = network(preprocessing.input(of: seen, on: device)).floats
    return records.enumerated().map { at, record in
      let own = scores[at * classes.count..<(at + 1) * classes.count]
      let best = own.indices.max { own[$0] < own[$1] }! - own.startIndex
      return dataset.names(of: record)[best] > 0
    }
  }
}

extension Dataset {
  /// Whether pictures have single or multiple labels.
  var hasNames: Bool { count > 0 && (labels != nil || presence(of: 0) != nil) }

  /// For each class its share of what a picture shows: 1 for its only class, 1 / m for each of m
  /// that are present, 0 for others.
  func names(of record: Int) -> [Float] {
    if let label = label(of: record) {
      return classes.indices.map { $0 == label ? 1 : 0 }
    }
    let present = presence(of: record) ?? []
    let count = present.count { $0 > 0 }
    return present.map { $0 > 0 ? 1 / Float(count) : 0 }
  }
}
