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

  let settings: ProbingConfiguration
  private let start: PreparedStart
  let data: LabelledPictures
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

  /// What is asked of which layers, whose features are computed group by group.
  struct Work {
    let trunk: Start.Trunk
    let extraction: TrunkFeatures
    let groups: [[TrunkFeatures.Plan]]
    /// Layers in the order of the network, and the methods that are asked about each.
    let questions: [String: [ProbingConfiguration.Method]]
  }

  func work() throws -> Work {
    let trunk = try start.trunk(
      settings, pictures: StartPictures(data.dataset, data.train), key: key.folding("trunk"),
      on: device)
    let layers = try known(settings.layers, trunk.stack, "layers", trunk.stack.probedLayers)
    let machines = try known(settings.svmLayers, trunk.stack, "svmLayers", layers.suffix(1))
    let extraction = TrunkFeatures(
      of: trunk.stack, trunk.preprocessing, data.dataset, size: settings.size,
      target: settings.features, threads: settings.data.loaderThreads, on: device)
    let methods = ProbingConfiguration.Method.allCases.filter(settings.methods.contains)
    var questions: [String: [ProbingConfiguration.Method]] = [:]
    for name in trunk.stack.names where layers.contains(name) || machines.contains(name) {
      questions[name] = methods.filter { method in
        let isVector = method == .svm || method == .lowShot
        return (isVector ? machines : layers).contains(name)
      }
    }
    let groups = try TrunkFeatures.groups(
      extraction.plans(trunk.stack.names.filter { questions[$0] != nil }),
      pictures: data.train.count + data.test.count, bytes: settings.memory << 20)
    return Work(trunk: trunk, extraction: extraction, groups: groups, questions: questions)
  }

  /// Computes features and asks every method.
  public func result() throws -> ProbingResult {
    let work = try work()
    let (trunk, extraction) = (work.trunk, work.extraction)
    let labels = (train: data.labels(of: data.train), test: data.labels(of: data.test))
    let wanted = work.groups.flatMap { $0.map(\.layer) }
    var rows: [ProbingResult.Row] = []
    var asked = 0
    let count = work.questions.values.reduce(0) { $0 + $1.count }
    for group in work.groups {
      let name = group.count == 1 ? group[0].layer : "\(group[0].layer) to \(group.last!.layer)"
      var train = try extraction.features(of: data.train, group, title: "train, \(name)")
      var test = try extraction.features(of: data.test, group, title: "test, \(name)")
      for plan in group.reversed() {
        let probe = probe(plan.layer, train.removeLast(), test.removeLast(), labels, trunk)
        for method in work.questions[plan.layer] ?? [] {
          try Signals.check()
          asked += 1
          let title = "\(method.rawValue) on \(plan.layer)"
          Output.say(
            Report(
              .progress, "\(title) (\(asked) of \(count))",
              ["title": title, "done": asked - 1, "total": count]))
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

  func probe(
    _ layer: String, _ train: Features, _ test: Features,
    _ labels: (train: ProbeLabels, test: ProbeLabels), _ trunk: Start.Trunk
  ) -> LayerProbe {
    LayerProbe(
      settings: settings, layer: layer, train: train, test: test, labels: labels,
      classes: data.dataset.classes,
      key: key.folding("probe").folding(trunk.stack.layerName(of: layer)),
      heldOut: key.folding("decays"), selectsOnTest: settings.selectsOnTest)
  }

  private func known(
    _ wanted: [String], _ trunk: Stack, _ setting: String, _ otherwise: [String]
  ) throws -> [String] {
    wanted.isEmpty ? otherwise : try trunk.layers(called: wanted, setting: setting)
  }
}
