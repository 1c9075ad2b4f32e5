internal import ColorScience
public import Datasets
internal import Images
internal import Inputs
public import Plots
internal import Statistics

/// Figures of what a dataset holds: classes, sizes and colors.
public struct DatasetFigures {
  /// The figures with the names of their files: `labels` (where there are any), `sizes`, `colors`.
  public let all: [(name: String, figure: Figure)]

  /// Counts over these records; colors over at most `mostPictures` of them, spread evenly, at every
  /// fourth pixel of each row and column of their reduced pictures.
  public init(of dataset: Dataset, _ records: [Int], threads: Int) throws {
    var all: [(name: String, figure: Figure)] = []
    if let labels = Self.labels(of: dataset, records) { all.append(("labels", labels)) }
    all.append(("sizes", Self.sizes(of: dataset, records)))
    all.append(("colors", try Self.colors(of: dataset, records, threads)))
    self.all = all
  }

  /// Pictures whose colors are counted.
  static let mostPictures = 500
  /// Classes that are shown.
  static let mostClasses = 40

  /// Pictures, or objects where there are boxes, of each class, the most frequent first.
  private static func labels(of dataset: Dataset, _ records: [Int]) -> Figure? {
    var counts = [Int](repeating: 0, count: dataset.classes.count)
    var what = "pictures"
    if dataset.hasBoxes {
      what = "objects"
      for record in records {
        for object in dataset.boxes(of: record) { counts[object.classIndex] += 1 }
      }
    } else {
      for record in records {
        if let label = dataset.label(of: record) { counts[label] += 1 }
        for (place, value) in (dataset.presence(of: record) ?? []).enumerated() where value == 1 {
          counts[place] += 1
        }
      }
    }
    guard counts.contains(where: { $0 > 0 }) else { return nil }
    let order = counts.indices.sorted { (-counts[$0], $0) < (-counts[$1], $1) }
      .prefix(mostClasses)
    let rest = counts.count - order.count
    let chart = GroupedChart(
      categories: order.map { dataset.classes[$0] },
      axis: Axis(what + (rest > 0 ? " (\(rest) rarer classes are left out)" : "")),
      series: [.init("", order.map { Interval(Double(counts[$0])) })], mark: .bars,
      orientation: .sideways)
    return Figure(.groups(chart), width: 480, height: 60 + 16 * order.count)
  }

  private static func sizes(of dataset: Dataset, _ records: [Int]) -> Figure {
    let sizes = records.map { dataset.size(of: $0) }
    return Figure(
      .histogram(
        Histogram(
          x: Axis("pixels"),
          series: [
            .init("width", sizes.map { Double($0.width) }),
            .init("height", sizes.map { Double($0.height) }),
          ])))
  }

  private static func colors(
    of dataset: Dataset, _ records: [Int], _ threads: Int
  ) throws -> Figure {
    let count = min(mostPictures, records.count)
    let samples = Prefetcher(range: 0..<count, threads: threads, ahead: 2 * threads) { place in
      let record = records[place * records.count / count]
      let picture = try dataset.picture(record, .reduced(toSide: 64)).withThreeChannels()
      var rgb: [UInt8] = []
      for row in stride(from: 0, to: picture.height, by: 4) {
        for column in stride(from: 0, to: picture.width, by: 4) {
          let at = (row * picture.width + column) * 3
          rgb += picture.samples[at..<at + 3]
        }
      }
      return LabPlanes(rgb: rgb)
    }
    var (lightness, chroma) = ([Double](), [Double]())
    while let lab = try samples.next() {
      // White belongs to the last bin below 100.
      lightness += lab.lightness.map { min(Double($0), 100.0.nextDown) }
      chroma += zip(lab.a, lab.b).map { Double(($0 * $0 + $1 * $1).squareRoot()) }
    }
    return Figure(
      .histogram(
        Histogram(
          x: Axis("L* and C* (CIE Lab)"),
          series: [.init("lightness", lightness), .init("chroma", chroma)],
          edges: (0...26).map { 5 * Double($0) }, height: .percent)))
  }
}
