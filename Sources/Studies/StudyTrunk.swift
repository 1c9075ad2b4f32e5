/// A trunk to be trained: a learner at one point of the axis of images seen, or without one.
struct StudyTrunk {
  /// The start's name, such as `colorization-100k`.
  var name: String
  /// The learner's, such as `colorization`.
  var learner: String
  /// Where the study's file says it, for errors.
  var place: [String]
  /// The command of `pigment transfer` that trains it; nil for a pretext.
  var verb: String?
  /// The noise that a supervised trunk starts from.
  var from = ""
  var configuration: String
  var data: String
  var settings: [String]
  /// Its seeds; 0 for those of the study.
  var seeds: Int
  /// Images to be seen at its point; nil where its configuration says how long it learns.
  var images: Int?
  var rescale = false
  var rates: StudyRates?
  /// The images of the point at which rates are tried.
  var trialImages: Int?
  var variants: [StudyVariant]

  /// The starts that it gives: itself, and its other exports.
  var starts: [String] { [name] + variants.map { "\(name)-\($0.name)" } }
}

extension StudyFile {
  /// All trunks that learners can give, by the order of learners and points.
  var trunks: [StudyTrunk] {
    pretexts.enumerated().flatMap { index, one in
      trunks(
        StudyTrunk(
          name: one.name, learner: one.name, place: ["pretexts", "\(index)"],
          configuration: one.configuration, data: one.data, settings: one.settings,
          seeds: one.seeds, rescale: one.rescale, rates: one.rates, variants: one.variants),
        at: one.points)
    }
      + supervised.enumerated().flatMap { index, one in
        trunks(
          StudyTrunk(
            name: one.name, learner: one.name, place: ["supervised", "\(index)"], verb: one.verb,
            from: one.from, configuration: one.configuration, data: one.data,
            settings: one.settings, seeds: one.seeds, rates: one.rates, variants: one.variants),
          at: one.points)
      }
  }

  private func trunks(_ trunk: StudyTrunk, at points: [String: Int]) -> [StudyTrunk] {
    guard !points.isEmpty else { return [trunk] }
    let known = self.points.filter { points[$0.key] != nil }.sorted { $0.value < $1.value }
    return known.map { name, images in
      var one = trunk
      one.name = "\(trunk.name)-\(name)"
      one.images = images
      one.trialImages = known.first { $0.key == trunk.rates?.at }?.value ?? known[0].value
      if let seeds = points[name], seeds > 0 { one.seeds = seeds }
      one.variants.removeAll { !$0.points.isEmpty && !$0.points.contains(name) }
      return one
    }
  }

  /// What each name of a start stands for: a learner's for all its points, and with a variant's for
  /// all exports of that kind; others for themselves.
  var startsByName: [String: [String]] {
    var found: [String: [String]] = [:]
    for trunk in trunks {
      found[trunk.learner, default: []].append(trunk.name)
      for (variant, start) in zip(trunk.variants, trunk.starts.dropFirst()) {
        found["\(trunk.learner)-\(variant.name)", default: []].append(start)
      }
    }
    for trunk in trunks { for start in trunk.starts { found[start] = [start] } }
    return found
  }
}
