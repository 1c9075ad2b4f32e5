internal import Layers
internal import Networks
internal import Tensors

/// Recognizes the released colorization and split-brain networks by the names of Caffe's layers.
enum CaffeRecognition {
  /// What a file holds; an error says what it is nearest to. `isIgnored` says which layers may be
  /// left out besides a head's and the input's.
  static func recognize(
    _ file: CaffeLayers, isIgnored: (String) -> Bool
  ) throws -> Recognized {
    let present = Set(file.layers.filter { !$0.shapes.isEmpty }.map(\.name))
    var nearest: (name: String, missing: Set<String>, left: Set<String>)?
    for candidate in candidates {
      let missing = candidate.names.subtracting(present)
      let others = present.subtracting(candidate.names)
      let left = others.filter { !isBeside($0, candidate.trunk) && !isIgnored($0) }
      if missing.isEmpty, left.isEmpty, let first = file[candidate.first]?.shapes.first,
        let trunk = candidate.trunk(firstWeight: first),
        trunk.inputChannels == candidate.trunk.inputChannels
      {
        return try recognized(candidate, trunk, file, leftOut: others, isIgnored: isIgnored)
      }
      let distance = missing.count + left.count
      if distance < nearest.map({ $0.missing.count + $0.left.count }) ?? candidate.names.count {
        nearest = (candidate.trunk.architecture.rawValue, missing, left)
      }
    }
    let near = nearest.map { near in
      ": nearest is a \(near.name)"
        + (near.missing.isEmpty ? "" : " without \(fewNames(near.missing))")
        + (near.left.isEmpty ? "" : " with \(fewNames(near.left))")
    }
    throw ArchiveError(
      file: file.source,
      problem: "does not say which trunk it holds, and is not recognized\(near ?? ""); give "
        + "--architecture")
  }

  private static let candidates: [Candidate] =
    [1, 3].flatMap { Candidate.trunks(inputChannels: $0) }.compactMap { trunk in
      let stack = trunk.emptyTrunk
      guard stack.stages.allSatisfy({ $0.layer.kind.residual == nil }) else { return nil }
      let names = CaffeNames(stack, trunk).names
      let scales = stack.stages.compactMap { stage in
        stage.layer.kind.batchNormalization?.scale == nil
          ? nil : names[stage.name].map(CaffeNames.scale)
      }
      return Candidate(
        trunk: trunk, naming: .caffe, names: Set(names.values).union(scales),
        first: names[stack.stages[0].name]!, firstShape: stack.tensors[0].tensor.shape.sizes)
    }

  /// Whether a layer belongs to the input or to the head of the released networks.
  private static func isBeside(_ name: String, _ trunk: TrunkConfiguration) -> Bool {
    name.hasPrefix("data_")
      || trunk.architecture.trunk.releasedHead.contains { name.hasPrefix($0) }
  }

  private static func recognized(
    _ candidate: Candidate, _ trunk: TrunkConfiguration, _ file: CaffeLayers,
    leftOut: Set<String>, isIgnored: (String) -> Bool
  ) throws -> Recognized {
    let what = "\(trunk.summary), by \(candidate.naming.words)"
    if let layer = file.layers.first(where: { $0.normalizesResponses && !isIgnored($0.name) }) {
      throw ArchiveError(
        file: file.source, tensor: layer.name,
        problem: "normalizes responses, which a \(trunk.summary) does not: its features would be "
          + "others. --ignore \(layer.name) imports the weights all the same")
    }
    let preprocessing = try preprocessing(trunk, file, what)
    var lines = ["recognized: \(what)"]
    if !leftOut.isEmpty {
      lines.append("left out: \(leftOut.count) layers (\(fewNames(leftOut)))")
    }
    let source = file[inputLayer(trunk)]?.shapes.isEmpty == false
    lines.append(
      "preprocessing: \(preprocessing.words)"
        + (source ? ", from layer \(inputLayer(trunk))" : ", as released"))
    return Recognized(
      trunk: trunk, preprocessing: preprocessing.sized(for: trunk), weights: .layers(file),
      leftOut: leftOut, lines: lines, record: "recognized by \(candidate.naming.words)")
  }

  /// The layer that shifts and scales the input in released networks.
  private static func inputLayer(_ trunk: TrunkConfiguration) -> String {
    trunk.inputChannels == 1 ? "data_l" : "data_lab"
  }

  /// How pictures are prepared: as the file's own first layer does, a multiplication and an
  /// addition of each channel. Without one, the release whose first layer has a name of its own
  /// sees L - 50.
  ///
  /// - Source: richzhang/colorization, train_alexnet/train_val.prototxt (`data_l`) and
  ///   demo/colorization_demo_v2.ipynb; richzhang/splitbrainauto, models/deploy_lab.prototxt.
  private static func preprocessing(
    _ trunk: TrunkConfiguration, _ file: CaffeLayers, _ what: String
  ) throws -> Preprocessing {
    let name = inputLayer(trunk)
    let channels: Preprocessing.Channels = trunk.inputChannels == 1 ? .lightness : .lab
    guard let layer = file[name], !layer.shapes.isEmpty else {
      if trunk.architecture.trunk.caffeNames(trunk).values.contains(where: { file[$0] != nil }) {
        return Preprocessing(
          .lightness, mean: [50], scale: [1], size: Preprocessing.usualSize)
      }
      throw ArchiveError(
        file: file.source,
        problem: """
          is a \(what), but without a layer \(name) that says how pictures are prepared for it; \
          give --architecture \(trunk.architecture.rawValue), --channels and, where filters see \
          blue, green, red, --bgr
          """)
    }
    let blobs = try file.blobs(name)
    guard blobs.count == 2, blobs.allSatisfy({ $0.values.count == channels.count }),
      blobs.allSatisfy({ $0.values.allSatisfy(\.isFinite) }), !blobs[0].values.contains(0)
    else {
      throw ArchiveError(
        file: file.source, tensor: name,
        problem: "is no multiplication and addition of \(channels.count) channels")
    }
    let mean = zip(blobs[1].values, blobs[0].values).map { $0 == 0 ? 0 : Double(-$0 / $1) }
    return Preprocessing(
      channels, mean: mean, scale: blobs[0].values.map(Double.init), size: Preprocessing.usualSize)
  }
}
