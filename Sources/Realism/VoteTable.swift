public import HDF5

/// The answers in HDF5: one row each, names in lists of their own.
public enum VoteTable {
  /// Writes the file: `votes/*`, one number each for every answer; `methods` (the last one is
  /// random colors), `pictures` and `people` (their numbers); attributes `study`, `design` and
  /// `simulated`.
  public static func write(_ results: RealismResults, to path: String) throws(HDF5Error) {
    let (study, rows) = (results.study, results.voteRows)
    let file = try HDF5Writer(creating: path)
    try file.write("methods", study.methods + ["random colors"])
    try file.write("pictures", study.pictures)
    let numbers: [(String, [Int32])] = [
      ("person", rows.map { Int32($0.person.participant.number) }),
      ("trial", rows.map { Int32($0.answer.vote.trial) }),
      ("method", rows.map { Int32($0.answer.trial.method ?? study.methods.count) }),
      ("picture", rows.map { Int32($0.answer.trial.picture) }),
      ("fooled", rows.map { $0.answer.isFooled ? 1 : 0 }),
      ("counted", rows.map { $0.isCounted ? 1 : 0 }),
      ("practice", rows.map { $0.answer.trial.kind == .practice ? 1 : 0 }),
      ("late", rows.map { $0.answer.vote.isLate ? 1 : 0 }),
      ("fake_is_right", rows.map { $0.answer.trial.fake == .right ? 1 : 0 }),
      ("choice_is_right", rows.map { $0.answer.vote.choice == .right ? 1 : 0 }),
    ]
    for (name, values) in numbers { try file.write("votes/\(name)", values) }
    let measures: [(String, [Double])] = [
      ("response_ms", rows.map(\.answer.vote.response)),
      ("exposure_ms", rows.map(\.answer.vote.exposure)),
      ("left_ms", rows.map { $0.answer.vote.shown[0] }),
      ("right_ms", rows.map { $0.answer.vote.shown[1] }),
    ]
    for (name, values) in measures { try file.write("votes/\(name)", values) }
    try file.setAttribute("schema", to: "pigment.realism")
    try file.setAttribute("study", to: study.hash)
    try file.setAttribute("design", to: study.design.rawValue)
    try file.setAttribute("simulated", to: results.isSimulated ? 1 : 0)
    try file.commit()
  }
}
