import Foundation
import TestSupport
import Testing

/// What commands do about damaged files, other people's files, and too little of anything.
@Suite(.serialized, OnABench()) struct DamageTests {
  let bench: Bench

  init() throws {
    bench = try #require(Bench.current)
    guard !bench.holds("scenes.h5") else { return }
    try make("data build scenes --pretrain 40 --trainval 12 --test 8 --output scenes.h5")
    try make("pretrain pretrain.yaml --set iterations=2 --run run")
    try make("export run --output trunk.safetensors")
  }

  private func make(_ line: String) throws {
    let found = try bench.pigment(line)
    try #require(found.status == 0, "\(line): \(found.output)")
  }

  private func shell(_ line: String) throws -> Program.Outcome {
    try Program.run(
      "/usr/bin/env",
      [
        "OMP_NUM_THREADS=1", "SWIFT_BACKTRACE=enable=no", "P=\(Program.pigment)", "bash", "-c",
        line,
      ], in: bench.path)
  }

  private func damage(_ records: [Int], _ name: String) throws {
    try DamagedData.write(
      bench.file("scenes.h5"), damaging: records, .changed, to: bench.file("\(name).h5"))
    try DamagedData.write(
      bench.file("scenes.h5"), without: records, to: bench.file("\(name)-without.h5"))
  }

  /// Each gives what it gives of data without the damaged records, and says which they are.
  @Test(arguments: [
    ("extract trunk.safetensors DATA.h5 --layer relu5_3 --output OUT.h5", "OUT.h5.damaged.json"),
    (
      "evaluate color run DATA.h5 --split test --prior DATA.prior.json --resamples 10 --output OUT",
      "OUT/damaged.json"
    ),
    ("data prior DATA.h5 --output OUT.json", ""),
    ("units top trunk.safetensors DATA.h5 --layer relu5_3 --output OUT", "OUT/damaged.json"),
    (
      "transfer classify tune.yaml --set data.path=DATA.h5 --set data.augmentation.size=32 "
        + "--init he --seeds 1 --output OUT", "OUT/he-seed1/damaged.json"
    ),
  ]) func damagedRecordsAreLeftOut(_ line: String, _ report: String) throws {
    let name = "d\(line.split(separator: " ")[0])"
    try damage([0, 3, 38, 45, 55, 58], name)
    if line.contains("--prior") {
      for data in ["\(name)", "\(name)-without"] {
        try make("data prior \(data).h5 --output \(data).prior.json --force")
      }
    }
    let found = try bench.pigment(
      line.replacing("DATA", with: name).replacing("OUT", with: "\(name)-out"))
    #expect(found.status == 0, "\(found.output)")
    #expect(found.errors.contains("damaged records are left out"), "\(found.errors)")
    if !report.isEmpty {
      let list = try String(
        contentsOfFile: bench.file(report.replacing("OUT", with: "\(name)-out")), encoding: .utf8)
      #expect(list.split(separator: "\"problem\"").count == 7, "\(list)")
    }
    try make(
      line.replacing("DATA", with: "\(name)-without").replacing("OUT", with: "\(name)-wanted"))
    if line.hasPrefix("data prior") {
      let priors = try ["out", "wanted"].map {
        try String(contentsOfFile: bench.file("\(name)-\($0).json"), encoding: .utf8)
          .split(separator: "\"prior\"").last
      }
      #expect(priors[0] == priors[1])
    }
  }

  @Test func commandsThatCannotDoWithoutARecordEnd() throws {
    try damage([3], "one")
    let found = try bench.pigment("data export one.h5 --output exported")
    #expect(found.status == 1 && found.errors.contains("record 3"), "\(found.output)")
    let built = try bench.pigment("proposals build one.h5 --max 20 --output one-boxes.h5")
    #expect(built.status == 0 && built.errors.contains("it gets no proposals"), "\(built.output)")
    try make("data inspect one-boxes.h5")
  }

  @Test func tooManyDamagedRecordsGiveThree() throws {
    try damage(Array(20..<31), "many")
    for line in [
      "pretrain pretrain.yaml --set data.path=many.h5 --run many",
      "extract trunk.safetensors many.h5 --layer relu5_3 --output many-features.h5",
      "proposals build many.h5 --max 20 --output many-boxes.h5",
    ] {
      let found = try bench.pigment(line)
      #expect(found.status == 3, "\(line): \(found.output)")
      #expect(found.errors.contains("11 damaged records were found"), "\(found.errors)")
    }
  }

  /// Under any limit of memory: all is done, or an end with words, never a crash of its own.
  @Test func littleMemoryIsSaid() throws {
    var statuses: Set<Int32> = []
    for kilobytes in stride(from: 240_000, to: 1_000_000, by: 60_000) {
      let found = try shell(
        "ulimit -c 0; ulimit -v \(kilobytes); "
          + "timeout 60 $P pretrain pretrain.yaml --run memory-\(kilobytes)")
      statuses.insert(found.status)
      #expect(![134, 132, 124].contains(found.status), "\(kilobytes): \(found.output)")
      if found.status == 5 {
        #expect(found.errors.contains("Error: out of memory: "), "\(found.errors)")
        #expect(found.errors.contains("bytes could not be had"), "\(found.errors)")
      }
    }
    #expect(statuses.contains(5) && statuses.contains(0), "\(statuses)")
  }

  @Test func fewDescriptorsAreSaid() throws {
    for count in [4, 6, 8, 12, 16, 20] {
      let found = try shell("ulimit -n \(count); $P pretrain pretrain.yaml --run files-\(count)")
      #expect(found.status == 0 || found.status == 1, "\(count): \(found.output)")
      if found.status == 1 {
        #expect(found.errors.contains("Too many open files"), "\(count): \(found.errors)")
      }
    }
  }

  @Test func tablesOfOthersStay() throws {
    try bench.write(Data("mine\n".utf8), "mine/table.md")
    let line =
      "transfer classify tune.yaml --set data.augmentation.size=32 --init he --seeds 1 "
      + "--output"
    let found = try bench.pigment("\(line) mine")
    #expect(found.status == 1 && found.errors.contains("mine/table.md: is there"))
    #expect(
      FileManager.default.contents(atPath: bench.file("mine/table.md")) == Data("mine\n".utf8))
    try make("\(line) ours")
    try make("\(line) ours")
  }

  @Test func changedFeaturesAreFound() throws {
    try make("extract trunk.safetensors scenes.h5 --layer relu5_3 --output features.h5")
    let sound = try bench.pigment("data inspect features.h5")
    #expect(sound.status == 0 && sound.output.contains("all is as it was written"))
    var bytes = try #require(FileManager.default.contents(atPath: bench.file("features.h5")))
    // In the middle are the features.
    bytes[bytes.count / 2] ^= 4
    try bench.write(bytes, "changed.h5")
    for verb in ["inspect", "verify"] {
      let found = try bench.pigment("data \(verb) changed.h5")
      #expect(found.status == 1, "\(found.output)")
    }
  }

  @Test func anUpgradeGivesNoAdvice() throws {
    let old = SharedData.packagePath("Tests/DatasetsTests/Golden/dataset-version1.h5")
    let found = try bench.pigment("data upgrade \(old) --output new.h5")
    #expect(found.status == 0 && found.errors.isEmpty, "\(found.output)")
    #expect(try bench.pigment("data inspect \(old)").errors.contains("of version 1"))
  }
}
