public import ArgumentParser
internal import Colorization
internal import Files
internal import Foundation
internal import Images
internal import Processes
internal import Randomness
public import Realism
internal import Text

/// `pigment realism plan`: everything that is decided before the first trial.
struct RealismPlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Render the pictures of a study, say what it can find, and write its study file.",
    usage: "pigment realism plan [METHOD ...] DATA --output STUDY [options]",
    discussion: """
      Methods are truth, gray, random, welsh, gupta, charpiat (seconds a picture), NAME=RUN or \
      NAME=CHECKPOINT for a network, and NAME=FOLDER for pictures of any other program, called as \
      the photographs are. DATA is a dataset (.h5) or a folder of photographs.

      Designs are mixed (all methods within a person: ten people find about 13 points \
      between two methods), paper \
      (one method a person: about 25) and staircase (exposures that follow the answers). \
      STUDY/study.json holds the seed, the schedule's numbers and the rule of exclusion with their \
      hash; a study file that was changed afterwards is refused.
      """)

  @Argument(help: ArgumentHelp("Methods, and last the photographs.", valueName: "method ... data"))
  var inputs: [String]
  @Option(help: "How trials are laid out: mixed, paper or staircase.")
  var design = RealismDesign.mixed
  @Option(help: "How many people are planned.") var people = 10
  @Option(help: "Test trials of a person; --vigilance of them are against random colors.")
  var trials = 40
  @Option(help: "Trials with feedback that come first and do not count.") var practice = 10
  @Option(help: "Vigilance trials; a tenth of the test trials unless given.") var vigilance: Int?
  @Option(help: "How long each picture is shown, in milliseconds.") var exposure = 1000.0
  @Option(help: "How long nothing is shown between two pictures, in milliseconds.")
  var blank = 600.0
  @Option(help: "The split of a dataset to take photographs from.") var split = "val"
  @Option(help: "At most this many photographs, drawn from all that have color.") var count = 100
  @Option(help: "Rows and columns of the pictures.") var size = 256
  @Option(help: "Sharpness of networks' color distributions: 1 is the mean, toward 0 the mode.")
  var temperature = 0.38
  @Option(help: "The seed of the pictures, of all schedules and of the results' bootstrap.")
  var seed: UInt64 = 1
  @OptionGroup var device: DeviceOptions
  @Option(name: .shortAndLong, help: "The new folder for the study.") var output: String
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard inputs.count > 1 else {
      throw ValidationError("name at least one method, and last the photographs")
    }
    guard temperature >= 0, temperature.isFinite else {
      throw ValidationError("--temperature must be a number that is not negative")
    }
    guard count > 0 else { throw ValidationError("--count must be positive") }
    let names = inputs.dropLast().map { String($0.prefix { $0 != "=" }) }
    var trial = study(names, pictures: [])
    // As if there were pictures enough: how many there are is seen later.
    trial.pictures = Array(repeating: "", count: max(0, trial.sessionLength))
    if let problem = trial.problem { throw ValidationError(problem) }
  }

  func run() throws {
    let folder = StudyFolder(output)
    guard !FileManager.default.fileExists(atPath: folder.file) else {
      throw OutputError(
        path: output,
        problem: "holds a study already, which stays as it was decided; give another --output")
    }
    let chosen = try device.chosenForPictures
    let methods = try inputs.dropLast().map {
      try RealismMethod($0, temperature: temperature, on: chosen)
    }
    let pool = try PicturePool(inputs[inputs.count - 1], split: split)
    let key = RandomKey(seed: seed).folding("study")
    let drawn = try pool.drawn(count, size: size, key: key.folding("pictures"))
    var study = study(methods.map(\.name), pictures: drawn.map { pool.names[$0] })
    if let problem = study.problem { throw OutputError(path: inputs.last!, problem: problem) }
    for method in methods { try method.requirePictures(called: study.pictures) }
    study.power = .simulated(study, people: people, key: key.folding("power"))
    let power = try powerTable(study, key: key)
    Output.show(power.report("power", words: String("\(power)".dropLast())))
    try render(methods, pool, drawn, folder, key: key.folding("colors"))
    study.pictureDigest = try folder.digest(of: study)
    // Last: a folder without it is no study, and may be rendered again.
    try folder.write(study)
    Output.show(
      .file(
        folder.file,
        "\(folder.file): \(methods.count) methods, \(drawn.count) photographs, hash "
          + "\(study.hash.prefix(12)); next: pigment realism serve \(output)",
        ["methods": methods.count, "pictures": drawn.count, "hash": study.hash]))
  }

  private func study(_ methods: [String], pictures: [String]) -> RealismStudy {
    var study = RealismStudy(
      design, methods: methods, pictures: pictures, people: people, seed: seed)
    (study.size, study.practice, study.trials) = (size, practice, trials)
    study.vigilance = vigilance ?? trials / 10
    (study.exposure, study.blank) = (exposure, blank)
    return study
  }

  /// What this many people find, and fewer and more.
  private func powerTable(_ study: RealismStudy, key: RandomKey) throws -> Table {
    if design == .staircase {
      Output.say("a staircase measures thresholds; the power below is that of rates, as in paper")
    }
    var table = Table(["people", "standard deviation, points", "found with power 0.8, points"])
    for people in Set([people, 10, 20, 40, 80]).sorted() {
      try Signals.check()
      let power =
        people == study.people
        ? study.power! : PowerEstimate.simulated(study, people: people, key: key.folding("power"))
      table.add([
        "\(people)" + (people == study.people ? " (planned)" : ""),
        Table.number(power.spread, digits: 1), Table.number(power.detectable, digits: 0),
      ])
    }
    return table
  }

  private func render(
    _ methods: [RealismMethod], _ pool: PicturePool, _ drawn: [Int], _ folder: StudyFolder,
    key: RandomKey
  ) throws {
    let kinds = [StudyFolder.Kind.truth, .random] + methods.indices.map(StudyFolder.Kind.method)
    for kind in kinds {
      let file = "\(output)/\(folder.name(of: 0, kind))"
      try FileManager.default.createDirectory(
        atPath: Files.folder(of: file), withIntermediateDirectories: true)
    }
    var counter = Counter("coloring", total: drawn.count * methods.count)
    // As many pictures at once as there are cores: those who look at examples take seconds each.
    let together = ProcessInfo.processInfo.activeProcessorCount
    for first in stride(from: 0, to: drawn.count, by: together) {
      try Signals.check()
      let places = first..<min(first + together, drawn.count)
      let pictures = try places.map { place in
        // The next one's colors, as everywhere.
        try (
          pool.square(drawn[place], size: size),
          donor: pool.square(drawn[(place + 1) % drawn.count], size: size)
        )
      }
      func subjects(_ way: Int?) -> [ColorMethod.Subject] {
        zip(places, pictures).map { place, picture in
          let own = key.folding(place)
          return .init(
            picture.0, donor: picture.donor, key: way.map(own.folding) ?? own,
            called: pool.names[drawn[place]])
        }
      }
      func write(_ painted: [Picture], _ kind: StudyFolder.Kind) throws {
        for (place, picture) in zip(places, painted) {
          try picture.write(to: "\(output)/\(folder.name(of: place, kind))")
        }
      }
      try write(pictures.map(\.0), .truth)
      try write(RealismMethod.Word.random.method.painted(subjects(nil)), .random)
      for (number, method) in methods.enumerated() {
        try write(method.painted(subjects(number)), .method(number))
        counter.update(first * methods.count + (number + 1) * places.count)
      }
    }
    counter.finish()
  }
}

extension RealismDesign: ExpressibleByArgument {}
