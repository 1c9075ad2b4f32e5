import Configurations
import Testing
import Training

enum Precision: String, Codable, CaseIterable { case f32, bf16 }
enum Decay: Codable, Equatable {
  case constant
  case step(interval: Int, factor: Double)
}

struct Toy: Configuration, Equatable {
  struct Optimizer: Codable, Equatable {
    var learningRate = 1e-5
    var momentum = 0.9
    var decay = Decay.constant
    var precision = Precision.f32
    var clip: Double?
  }
  var name = "toy: 1"
  var steps = 100
  var seed: UInt64 = .max
  var shuffle = true
  var sizes = [64, 128]
  var optimizer = Optimizer()
  var weights: [String: Double] = [:]
  var stages: [Optimizer] = []
}

@Suite struct ConfigurationTests {
  static func load(_ yaml: String, _ settings: [String] = []) throws -> Toy {
    try Toy(yaml: yaml, source: "toy.yaml", settings: settings)
  }

  @Test func aFileAndTheCommandLineAreLaidOverTheDefaults() throws {
    let toy = try Self.load(
      """
      # only what differs
      steps: 2000
      optimizer:
        learningRate: 1e-5   # a number, whatever PyYAML says
        precision: bf16
      sizes: [32]
      weights: {sky: 0.5}
      """, ["optimizer.momentum=0", "optimizer.clip=10", "sizes=[1, 2, 3]", "name=a=b"])
    var wanted = Toy()
    wanted.steps = 2000
    wanted.optimizer = .init(learningRate: 1e-5, momentum: 0, precision: .bf16, clip: 10)
    wanted.sizes = [1, 2, 3]
    wanted.weights = ["sky": 0.5]
    wanted.name = "a=b"
    #expect(toy == wanted)
  }

  @Test(
    arguments: [
      ("1e-5", 1e-5), ("1E3", 1000), ("3", 3), ("-.5", -0.5), (".inf", .infinity), ("1.5e+2", 150),
    ] as [(String, Double)])
  func numbersAreReadAsInYAML12(_ text: String, _ value: Double) throws {
    #expect(try Self.load("optimizer: {learningRate: \(text)}").optimizer.learningRate == value)
    #expect(try Self.load("", ["optimizer.learningRate=\(text)"]).optimizer.learningRate == value)
  }

  @Test func emptyFilesAreTheDefaults() throws {
    for text in ["", "# nothing\n", "---\n", "{}"] { #expect(try Self.load(text) == Toy()) }
  }

  @Test(arguments: [
    (
      "steps: 1\noptimizer:\n  learning_rate: 0.1\n",
      "toy.yaml:3: optimizer.learning_rate: no such setting; did you mean "
        + "optimizer.learningRate? There are learningRate, "
    ),
    ("stepz: 1", "toy.yaml:1: stepz: no such setting; did you mean steps? There are steps, "),
    ("steps: \"8\"", "toy.yaml:1: steps: must be a whole number, not '8'"),
    ("steps: 1.5", "toy.yaml:1: steps: must be a whole number, not '1.5'"),
    ("seed: -1", "toy.yaml:1: seed: must be a whole number that is not negative, not '-1'"),
    ("\nshuffle: yes", "toy.yaml:2: shuffle: must be true or false, not 'yes'"),
    ("optimizer: {momentum: high}", "toy.yaml:1: optimizer.momentum: must be a number, not 'high'"),
    ("optimizer: {momentum: nan}", "must be a number, not 'nan'"),
    ("optimizer: {momentum: 1e999}", "must be a number"),
    ("optimizer: 3", "toy.yaml:1: optimizer: must be a group of settings, not '3'"),
    ("optimizer:", "toy.yaml:1: optimizer: must be a group of settings"),
    ("name: {a: 1}", "toy.yaml:1: name: must be text, not a group of settings"),
    ("sizes: [1, x]", "toy.yaml:1: sizes.1: must be a whole number, not 'x'"),
    ("sizes: 4", "toy.yaml:1: sizes: must be a list, not '4'"),
    (
      "optimizer: {precision: fp64}",
      "toy.yaml:1: optimizer.precision: must be one of f32, bf16, not 'fp64'"
    ),
    ("optimizer: {decay: stepp}", "optimizer.decay: there is no choice 'stepp'"),
    ("optimizer: {decay: {step: {interval: 3}}}", "optimizer.decay.step.factor: is missing"),
    (
      "optimizer: {decay: {step: {interval: 3, factor: 2, more: 1}}}",
      "optimizer.decay.step.more: no such setting; there are factor, interval"
    ),
    ("stages: [{momentum: 1}]", "toy.yaml:1: stages.0.learningRate: is missing"),
    ("steps: 1\nsteps: 2", "toy.yaml:1: is not YAML: "),
    ("a: [", "is not YAML"),
    ("- 1", "must hold settings such as 'name: value', not a list"),
    ("? [a]\n: 1", "a setting's name must be plain text"),
  ])
  func mistakesAreNamed(_ yaml: String, _ words: String) throws {
    let error = #expect(throws: ConfigurationError.self) { try Self.load(yaml) }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test(arguments: [
    ("steps", "--set steps: has no '='; write --set name=value"),
    ("=3", "names no setting"),
    ("optimizer..rate=3", "names no setting"),
    (
      "optimizr.momentum=3",
      "--set optimizr.momentum=3: optimizr: no such setting; "
        + "did you mean optimizer? There are optimizer"
    ),
    ("steps=many", "--set steps=many: steps: must be a whole number, not 'many'"),
    ("steps.more=1", "steps: must be a whole number, not a group of settings"),
  ])
  func mistakesOnTheCommandLineAreNamed(_ setting: String, _ words: String) throws {
    let error = #expect(throws: ConfigurationError.self) { try Self.load("", [setting]) }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test func choicesWithValuesAreReplacedWhole() throws {
    let step = Decay.step(interval: 10, factor: 0.5)
    let text = "optimizer: {decay: {step: {interval: 10, factor: 0.5}}}"
    #expect(try Self.load(text).optimizer.decay == step)
    #expect(try Self.load("optimizer: {decay: constant}").optimizer.decay == .constant)
    #expect(try Self.load(text, ["optimizer.decay=constant"]).optimizer.decay == .constant)
    let partly = try Self.load(text, ["optimizer.decay.step.factor=0.25"])
    #expect(partly.optimizer.decay == .step(interval: 10, factor: 0.25))
  }

