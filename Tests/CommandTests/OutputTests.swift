import Foundation
import TestSupport
import Testing

/// What commands do where nobody hears them, where there is no room, and where something is in the
/// place of their results.
@Suite(.serialized, OnABench()) struct OutputTests {
  let bench: Bench

  init() throws {
    bench = try #require(Bench.current)
    guard !bench.holds("scenes.h5") else { return }
    try #require(
      bench.pigment(
        "data build scenes --pretrain 40 --trainval 12 --test 6 --width 48 --height 48 "
          + "--output scenes.h5"
      ).status == 0)
  }

  /// A shell with `pigment` and `$P` for it.
  private func shell(_ line: String) throws -> Program.Outcome {
    try Program.run(
      "/usr/bin/env",
      [
        "OMP_NUM_THREADS=1", "SWIFT_BACKTRACE=enable=no", "P=\(Program.pigment)", "bash", "-c",
        line,
      ], in: bench.path)
  }

  private static let verbs = [
    "pretrain pretrain.yaml --run OUT", "data inspect scenes.h5",
    "data build scenes --pretrain 4 --trainval 2 --test 2 --width 32 --height 32 --output OUT.h5",
    "proposals build scenes.h5 --max 20 --output OUT.h5",
    "transfer classify tune.yaml --set data.augmentation.size=32 --init he --seeds 1 --output OUT",
    "verify resume pretrain.yaml --points 1 --output OUT",
  ]

  @Test(arguments: verbs) func standardErrorMayBeLost(_ verb: String) throws {
    for lost in ["2>/dev/full", "2>&-", "2> >(exec <&-)"] {
      let words = verb.replacing("OUT", with: "quiet-\(UUID())")
      #expect(try shell("$P \(words) \(lost)").status == 0, "\(verb) \(lost)")
    }
  }

  @Test(arguments: verbs) func resultsThatCannotBeWrittenAreAFailure(_ verb: String) throws {
    for lost in [">/dev/full", ">&-"] {
      let output = "loud-\(UUID())"
      let found = try shell("$P \(verb.replacing("OUT", with: output)) \(lost)")
      #expect(found.status == 1, "\(verb) \(lost)")
      #expect(
        found.errors.contains("Error: standard output cannot be written: "), "\(found.errors)")
      // The work is done all the same.
      if verb.contains("OUT.h5") { #expect(bench.holds("\(output).h5")) }
      if verb.hasPrefix("pretrain") { #expect(bench.holds("\(output)/checkpoints/step-6.ckpt")) }
    }
  }

  /// What figures need at the end is missed before the work, and nothing is left.
  @Test(arguments: [
    "units dissect none.safetensors scenes.h5 --output OUT",
    "transfer probe gaussian scenes.h5 --output OUT",
  ])
  func gnuplotIsLookedForBeforeTheWork(_ verb: String) throws {
    let output = "undrawn-\(UUID())"
    let found = try shell("PATH=/nowhere $P \(verb.replacing("OUT", with: output))")
    #expect(found.status == 1 && found.errors.hasPrefix("Error: gnuplot"), "\(found.errors)")
    #expect(!bench.holds(output))
  }

  /// What cannot fit is known before anything is made.
  @Test func batchesThatDoNotFitAreRefusedWithTheirNumbers() throws {
    let trunk = "[ -d run ] || $P pretrain pretrain.yaml --run run; $P export run --output t.st"
    try #require(try shell(trunk).status == 0)
    for verb in [
      "pretrain pretrain.yaml --set batchSize=40000 --run big",
      "transfer classify tune.yaml --set data.augmentation.size=32 --set batchSize=40000 --init he "
        + "--output big",
      "extract t.st scenes.h5 --layer relu2_2 --size 2000 --batch 58 --output big",
    ] {
      let found = try shell("ulimit -v 2000000; $P \(verb)")
      #expect(found.status == 5, "\(verb): \(found.errors)")
      #expect(
        found.errors.contains("can be had (ulimit -v allows no more); the largest "),
        "\(found.errors)")
      #expect(!bench.holds("big"))
    }
  }

  /// Pictures of a pool that are tested on are said when a study is planned.
  @Test func picturesThatDataSetsShareAreSaid() throws {
    let pool =
      "$P data export scenes.h5 --split test --output shared && "
      + "$P data build folder shared --unlabelled --output shared.h5"
    try #require(try shell(pool).status == 0)
    try bench.write(
      Data(
        """
        name: shared
        data: {pool: {path: shared.h5}, scenes: {path: scenes.h5}}
        everywhere: [iterations=2]
        pretexts: [{name: rotation, configuration: pretrain.yaml, data: pool, \
        settings: [task=rotation]}]
        starts: [gaussian, rotation]
        tasks: [{name: classify, verb: classify, configuration: tune.yaml, data: scenes, \
        settings: [data.augmentation.size=32]}]
        regimes: [{name: all}]
        seeds: 1
        """.utf8), "shared.yaml")
    for verb in ["study budget shared.yaml", "study run shared.yaml --dry-run"] {
      let found = try shell("$P \(verb)")
      #expect(
        found.status == 0
          && found.errors.hasPrefix(
            "warning: 6 pictures of split 'test' of data set 'scenes' are in data set 'pool' as "
              + "well, byte for byte"),
        "\(found.errors)")
    }
    #expect(try !shell("$P study budget study.yaml").errors.contains("byte for byte"))
  }

  @Test func helpIsAResultAndAnErrorIsNone() throws {
    #expect(try shell("$P --help >/dev/full").status == 1)
    #expect(try shell("$P paint 2>/dev/full").status == 64)
    let found = try shell("$P data inspect scenes.h5 | head -1; echo ${PIPESTATUS[0]}")
    #expect(found.errors == "" && found.output.hasPrefix("file"), "\(found.output)")
  }

  /// A stream that is closed has the number that the next file gets.
  @Test func nothingIsSaidIntoFiles() throws {
    let small = "data build scenes --pretrain 4 --trainval 2 --test 2 --width 32 --height 32"
    try #require(try shell("$P \(small) --output heard.h5").status == 0)
    #expect(try shell("$P \(small) --output unheard.h5 0<&- >&- 2>&-").status == 1)
    #expect(
      FileManager.default.contentsEqual(
        atPath: bench.file("heard.h5"), andPath: bench.file("unheard.h5")))
  }

  /// Files may not grow beyond 20 kB: the run goes on, and only its last checkpoint fails.
  @Test func aLimitOfFilesEndsWithWords() throws {
    let found = try shell("ulimit -f 20; $P pretrain pretrain.yaml --run limited")
    #expect(found.status == 1, "\(found.output)")
    #expect(found.errors.contains("File too large"), "\(found.errors)")
    #expect(bench.contents.allSatisfy { !$0.contains(".tmp.") })
  }

  @Test func namesThatAreNotUTF8AreRefused() throws {
    let found = try shell("$P data inspect $'caf\\xe9.h5'")
    #expect(found.status == 64 && found.errors.contains("is not UTF-8"), "\(found.errors)")
    try #require(
      try shell("$P data export scenes.h5 --split test --count 1 --output odd").status == 0)
    try #require(try shell("mv odd/*.jpg $'odd/caf\\xe9.jpg'").status == 0)
    for verb in ["data build folder odd --unlabelled --output odd.h5", "colorize run odd -o odd2"] {
      if verb.hasPrefix("colorize") {
        _ = try shell("[ -d run ] || $P pretrain pretrain.yaml --run run")
      }
      let found = try shell("$P \(verb)")
      #expect(found.status == 1 && found.errors.contains("not UTF-8"), "\(found.errors)")
    }
  }
}
