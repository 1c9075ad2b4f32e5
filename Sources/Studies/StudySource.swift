internal import Configurations
internal import Files

/// A study file as text: errors about it name the line.
struct StudySource {
  let path: String
  let files: any FileSystem

  func error(_ names: [String], _ problem: String) -> ConfigurationError {
    ConfigurationError(
      place: SingleSetting.place(of: names, in: path, on: files),
      setting: names.joined(separator: "."), problem: problem)
  }

  /// A study as a scale changes it, with every start by its full name.
  struct Expanded {
    var study: StudyFile
    /// The scale's name; empty where the study has none.
    var scale = ""
    /// What the scale sets, by name.
    var changes: [String: [String]] = [:]
    /// The starts as the file names them.
    var written: [String] = []
  }

  /// The study at a scale, checked and expanded.
  func study(
    _ file: StudyFile, scale wanted: String?, data: [String: String]
  ) throws -> Expanded {
    var study = try self.study(file, scale: wanted, placed: data)
    study.written = study.study.starts
    let names = study.study.startsByName
    func full(_ starts: [String]) -> [String] { starts.flatMap { names[$0] ?? [$0] } }
    study.study.starts = full(study.study.starts)
    study.study.keeps = full(study.study.keeps)
    for index in study.study.tasks.indices {
      study.study.tasks[index].starts = full(study.study.tasks[index].starts)
    }
    for index in study.study.regimes.indices {
      study.study.regimes[index].starts = full(study.study.regimes[index].starts)
      study.study.regimes[index].without = full(study.study.regimes[index].without)
    }
    return study
  }

  private func study(
    _ file: StudyFile, scale wanted: String?, placed data: [String: String]
  ) throws -> Expanded {
    var study = file
    try check(study)
    for (name, path) in data {
      guard study.data[name] != nil else {
        throw ConfigurationError(
          place: "--data \(name)=\(path)",
          problem: "there is no such data set; there are "
            + list(study.data.keys))
      }
      study.data[name]!.path = path
    }
    guard let wanted else {
      guard study.scales.isEmpty else {
        throw ConfigurationError(
          place: path, setting: "scales",
          problem: "choose one with --scale: \(list(study.scales.keys))")
      }
      return Expanded(study: study)
    }
    guard let scale = study.scales[wanted] else {
      throw ConfigurationError(
        place: "--scale \(wanted)",
        problem: study.scales.isEmpty
          ? "\(path) has no scales" : "there is no such scale; there are \(list(study.scales.keys))"
      )
    }
    try check(scale, wanted, study)
    if scale.seeds > 0 { study.seeds = scale.seeds }
    if !scale.points.isEmpty { study.points = scale.points }
    study.everywhere += scale.everywhere
    if !scale.starts.isEmpty { study.starts.removeAll { !scale.starts.contains($0) } }
    if !scale.tasks.isEmpty { study.tasks.removeAll { !scale.tasks.contains($0.name) } }
    if !scale.regimes.isEmpty { study.regimes.removeAll { !scale.regimes.contains($0.name) } }
    guard study.starts.contains(study.baseline) else {
      throw error(
        ["scales", wanted, "starts"], "must hold the baseline, '\(study.baseline)'")
    }
    return Expanded(study: study, scale: wanted, changes: scale.settings)
  }

