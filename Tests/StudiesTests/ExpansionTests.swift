import Studies
import Testing

@Suite struct ExpansionTests {
  @Test func everySeedOfEveryStartHasItsStepsInTheirOrder() throws {
    let bench = try Bench()
    let plan = try bench.plan()
    #expect(
      plan.steps.map(\.id) == [
        "pretrain/colorization-seed1", "features/colorization-seed1",
        "pretrain/colorization-seed2", "features/colorization-seed2",
        "classify/all/gaussian-seed1", "classify/all/gaussian-seed2",
        "classify/all/colorization-seed1", "classify/all/colorization-seed2",
      ])
    let last = plan.steps[7]
    #expect(last.needs == ["features/colorization-seed2"])
    #expect((last.seed, last.pretrainingSeed) == (2, 2))
    let (path, out) = (bench.path, "\(bench.path)/out")
    #expect(
      last.arguments == [
        "transfer", "classify", "\(path)/classify.yaml", "--set", "data.path=\(path)/voc.h5",
        "--init", "colorization=\(out)/features/colorization-seed2.safetensors",
        "--first-seed", "2", "--seeds", "1", "--no-table", "--output", "\(out)/classify/all",
      ])
    #expect(
      plan.steps[2].arguments == [
        "pretrain", "\(path)/pretrain.yaml", "--set", "data.path=\(path)/photographs.h5",
        "--set", "seed=2", "--run", "\(out)/pretrain/colorization-seed2",
      ])
    #expect(plan.rows.map(\.start) == ["gaussian", "colorization"])
  }

  @Test func recipesHoldContentAndNotPlaces() throws {
    let (bench, elsewhere) = (try Bench(), try Bench())
    let hashes = try bench.plan().rows.map(\.recipe.hash)
    #expect(try elsewhere.plan().rows.map(\.recipe.hash) == hashes)
    func changed(_ change: (Bench) throws -> Void) throws -> [Bool] {
      let other = try Bench()
      try change(other)
      return zip(try other.plan().rows.map(\.recipe.hash), hashes).map { $0 != $1 }
    }
    #expect(try changed { try $0.write("voc.h5", "content: other\n") } == [true, true])
    // What a trunk learned from is a part of what its transfers are made by.
    #expect(try changed { try $0.write("photographs.h5", "content: other\n") } == [false, true])
    #expect(try changed { try $0.write("pretrain.yaml", "content: x\n") } == [false, true])
    #expect(try changed { $0.study += "version: 2\n" } == [true, true])
    #expect(try changed { $0.study += "everywhere: [trunk.width=0.5]\n" } == [true, true])
    #expect(
      try changed { $0.study = $0.study.replacing("seeds: 2", with: "seeds: 3") } == [false, false])
  }

  @Test func scalesAndRegimesSetWhatTheySay() throws {
    let bench = try Bench(
      Bench.study.replacing(
        "  - {name: all}",
        with: """
            - {name: all}
            - {name: frozen, settings: [regime=head]}
            - {name: low, fraction: 0.1}
          """) + """
          scales:
            tiny:
              seeds: 1
              everywhere: [trunk.width=0.125]
              settings: {pretexts: [iterations=9], classify: [iterations=5]}
              regimes: [frozen, low]

          """)
    #expect(bench.message { _ = try bench.plan() }.contains("choose one with --scale: tiny"))
    let plan = try bench.plan(scale: "tiny")
    #expect(
      plan.steps.map(\.id) == [
        "pretrain/colorization-seed1", "features/colorization-seed1",
        "classify/frozen/gaussian-seed1", "classify/frozen/colorization-seed1",
        "classify/low/gaussian-seed1", "classify/low/colorization-seed1",
      ])
    func sets(_ index: Int) -> [String] {
      let words = plan.steps[index].arguments
      return words.indices.filter { words[$0] == "--set" }.map { words[$0 + 1] }.dropLast()
    }
    #expect(
      sets(0) == ["trunk.width=0.125", "iterations=9", "data.path=\(bench.path)/photographs.h5"])
    #expect(sets(2) == ["trunk.width=0.125", "iterations=5", "regime=head"])
    #expect(sets(4) == ["trunk.width=0.125", "iterations=5", "data.trainFraction=0.1"])
  }

  @Test func fewerPretrainingSeedsAreSharedInTurn() throws {
    let bench = try Bench(
      Bench.study.replacing("seeds: 2", with: "seeds: 3")
        .replacing("    data: photographs\n", with: "    data: photographs\n    seeds: 2\n"))
    let plan = try bench.plan()
    #expect(plan.steps.count { $0.work == .pretrain } == 2)
    #expect(plan.steps.suffix(3).map(\.pretrainingSeed) == [1, 2, 1])
    #expect(plan.rows.map(\.pretrainingSeeds) == [0, 2])
  }

  @Test func trunksWithLabelsAndDetectionHaveTheirCommands() throws {
    let bench = try Bench(
      Bench.study.replacing("[gaussian, colorization]", with: "[gaussian, labels]")
        .replacing("verb: classify", with: "verb: detect") + """
          supervised:
            - {name: labels, configuration: PATH/classify.yaml, data: voc}

          """)
    let plan = try bench.plan()
    #expect(plan.steps[0].work == .supervise("classify"))
    #expect(plan.steps[0].arguments.contains("labels=he"))
    #expect(plan.steps[0].product.hasSuffix("out/pretrain/labels-seed1"))
    // An export of anything but a pretext must say what it is of.
    #expect(plan.steps[1].arguments.suffix(2) == ["--task", "labels-classify"])
    #expect(
      plan.steps.last!.arguments.contains("data.proposals=\(bench.path)/proposals.h5"))
    let without = try Bench(
      bench.study.replacing(", proposals: PATH/proposals.h5", with: ""))
    #expect(without.message { _ = try without.plan() }.contains("data.voc: has no proposals"))
  }

  @Test(arguments: [
    (
      "starts: [gaussian, colorization]", "starts: [gaussian, jigsaw]",
      "study.yaml:9: starts.1: there is no start 'jigsaw'; there are gaussian, he, colorization"
    ),
    (
      "    data: photographs", "    data: photos",
      "study.yaml:8: pretexts.0.data: there is no data set 'photos'; there are photographs, voc"
    ),
    (
      "    data: photographs", "    data: photographs\n    steps: 4",
      "study.yaml:9: pretexts.0.steps: no such setting; there are "
    ),
    (
      "verb: classify", "verb: caption",
      "study.yaml:12: tasks.0.verb: must be one of classify, detect, segment, probe"
    ),
    (
      "- {name: all}", "- {name: all, tasks: [detect]}",
      "study.yaml:17: regimes.0.tasks.0: there is no task 'detect'; there are classify"
    ),
    (
      "- {name: all}", "- {name: all, without: [he]}",
      "study.yaml:17: regimes.0.without.0: there is no start 'he'; there are gaussian, colorization"
    ),
    (
      "- {name: all}", "- {name: all, without: [gaussian]}",
      "study.yaml:17: regimes.0.without: the baseline cannot be left out"
    ),
    (
      "seeds: 2", "supervised: [{name: colorization, configuration: a, data: voc}]",
      "supervised.0.name: 'colorization' is the name of a pretext, too"
    ),
    ("- {name: all}", "- {name: low, fraction: 0}", "study.yaml:17: regimes.0.fraction: must be"),
    ("PATH/pretrain.yaml", "PATH/gone.yaml", "gone.yaml: cannot be read"),
    ("name: small", "name: a/b", "study.yaml:1: name: must be a name for a folder"),
    ("  - name: classify", "  - name: features", "tasks.0.name: 'features' is a folder"),
    (
      "    data: photographs", "    data: photographs\n    settings: [nonsense=1]",
      "--set nonsense=1: no such setting"
    ),
    (
      "seeds: 2", "scales: {a: {settings: {denoising: [x=1]}}}",
      "study.yaml:18: scales.a.settings.denoising: there is no name 'denoising'"
    ),
  ])
  func whatIsWrongIsNamedWithItsPlace(old: String, new: String, words: String) throws {
    let bench = try Bench(Bench.study.replacing(old, with: new))
    let scale = new.hasPrefix("scales") ? "a" : nil
    let message = bench.message { _ = try bench.plan(scale: scale) }
    #expect(message.contains(words), "\(message)")
  }

  @Test func aRegimeLeavesOutTheStartsItNames() throws {
    let bench = try Bench(
      Bench.study.replacing(
        "- {name: all}", with: "- {name: all}\n  - {name: low, without: [colorization]}"))
    let rows = try bench.plan().rows.map { "\($0.regime.name) \($0.start)" }
    #expect(rows == ["all gaussian", "all colorization", "low gaussian"])
  }

  @Test func dataAndScalesOfTheCommandLineMustBeKnown() throws {
    let bench = try Bench()
    #expect(
      bench.message { _ = try bench.plan(data: ["x": "y"]) }
        == "--data x=y: there is no such data set; there are photographs, voc")
    #expect(bench.message { _ = try bench.plan(scale: "hour") }.contains("has no scales"))
    try bench.write("moved.h5", "content: voc.h5\n")
    let plan = try bench.plan(data: ["voc": "\(bench.path)/moved.h5"])
    #expect(plan.steps.last!.arguments.contains("data.path=\(bench.path)/moved.h5"))
    #expect(plan.rows.map(\.recipe) == (try bench.plan().rows.map(\.recipe)))
  }
}
