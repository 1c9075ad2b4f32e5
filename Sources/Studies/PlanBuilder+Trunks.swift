internal import Files

extension PlanBuilder {
  /// The steps that make the archives of one trunk: trials of its rate, trainings, exports.
  mutating func add(_ trunk: StudyTrunk) throws {
    let data = try data(trunk.data, trunk.place + ["data"])
    if trunk.verb != nil {
      try source.known(trunk.from, tools.noise, "noise", trunk.place + ["from"])
      _ = try verb(trunk.verb!, trunk.place)
    }
    let training = try training(trunk, images: trunk.images, data)
    let choice = try trunk.rates.map { rates in
      try trials(trunk, rates, data)
    }
    let kind = trunk.verb == nil ? "pretrain" : "supervised"
    let recipe = recipe(
      "\(kind)/\(trunk.name)",
      [training.settings] + (trunk.verb == nil ? [] : [trunk.from]) + (choice?.parts ?? []))
    let count = trunk.seeds > 0 ? min(trunk.seeds, study.seeds) : study.seeds
    let exports = zip(trunk.starts, [nil] + trunk.variants.map(Optional.some))
      .filter { study.starts.contains($0.0) }
      .map { start, variant in
        let options = options(trunk, variant)
        return Export(
          start: start, options: options,
          recipe: self.recipe("features/\(start)", [recipe.hash] + options))
      }
    for seed in 1...count {
      var step = step(trunk, training, recipe, name: trunk.name, seed: seed, data)
      (step.rank, step.turn) = (trunk.images ?? 0, turn(trunk.learner))
      step.choice = choice?.choice
      steps.append(step)
      for export in exports { add(export, of: step) }
    }
    for export in exports {
      features[export.start] = Features(
        recipe: export.recipe, learner: trunk.learner, seeds: count, work: training.work,
        rank: trunk.images ?? 0)
    }
  }

  /// One way in which trunks of a kind leave.
  private struct Export {
    let start: String
    let options: [String]
    let recipe: Recipe
  }

  private func options(_ trunk: StudyTrunk, _ variant: StudyVariant?) -> [String] {
    (trunk.verb.map { ["--task", "labels-\($0)"] } ?? [])
      + (variant?.rescale ?? trunk.rescale ? ["--rescale"] : [])
      + (variant?.fold ?? false ? ["--fold"] : []) + study.export
  }

  private mutating func add(_ export: Export, of training: StudyStep) {
    let file = archive(export.start, Int(training.seed))
    var step = StudyStep(
      id: "features/\(export.start)-seed\(training.seed)", work: .export, recipe: export.recipe,
      settings: "", seed: training.seed, pretrainingSeed: nil, needs: [training.id], product: file,
      dataHash: "",
      // Over what an earlier call of the study made, and could not note.
      arguments: ["export", training.product, "--force", "--output", file] + export.options)
    (step.rank, step.turn) = (training.rank, training.turn)
    step.isKept = study.keeps.contains(export.start)
    steps.append(step)
  }

  func archive(_ name: String, _ seed: Int) -> String {
    "\(output)/features/\(name)-seed\(seed).safetensors"
  }

  /// How a trunk is trained: its settings, and what it sees.
  private struct TrunkTraining {
    var set: [String]
    var settings: String
    var work: StudyWork
  }

  private func training(
    _ trunk: StudyTrunk, images: Int?, _ data: (path: String, hash: String), more: [String] = []
  ) throws -> TrunkTraining {
    var set =
      study.everywhere + trunk.settings
      + (trunk.verb == nil ? changes["pretexts"] ?? [] : []) + (changes[trunk.learner] ?? [])
    let file = trunk.configuration
    if let images {
      let one = try tools.work(trunk.verb, file, set, data.path).imagesOfStep
      set.append("iterations=\(max(1, (images + one / 2) / one))")
    }
    set += more
    return TrunkTraining(
      set: set,
      settings: try tools.settings(
        trunk.verb, file, set + ["data.path=\(quoted(data.hash))", "seed=1"]),
      work: try tools.work(trunk.verb, file, set, data.path))
  }

  private func step(
    _ trunk: StudyTrunk, _ training: TrunkTraining, _ recipe: Recipe, name: String, seed: Int,
    _ data: (path: String, hash: String)
  ) -> StudyStep {
    let folder = "\(output)/pretrain/\(name)-seed\(seed)"
    let options = Self.options(training.set + ["data.path=\(quoted(data.path))"])
    let arguments =
      if let verb = trunk.verb {
        ["transfer", verb, trunk.configuration] + options + ["--init", "\(name)=\(trunk.from)"]
          + Self.oneRun(seed, in: "\(output)/pretrain")
      } else {
        ["pretrain", trunk.configuration] + options + Self.options(["seed=\(seed)"])
          + ["--run", folder]
      }
    var step = StudyStep(
      id: "pretrain/\(name)-seed\(seed)",
      work: trunk.verb.map(StudyStep.Work.supervise) ?? .pretrain, recipe: recipe,
      settings: training.settings, seed: UInt64(seed), pretrainingSeed: nil, needs: [],
      product: folder, dataHash: data.hash, arguments: arguments)
    (step.effort, step.kind) = (training.work, trunk.learner)
    return step
  }

  /// The trials of a learner's rates, which all its points share.
  private mutating func trials(
    _ trunk: StudyTrunk, _ rates: StudyRates, _ data: (path: String, hash: String)
  ) throws -> (choice: RateChoice, parts: [String]) {
    var (trials, parts) = ([RateChoice.Trial](), [rates.words])
    for rate in rates.values {
      let training = try training(
        trunk, images: trunk.trialImages, data, more: rates.settings + ["schedule.rate=\(rate)"])
      let name = "\(trunk.learner)-rate\(rate)"
      let recipe = recipe(
        "rates/\(name)", [training.settings] + (trunk.verb == nil ? [] : [trunk.from]))
      let step = step(trunk, training, recipe, name: name, seed: 1, data)
      trials.append(.init(rate: rate, step: step.id))
      parts.append(recipe.hash)
      // Its points come one after another: the first adds the trials of all.
      if !steps.contains(where: { $0.id == step.id }) {
        var step = step
        (step.rank, step.turn) = (trunk.images ?? 0, turn(trunk.learner))
        steps.append(step)
      }
    }
    return (.init(trials: trials, by: rates.by, lowest: rates.lowest), parts)
  }
}
