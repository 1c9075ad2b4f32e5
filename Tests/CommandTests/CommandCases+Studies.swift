extension CommandCase {
  /// Many runs, a page of them, and the machine.
  static let studies: [CommandCase] = [
    .init(
      "study run",
      right: .makes(
        "study/study.json study/classify study/features study/pretrain",
        "study.yaml --threads 1 --output study",
        says: "study: finished; pigment study report writes the tables"),
      wrong: .fails(
        1, "study.yaml --scale huge --output x", says: "--scale huge: study.yaml has no scales"),
      missing: .fails(
        1, "nowhere.yaml --output x", says: "nowhere.yaml: cannot be read: …")),
    .init(
      "study budget",
      right: .makes("", "study.yaml --output study", says: "4 of 4 steps are done"),
      wrong: .fails(
        64, "study.yaml --speed colorization",
        says: "--speed colorization: write KIND=IMAGES_PER_SECOND"),
      missing: .fails(
        1, "nowhere.yaml --output x", says: "nowhere.yaml: cannot be read: …")),
    .init(
      "study report",
      right: .makes(
        "study/report/report.md study/report/runs.csv study/report/summary.csv "
          + "study/report/trunks.csv study/report/timings.csv",
        "study.yaml --no-figures --output study", says: "study/report/report.md"),
      wrong: .fails(
        1, "study.yaml --scale huge --output x", says: "--scale huge: study.yaml has no scales"),
      missing: .fails(
        1, "study.yaml --output nowhere",
        says: "nowhere: holds no finished run of the study; pigment study run first")),
    .init(
      "report",
      right: .makes(
        "report.html", "run classify units --output report.html", says: "report.html: 5 runs, …"),
      wrong: .fails(
        64, "run --format gif --output x.html",
        says: "The value 'gif' is invalid for '--format <format>'. …"),
      missing: .fails(
        1, "nowhere --output x.html", says: "nowhere: is not a folder; name folders of runs"),
      refused: [
        .fails(
          1, "run --output report.html",
          says: "report.html: is there already; give another --output, or --force to replace it"),
        .fails(
          1, "run --force --output tune.yaml",
          says: "tune.yaml: is there and is not a page of pigment report; give another --output, "
            + "or remove it"),
      ]),
    .init(
      "doctor",
      right: .makes("", "--device cpu", says: "device  what it is"),
      .makes("", "--json", says: "{"),
      wrong: .fails(
        1, "--device tpu",
        says: "device tpu: there is no such device; known: cpu, cuda:0 and so on, reference"),
      missing: nil),
  ]
}
