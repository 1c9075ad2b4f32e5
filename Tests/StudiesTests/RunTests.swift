import Files
import Foundation
import Runs
import Studies
import Testing

@Suite struct RunTests {
  @Test func everythingIsDoneOnceAndWhatIsGoneAgain() throws {
    let bench = try Bench()
    let all = try bench.run()
    #expect(all.count == 8)
    #expect(
      all
        == (try bench.plan().steps.map(\.id)).sorted { a, b in
          all.firstIndex(of: a)! < all.firstIndex(of: b)!
        })
    #expect(try bench.run() == [])
    try bench.remove("out/classify/all/gaussian-seed2/evaluation.json")
    try bench.remove("out/pretrain/colorization-seed1")
    try bench.write("out/features/colorization-seed2.safetensors", "other")
    #expect(
      Set(try bench.run()) == [
        "classify/all/gaussian-seed2", "pretrain/colorization-seed1", "features/colorization-seed2",
      ])
    #expect(try bench.run() == [])
  }

  @Test func neverMoreRunThanMay() throws {
    // With one at a time the steps come in the plan's order.
    let bench = try Bench()
    #expect(try bench.run(jobs: 1) == bench.plan().steps.map(\.id))
  }

  @Test func killedAnywhereTheReportIsTheSame() throws {
    let whole = try Bench()
    let counted = KilledFiles()
    whole.files = counted
    try whole.run()
    let expected = try whole.report()
    let calls = counted.calls
    #expect(calls > 100)

    // A kill in the study itself: at each of its calls that change files, the report's included.
    for limit in 0..<calls {
      let bench = try Bench()
      bench.files = KilledFiles(after: limit)
      #expect(throws: (any Error).self) {
        try bench.run()
        _ = try bench.report()
      }
      bench.files = .posix
      try bench.run()
      #expect(try bench.report() == expected, "killed at call \(limit)")
    }
    // A kill while a step works: at each moment of each step.
    var kills = 0
    while true {
      let bench = try Bench()
      do { try bench.run(kill: kills) } catch is Killed {
        try bench.run()
        #expect(try bench.report() == expected, "killed at moment \(kills)")
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(bench.path)/out/features")
        #expect(!left.contains { $0.contains(".tmp.") }, "\(left)")
        kills += 1
        continue
      }
      break
    }
    #expect(kills == 2 * 4 + 2 * 3 + 4 * 4)
  }

  @Test func runsOfOtherRecipesAreRefusedAndMadeAgainWhenAsked() throws {
    let bench = try Bench()
    try bench.run()
    let usual = bench.study
    func refusal(_ change: (inout String) -> Void) -> String {
      change(&bench.study)
      defer { bench.study = usual }
      let message = bench.message { try bench.run() }
      let report = bench.message { _ = try bench.report() }
      #expect(report.contains("it is not mixed into the report"))
      return message
    }
    let newer = refusal { $0 += "version: 2\n" }
    #expect(newer.contains("by version 1 of the recipe, the study is at version 2"))
    #expect(newer.contains("(so do 7 others)") && newer.contains("--redo"))
    #expect(
      refusal { $0 = $0.replacing("data: photographs", with: "data: voc") }
        .contains("made with 'data.path=hash-of-photographs.h5', the study now says"))

    try bench.write("pretrain.yaml", "content: other\n")
    var said: [String] = []
    let again = try bench.run(redo: true) { if case .note(let text) = $0 { said.append(text) } }
    #expect(
      Set(again)
        == Set(try bench.plan().steps.map(\.id)).subtracting([
          "classify/all/gaussian-seed1", "classify/all/gaussian-seed2",
        ]))
    #expect(said.contains { $0.hasPrefix("pretrain/colorization-seed1: removed, for it belongs") })
    #expect(try bench.run() == [])
  }

  /// A configuration that cannot work is mended in the study's file; what it left is nothing.
  @Test func aStepThatFailedBeforeItMadeAnythingIsMadeAnewByAnotherRecipe() throws {
    let bench = try Bench()
    let failed = "pretrain/colorization-seed1"
    #expect(bench.message { try bench.run(fails: failed) }.contains("ended with status 4"))
    try bench.write("pretrain.yaml", "content: other\n")
    // Seed 2 of the old recipe is there, and is refused by name.
    #expect(bench.message { try bench.run() }.contains("colorization-seed2: belongs to another"))
    for left in [
      "pretrain/colorization-seed2", "features/colorization-seed2.safetensors",
      "classify/all/colorization-seed2",
    ] {
      try bench.remove("out/\(left)")
    }
    #expect(try bench.run().contains(failed))
    #expect(try bench.run() == [])
  }

  @Test func foldersThatTheStudyDidNotBeginAreRefused() throws {
    let bench = try Bench()
    _ = try bench.run()
    try bench.remove("out/steps/classify/all/gaussian-seed1.json")
    #expect(bench.message { try bench.run() }.contains("this study has not begun it"))
    try bench.write("out/steps/classify/all/gaussian-seed1.json", "{\"step\": ")
    #expect(bench.message { try bench.run() }.contains("has a damaged note"))
    #expect(try bench.run(redo: true) == ["classify/all/gaussian-seed1"])

    // A result that was put there from elsewhere.
    let place = "out/classify/all/gaussian-seed1/evaluation.json"
    try bench.write(place, "0.9 2 hash-of-voc.h5 ")
    #expect(bench.message { try bench.run() }.contains("that was changed after it was made"))
    #expect(
      bench.message { _ = try bench.report() }.contains("make it again with study run --redo"))
    #expect(try bench.run(redo: true) == ["classify/all/gaussian-seed1"])

    // A pretraining that was put there from elsewhere.
    try bench.write("out/pretrain/colorization-seed1/environment.json", "started then")
    #expect(bench.message { try bench.run() }.contains("holds another run than the one that ended"))
    #expect(bench.message { _ = try bench.report() }.contains("holds another run"))
    #expect(try bench.run(redo: true).first == "pretrain/colorization-seed1")
  }

  @Test func aFolderBelongsToOneStudyAtOneScale() throws {
    let bench = try Bench()
    try bench.run()
    bench.study = bench.study.replacing("name: small", with: "name: other")
    let words = "belongs to the study 'small' at scale '', not to 'other' at ''"
    #expect(bench.message { try bench.run() }.contains(words))
    #expect(bench.message { _ = try bench.report() }.contains(words))
    try FileManager.default.createDirectory(
      atPath: "\(bench.path)/full/x", withIntermediateDirectories: true)
    #expect(
      bench.message { try bench.run(output: "full") }.contains("holds other things, such as 'x'"))
  }

  @Test func threadsAreThoseThatAStudyBeganWith() throws {
    let bench = try Bench()
    func run(_ wanted: Int?, usual: Int) throws -> Int? {
      var run = StudyRun(try bench.plan(), tools: bench.tools)
      (run.threads, run.usualThreads) = (wanted, usual)
      var given: Int?
      _ = try run.run { threads in
        given = threads
        return FakeLauncher(fails: "pretrain/colorization-seed1")
      }
      return given
    }
    #expect(throws: RunError.self) { _ = try run(nil, usual: 2) }
    #expect(bench.message { _ = try run(3, usual: 2) }.contains("begun with 2 threads"))
    #expect(bench.message { _ = try run(2, usual: 5) }.contains("status 4"))
  }

  /// Runs compute on the device that the folder was begun on, exports on the host.
  @Test func theDeviceIsThatWhichAStudyBeganOn() throws {
    let bench = try Bench()
    func run(_ device: String?) throws {
      var run = StudyRun(try bench.plan(), tools: bench.tools)
      run.device = device
      _ = try run.run { _ in FakeLauncher(fails: "classify/all/colorization-seed2") }
    }
    func log(_ step: String) throws -> String {
      try String(contentsOfFile: "\(bench.path)/out/steps/\(step).log", encoding: .utf8)
    }
    #expect(throws: RunError.self) { try run("cuda:0") }
    #expect(throws: RunError.self) { try run(nil) }
    for step in ["pretrain/colorization-seed1", "classify/all/colorization-seed2"] {
      #expect(try log(step).contains(#""--device", "cuda:0"]"#), "\(step)")
    }
    #expect(try !log("features/colorization-seed1").contains("--device"))
    #expect(bench.message { try run("cpu") }.contains("was begun on cuda:0, not on cpu"))
  }

  @Test func aStepThatFailsStopsOnlyWhatNeedsIt() throws {
    let bench = try Bench()
    let message = bench.message { try bench.run(fails: "pretrain/colorization-seed2") }
    #expect(message.contains("pretrain/colorization-seed2 ended with status 4"))
    #expect(message.contains("the last words"))
    for (name, isThere) in [
      ("classify/all/gaussian-seed2", true), ("classify/all/colorization-seed1", true),
      ("classify/all/colorization-seed2", false),
      ("features/colorization-seed2.safetensors", false),
    ] {
      #expect(bench.exists("out/\(name)") == isThere, "\(name)")
    }
    let page = String(decoding: try bench.report()["report.md"]!, as: UTF8.self)
    #expect(page.contains("**Not complete:** 1 of 4 runs are missing"))
    #expect(page.contains("| 1 of 2 |"))
    #expect(
      try bench.run() == [
        "pretrain/colorization-seed2", "features/colorization-seed2",
        "classify/all/colorization-seed2",
      ])
  }

  @Test func statesAreToldWithoutChangingAnything() throws {
    let bench = try Bench()
    let before = try StudyRun(bench.plan(), tools: bench.tools).states()
    #expect(Set(before.map(\.state)) == ["to do"])
    #expect(!bench.exists("out"))
    try bench.run()
    try bench.remove("out/steps/features/colorization-seed1.done.json")
    let after = try StudyRun(bench.plan(), tools: bench.tools).states()
    #expect(after.map(\.state).filter { $0 != "done" } == ["to do, it was interrupted"])
  }
}
