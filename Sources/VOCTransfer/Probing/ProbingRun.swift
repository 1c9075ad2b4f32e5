internal import Datasets
internal import Layers
internal import Metrics
internal import Networks
internal import Probes
internal import Processes
internal import Randomness
public import Runs
public import Tensors
internal import Training

/// The probes of one start's frozen features.
public struct ProbingRun: ComparedTask {
  /// The name in progress and messages.
  public static let name = "probe"

  private let settings: ProbingConfiguration
  private let start: PreparedStart
  private let data: LabelledPictures
  private let device: Device
  private let key: RandomKey

  /// Opens the data; every problem is found before a feature is computed.
  public init(_ settings: ProbingConfiguration, start: PreparedStart, on device: Device) throws {
    self.settings = settings
    self.start = start
    self.device = device
    key = RandomKey(seed: settings.seed)
    data = try LabelledPictures(settings.data, key: key)
  }

  /// The content hash of the data.
  public var dataHash: String { data.dataset.contentSHA256 }

  /// There are no checkpoints.
  public var keepCheckpoints: Int { 1 }

  /// Computes features and asks every method; there is nothing to go on from.
  public func run(
    in folder: RunFolder, from checkpoint: Checkpoint?
  ) throws -> TransferOutcome<ProbingResult> {
    let result = try result()
    try folder.writeEvaluation(result)
    return .finished(result)
  }

  /// Computes features and asks every method.
  public func result() throws -> ProbingResult {
    let trunk = try start.trunk(
      settings, pictures: StartPictures(data.dataset, data.train), key: key.folding("trunk"),
      on: device)
    let layers = try known(settings.layers, trunk.stack, "layers", trunk.stack.probedLayers)
    let machines = try known(settings.svmLayers, trunk.stack, "svmLayers", layers.suffix(1))
    let extraction = TrunkFeatures(
      of: trunk.stack, trunk.preprocessing, data.dataset, size: settings.size,
      target: settings.features, threads: settings.data.loaderThreads, on: device)
    let total = data.train.count + data.test.count
    let labels = (train: data.labels(of: data.train), test: data.labels(of: data.test))
    let wanted = trunk.stack.names.filter { layers.contains($0) || machines.contains($0) }
    var rows: [ProbingResult.Row] = []
    for group in try TrunkFeatures.groups(
      extraction.plans(wanted), pictures: total, bytes: settings.memory << 20)
    {
      let name = group.count == 1 ? group[0].layer : "\(group[0].layer) to \(group.last!.layer)"
      var train = try extraction.features(of: data.train, group, title: "train, \(name)")
      var test = try extraction.features(of: data.test, group, title: "test, \(name)")
      for plan in group.reversed() {
        let probe = LayerProbe(
          settings: settings, layer: plan.layer, train: train.removeLast(),
          test: test.removeLast(), labels: labels, classes: data.dataset.classes,
          key: key.folding("probe").folding(trunk.stack.layerName(of: plan.layer)),
          heldOut: key.folding("decays"), selectsOnTest: settings.selectsOnTest)
        for method in ProbingConfiguration.Method.allCases where settings.methods.contains(method) {
          let isVector = method == .svm || method == .lowShot
          guard isVector ? machines.contains(plan.layer) : layers.contains(plan.layer) else {
            continue
          }
          try Signals.check()
          Output.say("\(method.rawValue) on \(plan.layer)")
          rows += probe.rows(method)
        }
      }
    }
    let order = Dictionary(
      uniqueKeysWithValues: trunk.stack.names.enumerated().map { ($1, $0) })
    let methods = ProbingConfiguration.Method.allCases
    func place(_ row: ProbingResult.Row) -> [Int] {
      [methods.firstIndex(of: row.method)!, order[row.layer]!, row.positives ?? 0]
    }
    return ProbingResult(
      run: RunRecord(
        start: start.start, trunk: trunk, seed: settings.seed, trainPictures: data.train.count,
        testPictures: data.test.count, dataHash: dataHash, layers: wanted, frozen: wanted),
      trunk: trunk.configuration, selectedOnTest: settings.selectsOnTest,
      classes: data.dataset.classes,
      chance: AveragePrecision.area.chance(
        labels: labels.test.values, classes: labels.test.classes) ?? .nan,
      rows: rows.sorted { place($0).lexicographicallyPrecedes(place($1)) },
      ties: AveragePrecision.tieRule)
  }

  private func known(
    _ wanted: [String], _ trunk: Stack, _ setting: String, _ otherwise: [String]
  ) throws -> [String] {
    wanted.isEmpty ? otherwise : try trunk.layers(called: wanted, setting: setting)
  }
}
