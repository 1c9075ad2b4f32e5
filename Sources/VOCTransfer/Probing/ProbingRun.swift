internal import Configurations
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
    let truth: ProbeTruth?

    /// The methods that look at the features of a plan.
    func methods(_ plan: TrunkFeatures.Plan) -> [ProbingConfiguration.Method] {
      (questions[plan.layer] ?? []).filter { $0.asked.needs.isOfMaps == plan.isMap }
    }
  }

  func work() throws -> Work {
    let trunk = try start.trunk(
      settings, pictures: StartPictures(data.dataset, data.train), key: key.folding("trunk"),
      on: device)
    let usual = settings.choosesLayer ? trunk.stack.blockLayers : trunk.stack.probedLayers
    let layers = try known(settings.layers, trunk.stack, "layers", usual)
    let machines = try known(
      settings.svmLayers, trunk.stack, "svmLayers",
      settings.choosesLayer ? layers : layers.suffix(1))
    let extraction = TrunkFeatures(
      of: trunk.stack, trunk.preprocessing, data.dataset, size: settings.size,
      target: settings.features, threads: settings.data.loaderThreads, on: device)
    let wanted = ProbingConfiguration.Method.allCases.filter(settings.methods.contains)
    let needs = wanted.map { $0.asked.needs }
    let truth =
      needs.contains(.masks) || needs.contains(.boxes)
      ? try ProbeTruth(
        data, masks: needs.contains(.masks) ? settings.dense.pictures : 0,
        boxes: needs.contains(.boxes)) : nil
    let methods = try wanted.filter { try isAnswered($0, truth) }
    var questions: [String: [ProbingConfiguration.Method]] = [:]
    for name in trunk.stack.names where layers.contains(name) || machines.contains(name) {
      questions[name] = methods.filter { method in
        let isVector = method == .svm || method == .lowShot
        return (isVector ? machines : layers).contains(name)
      }
    }
    // The two kinds of a layer side by side: they are held, and computed, together.
    let asked = trunk.stack.names.filter { questions[$0]?.isEmpty == false }
    let pooled = extraction.plans(asked)
    let maps = extraction.plans(asked, cells: settings.dense.cells)
    let plans = zip(pooled, maps).flatMap { pooled, map in
      [pooled, map].filter { plan in
        (questions[plan.layer] ?? []).contains { $0.asked.needs.isOfMaps == plan.isMap }
      }
    }
    let groups = try TrunkFeatures.groups(
      plans, pictures: data.train.count + data.test.count, bytes: settings.memory << 20)
    return Work(
      trunk: trunk, extraction: extraction, groups: groups, questions: questions, truth: truth)
  }

  /// Whether the data can answer a method: where layers are chosen all methods are asked, and what
  /// has no answer is left out aloud; else it is an error.
  private func isAnswered(
    _ method: ProbingConfiguration.Method, _ truth: ProbeTruth?
  ) throws -> Bool {
    let missing: String? =
      switch method.asked.needs {
      case .labels, .maps: nil
      case .masks:
        truth!.trainMasks.count < 2 || truth!.testMasks.isEmpty
          ? "masks of pictures to learn from and to test on" : nil
      case .boxes: truth!.testBoxes.isEmpty ? "boxes of pictures to test on" : nil
      }
    guard let missing else { return true }
    let problem = "\(method.protocolName) needs \(missing), and the dataset has none"
    guard settings.choosesLayer && settings.methods.count > 1 else {
      throw ConfigurationError(place: "methods", problem: problem)
    }
    Output.say(Report(.note, "\(problem): left out"))
    return false
  }

  /// Computes features and asks every method.
  public func result() throws -> ProbingResult {
    let work = try work()
    let (trunk, extraction) = (work.trunk, work.extraction)
    let labels = (train: data.labels(of: data.train), test: data.labels(of: data.test))
    let wanted = trunk.stack.names.filter { layer in
      work.groups.contains { $0.contains { $0.layer == layer } }
    }
    var rows: [ProbingResult.Row] = []
    var asked = 0
    let count = work.questions.values.reduce(0) { $0 + $1.count }
    for group in work.groups {
      let (first, last) = (group[0].layer, group.last!.layer)
      let name = first == last ? first : "\(first) to \(last)"
      var train = try extraction.features(of: data.train, group, title: "train, \(name)")
      var test = try extraction.features(of: data.test, group, title: "test, \(name)")
      for plan in group.reversed() {
        let probe = probe(plan, train.removeLast(), test.removeLast(), labels, work)
        for method in work.methods(plan) {
          try Signals.check()
          asked += 1
          let title = "\(method.rawValue) on \(plan.layer)"
          Output.say(
            Report(
              .progress, "\(title) (\(asked) of \(count))",
              ["title": title, "done": asked - 1, "total": count]))
          rows += try probe.rows(method)
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
      program: EnvironmentRecord.programDigest, ties: AveragePrecision.tieRule)
  }

  func probe(
    _ plan: TrunkFeatures.Plan, _ train: Features, _ test: Features,
    _ labels: (train: ProbeLabels, test: ProbeLabels), _ work: Work
  ) -> LayerProbe {
    LayerProbe(
      settings: settings, layer: plan.layer, train: train, test: test,
      grid: CellGrid(rows: plan.grid.rows, columns: plan.grid.columns), labels: labels,
      classes: data.dataset.classes, truth: work.truth,
      key: key.folding("probe").folding(work.trunk.stack.layerName(of: plan.layer)),
      heldOut: key.folding("decays"), selectsOnTest: settings.selectsOnTest)
  }

  private func known(
    _ wanted: [String], _ trunk: Stack, _ setting: String, _ otherwise: [String]
  ) throws -> [String] {
    wanted.isEmpty ? otherwise : try trunk.layers(called: wanted, setting: setting)
  }
}
