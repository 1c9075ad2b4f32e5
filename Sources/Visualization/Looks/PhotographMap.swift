public import Datasets
public import Images
internal import Inputs
internal import Layers
public import Networks
public import Plots
public import Randomness
internal import Tensors
internal import Text

/// The photographs of a data set in the plane, near where features find them alike.
public struct PhotographMap: Codable, Sendable {
  /// How features become two numbers.
  public enum Method: String, Codable, Sendable, CaseIterable {
    /// The two directions of largest variance.
    case pca
    /// t-SNE on the first fifty principal components.
    case tsne
  }

  /// One photograph.
  public struct Point: Codable, Sendable, Equatable {
    /// The photograph.
    public let id: String
    /// Its place in the data set.
    public let record: Int
    /// Its place in the plane.
    public let x: Double, y: Double
    /// Its class: the single label, or the one class that is present; nil for none or several.
    public let label: String?
  }

  /// How it was made.
  public let method: Method
  /// The layer whose responses, averaged over the photograph, are the features.
  public let layer: String
  /// What became of the archive's tensors, each with its norm; nil where that was not noted.
  public let loaded: LoadReport?
  /// The share of the variance along the two axes, for principal components.
  public let shares: [Double]
  /// The photographs.
  public let points: [Point]

  /// A map of `records`, seen with this shorter side; t-SNE is exact and meant for up to two
  /// thousand. Traps with fewer than four records.
  public init(
    _ method: Method, of records: [Int], in dataset: Dataset, archive: FeatureArchive,
    layer: String, size: Int, threads: Int, key: RandomKey, loaded: LoadReport? = nil,
    visited: (_ done: Int, _ total: Int) -> Void
  ) throws {
    self.loaded = loaded
    precondition(records.count >= 4, "PhotographMap: \(records.count) photographs make no map")
    let feed = UnitFeed(
      dataset: dataset, records: records, preprocessing: archive.description.preprocessing,
      size: size)
    let samples = Prefetcher(
      range: 0..<records.count, threads: threads, ahead: threads + 2,
      make: { try feed.sample($0) })
    var features: [[Float]] = []
    while let sample = try samples.next() {
      let map = archive.trunk.outputs(
        Tensor(sample.planes, shape: sample.shape(archive), on: archive.trunk.device), of: [layer])
      let pooled = map[layer]!.globalAveragePool()
      try pooled.requireFinite(from: layer) { _ in dataset.ids[sample.record] }
      features.append(pooled.floats)
      visited(features.count, records.count)
    }
    let components = try PrincipalComponents(features, count: method == .pca ? 2 : 50)
    let coordinates = features.map { components.coordinates(of: $0) }
    let places: [(x: Double, y: Double)]
    switch method {
    case .pca:
      places = coordinates.map { ($0.first ?? 0, $0.count > 1 ? $0[1] : 0) }
      shares = components.variances.map { $0 / max(components.total, 1e-300) }
    case .tsne:
      places = TSNE().map(coordinates, key: key)
      shares = []
    }
    self.method = method
    self.layer = layer
    points = zip(records, places).map { record, place in
      let shown = dataset.classes.indices.filter { dataset.shows($0, record: record) }
      return Point(
        id: dataset.ids[record], record: record, x: place.x, y: place.y,
        label: shown.count == 1 ? dataset.classes[shown[0]] : nil)
    }
  }

  /// Points colored by class: the seven most frequent classes, all else in gray.
  public var figure: Figure {
    var counts: [String: Int] = [:]
    for point in points { if let label = point.label { counts[label, default: 0] += 1 } }
    let named = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(7).map(\.key)
    var series: [ScatterChart.Series] = []
    let rest = points.filter { point in point.label.map { !named.contains($0) } ?? true }
    if !rest.isEmpty {
      series.append(
        .init(
          named.isEmpty ? "" : "several or other", rest.map { ($0.x, $0.y) },
          color: named.isEmpty ? .blue : .gray))
    }
    for (index, name) in named.enumerated() {
      series.append(
        .init(
          name, points.filter { $0.label == name }.map { ($0.x, $0.y) },
          color: PlotColor.allCases[index]))
    }
    func axis(_ number: Int) -> Axis {
      guard method == .pca else { return Axis("t-SNE \(number)") }
      let share = number <= shares.count ? shares[number - 1] : 0
      return Axis(
        "component \(number) (\(Table.number(100 * share, digits: 1)) % of variance)")
    }
    return Figure(
      .points(ScatterChart(x: axis(1), y: axis(2), series: series)), width: 560, height: 420)
  }

  /// The photographs themselves at their places, moved to the nearest free cell of a grid.
  public func picture(of dataset: Dataset, cell: Int = 48) throws -> Picture {
    let side = Int(Double(points.count * 3 / 2).squareRoot().rounded(.up)) + 1
    let (xs, ys) = (points.map(\.x), points.map(\.y))
    func cellIndex(_ value: Double, _ values: [Double]) -> Int {
      let (low, high) = (values.min()!, values.max()!)
      return high > low ? Int((value - low) / (high - low) * Double(side - 1) + 0.5) : 0
    }
    var taken = [Bool](repeating: false, count: side * side)
    var sheet = Picture(
      width: side * cell, height: side * cell, channels: 3, filledWith: 255)
    for point in points {
      let (column, row) = (cellIndex(point.x, xs), side - 1 - cellIndex(point.y, ys))
      let free = taken.indices.lazy.filter { !taken[$0] }.min { a, b in
        func distance(_ place: Int) -> Int {
          let (dx, dy) = (place % side - column, place / side - row)
          return dx * dx + dy * dy
        }
        return distance(a) < distance(b)
      }!
      taken[free] = true
      let photograph = try dataset.picture(point.record, .reduced(toSide: cell))
        .withThreeChannels()
      let square = Double(min(photograph.width, photograph.height))
      sheet.paste(
        photograph.croppedAndResized(
          x: (Double(photograph.width) - square) / 2, y: (Double(photograph.height) - square) / 2,
          width: square, height: square, toWidth: cell, toHeight: cell),
        x: free % side * cell, y: free / side * cell)
    }
    return sheet
  }
}