  /// Throws at the first entry that no study can have.
  private func check(_ study: StudyFile) throws {
    func named(_ names: [String], _ list: String) throws {
      for (index, name) in names.enumerated() {
        let place = [list, "\(index)", "name"]
        guard isName(name) else {
          throw error(place, "'\(name)' cannot name a folder; take letters, digits, - and _")
        }
        guard !names[..<index].contains(name) else {
          throw error(place, "there are two of the name '\(name)'")
        }
      }
    }
    guard isName(study.name) else {
      throw error(["name"], "must be a name for a folder, such as 'voc-transfer'")
    }
    try named(study.pretexts.map(\.name), "pretexts")
    try named(study.supervised.map(\.name), "supervised")
    for (index, one) in study.supervised.enumerated() {
      guard !study.pretexts.contains(where: { $0.name == one.name }) else {
        throw error(
          ["supervised", "\(index)", "name"], "'\(one.name)' is the name of a pretext, too")
      }
    }
    try named(study.tasks.map(\.name), "tasks")
    try named(study.regimes.map(\.name), "regimes")
    guard !study.tasks.isEmpty else { throw error(["tasks"], "there is no task; give one") }
    guard !study.regimes.isEmpty else { throw error(["regimes"], "there is no regime; give one") }
    for (index, task) in study.tasks.enumerated()
    where ["pretrain", "features", "steps", "report"].contains(task.name) {
      throw error(
        ["tasks", "\(index)", "name"], "'\(task.name)' is a folder of the study; take another")
    }
    guard study.seeds > 0 else { throw error(["seeds"], "must be positive, it is \(study.seeds)") }
    for (name, images) in study.points {
      guard isName(name), images > 0 else {
        throw error(["points", name], "must be a positive number of images under a simple name")
      }
    }
    guard study.starts.contains(study.baseline) else {
      throw error(["baseline"], "'\(study.baseline)' is none of the starts")
    }
    for (index, start) in study.starts.enumerated() where study.starts[..<index].contains(start) {
      throw error(["starts", "\(index)"], "'\(start)' stands there twice")
    }
    for (index, trunk) in zip(study.pretexts.indices, study.pretexts) {
      try check(trunk.points, trunk.rates, ["pretexts", "\(index)"], study)
    }
    for (index, trunk) in zip(study.supervised.indices, study.supervised) {
      try check(trunk.points, trunk.rates, ["supervised", "\(index)"], study)
    }
    let others = Set(study.startsByName.keys).subtracting(study.starts)
    let starts = study.starts + others.sorted()
    try known(study.keeps, starts, "start", ["keeps"])
    for (index, task) in study.tasks.enumerated() {
      let place = ["tasks", "\(index)"]
      try known(task.starts, starts, "start", place + ["starts"])
      if !task.after.isEmpty {
        try known(task.after, study.points.keys.sorted(), "point", place + ["after"])
      }
      try check([:], task.rates, place, study)
    }
    for (index, regime) in study.regimes.enumerated() {
      guard regime.fraction > 0, regime.fraction <= 1 else {
        throw error(
          ["regimes", "\(index)", "fraction"],
          "must be over 0 and at most 1, it is \(regime.fraction)")
      }
      try known(regime.tasks, study.tasks.map(\.name), "task", ["regimes", "\(index)", "tasks"])
      try known(regime.without, starts, "start", ["regimes", "\(index)", "without"])
      try known(regime.starts, starts, "start", ["regimes", "\(index)", "starts"])
      if !regime.ratesOf.isEmpty {
        try known(
          regime.ratesOf, study.regimes[..<index].map(\.name), "earlier regime",
          ["regimes", "\(index)", "ratesOf"])
      }
      guard !regime.without.contains(study.baseline) else {
        throw error(["regimes", "\(index)", "without"], "the baseline cannot be left out")
      }
    }
  }

  private func check(
    _ points: [String: Int], _ rates: StudyRates?, _ place: [String], _ study: StudyFile
  ) throws {
    let names = study.points.keys.sorted()
    try known(points.keys.sorted(), names, "point", place + ["points"])
    guard let rates else { return }
    guard rates.values.count > 1, rates.values.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw error(place + ["rates", "values"], "must be two rates or more, all positive")
    }
    guard !rates.at.isEmpty else { return }
    try known(rates.at, points.keys.sorted(), "point", place + ["rates", "at"])
  }

  private func check(_ scale: StudyScale, _ name: String, _ study: StudyFile) throws {
    let learners = study.pretexts.map(\.name) + study.supervised.map(\.name)
    let place = ["scales", name]
    try known(scale.starts, study.starts, "start", place + ["starts"])
    try known(scale.tasks, study.tasks.map(\.name), "task", place + ["tasks"])
    try known(scale.regimes, study.regimes.map(\.name), "regime", place + ["regimes"])
    try known(
      scale.points.keys.sorted(), study.points.keys.sorted(), "point", place + ["points"])
    for key in scale.settings.keys.sorted() {
      try known(
        key, learners + study.tasks.map(\.name) + ["pretexts", "tasks"], "name",
        place + ["settings", key])
    }
  }

  private func known(
    _ names: [String], _ all: [String], _ what: String, _ place: [String]
  ) throws {
    for (index, name) in names.enumerated() { try known(name, all, what, place + ["\(index)"]) }
  }

  /// Throws unless `all` holds the name.
  func known(_ name: String, _ all: [String], _ what: String, _ place: [String]) throws {
    guard all.contains(name) else {
      throw error(place, "there is no \(what) '\(name)'; there are \(all.joined(separator: ", "))")
    }
  }

  private func list(_ names: some Sequence<String>) -> String {
    names.sorted().joined(separator: ", ")
  }

  private func isName(_ text: String) -> Bool {
    text.utf8.first.map { $0 != UInt8(ascii: "-") } == true
      && text.utf8.allSatisfy {
        (97...122).contains($0 | 0x20) || (48...57).contains($0) || "-_.".utf8.contains($0)
      } && !text.hasPrefix(".")
  }
}
