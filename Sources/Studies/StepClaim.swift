/// What a step's folder is for, noted in `steps/` before anything is written there.
struct StepClaim: Codable, Equatable {
  /// The step.
  var step: String
  /// What it is made by.
  var recipe: Recipe
  /// The merged settings, with content hashes for data sets.
  var settings: String
  /// The seeds.
  var seed: UInt64
  var pretrainingSeed: UInt64?
  /// The digest of recipe and seeds.
  var identity: String

  init(_ step: StudyStep) {
    (self.step, recipe, settings) = (step.id, step.recipe, step.settings)
    (seed, pretrainingSeed, identity) = (step.seed, step.pretrainingSeed, step.identity)
  }

  /// How a claim that was found differs from this one, in words.
  func difference(from found: StepClaim) -> String {
    if found.recipe.name != recipe.name {
      return "it was made by recipe '\(found.recipe.name)', not '\(recipe.name)'"
    }
    if found.recipe.version != recipe.version {
      return
        "it was made by version \(found.recipe.version) of the recipe, the study is at version "
        + "\(recipe.version)"
    }
    if found.seed != seed || found.pretrainingSeed != pretrainingSeed {
      return "it was made with another seed"
    }
    let (now, then) = (settings.split(separator: "\n"), found.settings.split(separator: "\n"))
    if let line = zip(then, now).first(where: { $0.0 != $0.1 }) {
      return "it was made with '\(trimmed(line.0))', the study now says '\(trimmed(line.1))'"
    }
    if then.count != now.count { return "it was made with other settings" }
    return "what it was made from has another recipe (\(found.recipe.hash.prefix(10)), now "
      + "\(recipe.hash.prefix(10)))"
  }

  private func trimmed(_ line: Substring) -> Substring { line.drop { $0 == " " } }
}

/// That a step ended well, noted in `steps/` after it did.
struct StepOutcome: Codable, Equatable {
  /// The digest of the recipe and seeds that it was done with.
  var identity: String
  /// The SHA-256 of the file it left, of a transfer's result, or of what a pretraining began with.
  var digest: String
}
