internal import Datasets
internal import Layers
internal import Networks
internal import Tensors

extension UnitPass {
  /// What was found so far; `file` is the archive's name.
  public func results(file: String) -> UnitResults {
    let presence = ClassShares(dataset, records: records)
    return UnitResults(
      archive: file, loaded: loaded, provenance: archive.description.provenance,
      data: dataset.path,
      dataHash: dataset.contentSHA256, photographs: done, settings: settings,
      layerNames: archive.description.naming == .first ? nil : archive.description.naming,
      layers: layers.map { layer in
        let geometry = archive.trunk.geometries[layer.name]!
        var cache = FieldCache(trunk: archive.trunk, layer: layer.name)
        return .init(
          name: layer.name, geometry: geometry,
          units: layer.peaks.indices.map { unit in
            let sorted = layer.responding(unit)
            return .init(
              unit: unit, threshold: layer.responses.threshold(unit, topShare: settings.share),
              active: layer.responses.activeShare(unit),
              association: association(sorted, presence),
              top: sorted.prefix(settings.top).map { place(of: $0, &cache) })
          })
      })
  }

  private func place(of peak: Peak, _ cache: inout FieldCache) -> UnitResults.Place {
    let record = record(of: peak)
    let field = cache.field(
      of: UnitFeed.fitted(dataset.size(of: record), shorter: settings.size),
      row: Int(peak.row), column: Int(peak.column))
    let (rows, columns) = (field.rows.window, field.columns.window)
    return .init(
      id: dataset.ids[record], value: peak.value, row: Int(peak.row), column: Int(peak.column),
      window: [columns.lowerBound, rows.lowerBound, columns.count, rows.count],
      label: dataset.name(ofMaskValue: peak.label))
  }

  /// The class that stands out most among the best photographs: of the classes that at least two
  /// and at least a fifth of them show, the one whose count is most standard deviations above what
  /// chance would give, and at least three.
  private func association(
    _ sorted: [Peak], _ shares: ClassShares
  ) -> UnitResults.Association? {
    let best = sorted.prefix(min(settings.depth, max(settings.top, done / 20)))
    let masked = best.filter { $0.label != 255 }
    func strongest(
      _ kind: UnitResults.Association.Kind, of total: Int,
      _ classes: [(name: String, count: Int, chance: Double)]
    ) -> UnitResults.Association? {
      let scored = classes.compactMap { name, count, chance -> (Double, UnitResults.Association)? in
        guard count > 1, 5 * count >= total, chance < 1 else { return nil }
        let expected = Double(total) * chance
        let z = (Double(count) - expected) / max(expected * (1 - chance), 1e-9).squareRoot()
        guard z >= 3 else { return nil }
        return (z, .init(kind: kind, name: name, count: count, of: total, chance: chance))
      }
      return scored.max { $0.0 < $1.0 }?.1
    }
    if masked.count * 2 >= best.count, !masked.isEmpty {
      let known = Double(max(1, maskPixels[0..<255].reduce(0, +)))
      return strongest(
        .mask, of: masked.count,
        dataset.classes.enumerated().map { index, name in
          let value = UInt8(index + 1)
          return (
            name, masked.count { $0.label == value }, Double(maskPixels[index + 1]) / known
          )
        })
    }
    guard let kind = shares.kind else { return nil }
    return strongest(
      kind, of: best.count,
      dataset.classes.enumerated().map { index, name in
        (
          name, best.count { dataset.shows(index, record: record(of: $0)) }, shares.chances[index]
        )
      })
  }
}

/// Receptive fields of a layer, for every size of picture that comes up.
struct FieldCache {
  private let trunk: Stack
  private let layer: String
  private var known: [Pair: ReceptiveFields] = [:]

  init(trunk: Stack, layer: String) { (self.trunk, self.layer) = (trunk, layer) }

  mutating func field(of size: (width: Int, height: Int), row: Int, column: Int) -> ReceptiveField {
    let input = Pair(size.height, size.width)
    let fields = known[input] ?? ReceptiveFields(of: layer, in: trunk, input: input)
    known[input] = fields
    return fields[row, column]
  }
}

/// How often each class is shown among some records.
struct ClassShares {
  let kind: UnitResults.Association.Kind?
  let chances: [Double]

  init(_ dataset: Dataset, records: [Int]) {
    let hasPresence = dataset.presence(of: 0) != nil
    kind = hasPresence ? .presence : dataset.labels == nil ? nil : .label
    chances =
      kind == nil
      ? []
      : dataset.classes.indices.map { index in
        Double(records.count { dataset.shows(index, record: $0) }) / Double(records.count)
      }
  }
}

extension Dataset {
  /// Whether the labels of a record, of whichever kind there are, say that it shows a class.
  func shows(_ index: Int, record: Int) -> Bool {
    presence(of: record).map { $0[index] == 1 } ?? (label(of: record) == index)
  }

  /// The class that a value in a mask stands for; nil for what belongs to none.
  func name(ofMaskValue value: UInt8) -> String? {
    value == 0
      ? "background" : value != 255 && Int(value) <= classes.count ? classes[Int(value) - 1] : nil
  }
}