  @Test func theMergedResultReadsBackAsItself() throws {
    var toy = Toy()
    toy.name = "a \"b\"\n\\ é #: -\u{1}"
    toy.optimizer.decay = .step(interval: 3, factor: 1e-7)
    toy.optimizer.momentum = 0.1 + 0.2
    toy.weights = ["no": 1, "x y": -.infinity]
    toy.stages = [.init(clip: 1), .init(decay: .step(interval: 1, factor: 2))]
    let yaml = try toy.yaml
    #expect(try Self.load(yaml) == toy, "\(yaml)")
    #expect(try Self.load(yaml).digest == toy.digest)
    #expect(try toy.digest != Toy().digest)
    #expect(
      try Toy().yaml == """
        name: "toy: 1"
        steps: 100
        seed: 18446744073709551615
        shuffle: true
        sizes: [64, 128]
        optimizer:
          learningRate: 1.0e-05
          momentum: 0.9
          decay: constant
          precision: f32
          clip: null
        weights: {}
        stages: []

        """)
  }

  @Test func hostileFilesAreRefused() throws {
    var laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for i in 1..<9 {
      laughs +=
        "a\(i): &a\(i) [" + Array(repeating: "*a\(i - 1)", count: 9).joined(separator: ",")
        + "]\n"
    }
    let deep = "sizes: " + String(repeating: "[", count: 200_000)
    let long = "name: " + String(repeating: "x", count: 1 << 21)
    for text in [laughs, deep, long, "a: *b", "\u{0}"] {
      #expect(throws: ConfigurationError.self) { try Self.load(text) }
    }
  }

  @Test func aNameOfAnotherGroupIsSuggested() {
    let error = #expect(throws: ConfigurationError.self) { try Self.load("", ["learningRate=1"]) }
    #expect(
      error?.problem.hasPrefix("no such setting; did you mean optimizer.learningRate? There ")
        == true)
    let misspelled = #expect(throws: ConfigurationError.self) { try Self.load("momentun: 1") }
    #expect(
      misspelled?.problem.hasPrefix("no such setting; did you mean optimizer.momentum? There ")
        == true)
    // A neighbor of the same group, too.
    let near = #expect(throws: ConfigurationError.self) {
      try Self.load("optimizer: {momentun: 1}")
    }
    #expect(
      near?.problem.hasPrefix(
        "no such setting; did you mean optimizer.momentum? There are momentum, ") == true)
    let strange = #expect(throws: ConfigurationError.self) { try Self.load("colors: 1") }
    #expect(strange?.problem.hasPrefix("no such setting; there are ") == true)
  }

  @Test func entriesSayWhereSettingsAreDeclared() throws {
    let entries = try Toy().entries
    #expect(entries.map(\.path).prefix(3) == ["name", "steps", "seed"])
    let decay = try #require(entries.first { $0.path == "optimizer.decay" })
    #expect(decay.property == "Toy.Optimizer.decay")
    #expect(decay.type == "TrainingTests.Decay".split(separator: ".").last.map(String.init))
    #expect(decay.value == "constant")
    let clip = try #require(entries.first { $0.path == "optimizer.clip" })
    #expect((clip.type, clip.value) == ("Double", "null"))
    let precision = try #require(entries.first { $0.path == "optimizer.precision" })
    #expect((precision.type, precision.value) == ("Precision", "f32"))
    #expect(entries.first { $0.path == "optimizer" }?.value == nil)
  }

  @Test func commentedSettingsReadBackAsTheyWere() throws {
    var toy = Toy()
    toy.optimizer.decay = .step(interval: 3, factor: 0.5)
    toy.stages = [.init(), .init()]
    let text = try toy.yaml { entry in ["\(entry.path) of type \(entry.type)", "a second line"] }
    #expect(
      text.contains("  # optimizer.momentum of type Double\n  # a second line\n  momentum: 0.9\n"))
    #expect(try Self.load(text) == toy)
  }
}
