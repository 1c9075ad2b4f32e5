internal import Files

extension PlanBuilder {
  /// The runs of a start on a task in a regime, and the trials of its rate.
  mutating func add(
    _ task: StudyTask, at index: Int, _ regime: StudyRegime, _ start: String
  ) throws {
    let place = ["tasks", "\(index)"]
    let verb = try verb(task.verb, place)
    let data = try data(task.data, place + ["data"])
    var proposals = (path: "", hash: "")
    if verb.needsProposals { proposals = try self.proposals(task.data, place + ["data"]) }
    let inputs = Inputs(verb: verb, task: task, data: data, proposals: proposals)
    let set =
      study.everywhere + task.settings + (changes["tasks"] ?? []) + (changes[task.name] ?? [])
      + regime.settings + (regime.fraction < 1 ? ["data.trainFraction=\(regime.fraction)"] : [])
    let settings = try settings(inputs, set)
    let work = try tools.work(verb.name, task.configuration, set, data.path)
    let trunk = features[start]
    // What waits for a point comes after all of it, task by task.
    let rank = max(trunk?.rank ?? 0, study.points[task.after].map { $0 + 1 + index } ?? 0)
    let choice = try choice(inputs, regime, start, set, rank)
    let recipe = recipe(
      "\(task.name)/\(regime.name)/\(start)",
      [verb.name, settings, trunk?.recipe.hash ?? start] + (choice?.parts ?? []))
    var count = task.seeds > 0 ? task.seeds : study.seeds
    if let trunk, !task.sharesTrunks { count = min(count, trunk.seeds) }
    let mine = (1...count).map { seed in
      var step = step(
        inputs, "\(task.name)/\(regime.name)", start, set, settings, recipe, seed: seed)
      (step.effort, step.rank, step.choice) = (work, rank, choice?.choice)
      return step
    }
    steps += mine
    rows.append(
      .init(
        task: task, regime: regime, start: start, recipe: recipe, steps: mine.map(\.id),
        pretrainingSeeds: trunk?.seeds ?? 0, learner: trunk?.learner ?? "",
        pretraining: trunk?.work ?? .init(), work: work))
  }

  /// What the runs of a task are given.
  private struct Inputs {
    let verb: StudyVerb
    let task: StudyTask
    let data: (path: String, hash: String)
    let proposals: (path: String, hash: String)

    func paths(_ path: String, _ proposals: String) -> [String] {
      ["data.path=\(quoted(path))"]
        + (verb.needsProposals ? ["data.proposals=\(quoted(proposals))"] : [])
    }
  }

  private func settings(_ inputs: Inputs, _ set: [String]) throws -> String {
    try tools.settings(
      inputs.verb.name, inputs.task.configuration,
      set + inputs.paths(inputs.data.hash, inputs.proposals.hash) + ["seed=1"])
  }

  private func step(
    _ inputs: Inputs, _ place: String, _ start: String, _ set: [String], _ settings: String,
    _ recipe: Recipe, seed: Int
  ) -> StudyStep {
    let (task, verb, data) = (inputs.task, inputs.verb, inputs.data)
    // With fewer pretraining seeds than transfer seeds they are shared in turn.
    let pretraining = features[start].map { (seed - 1) % $0.seeds + 1 }
    let named = pretraining.map { "\(start)=\(archive(start, $0))" } ?? start
    let folder = "\(output)/\(place)"
    let command =
      verb.takesArguments
      ? ["transfer", verb.name, named, data.path, "--config", task.configuration]
        + Self.options(set)
      : ["transfer", verb.name, task.configuration]
        + Self.options(set + inputs.paths(data.path, inputs.proposals.path)) + ["--init", named]
    var step = StudyStep(
      id: "\(place)/\(start)-seed\(seed)", work: .transfer(verb.name), recipe: recipe,
      settings: settings, seed: UInt64(seed), pretrainingSeed: pretraining.map { UInt64($0) },
      needs: pretraining.map { ["features/\(start)-seed\($0)"] } ?? [],
      product: "\(folder)/\(start)-seed\(seed)", dataHash: data.hash,
      arguments: command + Self.oneRun(seed, in: folder))
    (step.kind, step.turn) = (task.name, turn(features[start]?.learner ?? start))
    return step
  }

  /// The trials of a start's rate on a task, or those of the regime whose choice is taken over.
  private mutating func choice(
    _ inputs: Inputs, _ regime: StudyRegime, _ start: String, _ set: [String], _ rank: Int
  ) throws -> (choice: RateChoice, parts: [String])? {
    guard let rates = inputs.task.rates else { return nil }
    guard regime.ratesOf.isEmpty else {
      let row = rows.first {
        $0.task.name == inputs.task.name && $0.regime.name == regime.ratesOf && $0.start == start
      }
      guard let row, let choice = steps.first(where: { $0.id == row.steps[0] })?.choice else {
        throw source.error(
          ["regimes"],
          "'\(regime.name)' takes the rates of '\(regime.ratesOf)', where \(start) has none on "
            + inputs.task.name)
      }
      return (choice, [rates.words, row.recipe.hash])
    }
    var (trials, parts) = ([RateChoice.Trial](), [rates.words])
    for rate in rates.values {
      let set = set + rates.settings + ["schedule.rate=\(rate)"]
      let settings = try settings(inputs, set)
      let name = "\(inputs.task.name)/\(regime.name)-rate\(rate)"
      let recipe = recipe(
        "\(name)/\(start)", [inputs.verb.name, settings, features[start]?.recipe.hash ?? start])
      var step = step(inputs, name, start, set, settings, recipe, seed: 1)
      step.rank = rank
      step.effort = try tools.work(
        inputs.verb.name, inputs.task.configuration, set, inputs.data.path)
      steps.append(step)
      trials.append(.init(rate: rate, step: step.id))
      parts.append(recipe.hash)
    }
    return (.init(trials: trials, by: rates.by, lowest: rates.lowest), parts)
  }
}
