/// The page of the realism test with people, its style and its script; nothing else is fetched.
public enum RealismPage {
  /// The page of a study: `trials` pairs, the first `practice` with feedback, in about `minutes`
  /// minutes; `size` is the side of a picture. People say what they read on the `plates`.
  public static func html(
    trials: Int, practice: Int, minutes: Int, size: Int, plates: [ColorPlate]
  ) -> String {
    ReportTemplate.render(
      "realism", by: "realism", for: .server,
      [
        "title": "Which picture is the fake?",
        "all": trials, "practice": practice == 0 ? false : practice as Any,
        "minutes": minutes == 1 ? "a minute" : "\(minutes) minutes",
        "size": size, "plates": plates.map(\.svg),
      ])
  }

  /// The style that all pages share, and what this one adds, for pictures of this size.
  public static func style(size: Int) -> String {
    ReportTemplate.style + ReportTemplate.realismStyle.replacing("{{size}}", with: "\(size)")
  }

  /// The script.
  public static var script: String { ReportTemplate.realism }
}
