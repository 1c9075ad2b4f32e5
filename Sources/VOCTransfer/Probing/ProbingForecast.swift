internal import Probes
internal import Processes
internal import Text
internal import Training

/// What the probes of one start will take, from a few pictures that went through its trunk.
public struct ProbingForecast: Sendable, Encodable, CustomStringConvertible {
  /// What is asked of one layer.
  public struct Layer: Sendable, Encodable {
    /// Its name.
    public let layer: String
    /// Numbers of a picture.
    public let features: Int
    /// The methods.
    public let methods: [ProbingConfiguration.Method]
  }

  /// The layers, in the order of the network.
  public let layers: [Layer]
  /// Pictures of each kind, and how often they go through the network.
  public let trainPictures: Int, testPictures: Int, passes: Int
  /// The seconds of one picture in each pass, and those of the first pass before it begins.
  public let secondsPerPicture: [Double], secondsBefore: Double
  /// Seconds of all answers but those of support vector machines, from answers about as few
  /// pictures as were measured: they grow with the pictures to learn from, and of neighbors also
  /// with those to test on.
  public let secondsOfAnswers: Double
  /// Bytes of the features that are held at once.
  public let memory: Int

  /// Seconds of the features and the answers that are foreseen.
  public var seconds: Double {
    secondsBefore + secondsPerPicture.reduce(0, +) * Double(trainPictures + testPictures)
      + secondsOfAnswers
  }

  /// A few lines for people.
  public var description: String {
    var table = Table(["layer", "features", "asked"], alignments: [.left, .right, .left])
    for layer in layers {
      table.add([
        layer.layer, "\(layer.features)",
        layer.methods.map(\.rawValue).joined(separator: ", "),
      ])
    }
    let times = passes.counted("pass", plural: "passes")
    let asked = layers.flatMap(\.methods)
    let vectors = asked.contains(.svm) || asked.contains(.lowShot)
    let isDense = asked.contains { [.denseNeighbors, .denseLinear, .discovery].contains($0) }
    return """
      \(table)
      data     \(trainPictures) pictures to learn from, \(testPictures) to test on
      time     about \(ProgressReporter.clock(seconds)), features in \(times)\
      \(vectors ? "; support vector machines come on top, and are not foreseen" : "")\
      \(isDense ? "; pixels and boxes come on top, and are not foreseen" : "")
      memory   \(Table.size(memory)) of features at once
      """
  }
}

extension ProbingRun {
  /// Sends a few pictures through the trunk, and answers what is quickly answered about them.
  public func forecast(train most: Int = 128) throws -> ProbingForecast {
    let clock = ContinuousClock()
    func seconds(_ body: () throws -> Void) rethrows -> Double {
      try clock.measure(body).seconds
    }
    let start = clock.now
    let work = try work()
    let before = (clock.now - start).seconds
    let (few, fewTests) = (Array(data.train.prefix(most)), Array(data.test.prefix(most / 2)))
    let labels = (train: data.labels(of: few), test: data.labels(of: fewTests))
    let more = Double(data.train.count) / Double(few.count)
    let moreTests = Double(data.test.count) / Double(fewTests.count)
    var (perPicture, answers): ([Double], Double) = ([], 0)
    for group in work.groups {
      var features: (train: [Features], test: [Features]) = ([], [])
      // The first pictures find cold caches.
      _ = try work.extraction.features(of: Array(few.prefix(16)), group)
      let passing = try seconds {
        features.train = try work.extraction.features(of: few, group)
        features.test = try work.extraction.features(of: fewTests, group)
      }
      perPicture.append(passing / Double(few.count + fewTests.count))
      for (place, plan) in group.enumerated() {
        let probe = probe(plan, features.train[place], features.test[place], labels, work)
        for method in work.methods(plan) {
          switch method {
          case .linear, .attentive, .rank:
            answers += more * (try seconds { _ = try probe.rows(method) })
          case .neighbors:
            answers += more * moreTests * (try seconds { _ = try probe.rows(method) })
          // Masks and boxes are those of all pictures.
          case .svm, .lowShot, .denseNeighbors, .denseLinear, .discovery: break
          }
        }
      }
    }
    let pictures = data.train.count + data.test.count
    let columns = work.groups.map { $0.reduce(0) { $0 + $1.columns } }
    return ProbingForecast(
      layers: work.groups.flatMap { group in
        group.map {
          .init(layer: $0.layer, features: $0.columns, methods: work.methods($0))
        }
      }, trainPictures: data.train.count, testPictures: data.test.count,
      passes: work.groups.count, secondsPerPicture: perPicture, secondsBefore: before,
      secondsOfAnswers: answers, memory: 4 * pictures * (columns.max() ?? 0))
  }
}
