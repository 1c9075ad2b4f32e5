internal import Foundation
internal import Images
internal import Inputs
internal import Layers
internal import Networks
internal import Tensors

/// The crops of every unit's best photographs, made in a second visit to these photographs alone.
///
/// They are kept as JPEG, about 3 KB each, until a layer's sheets are laid out.
struct UnitPortraits {
  /// By layer, unit and place.
  private(set) var crops: [[[[UInt8]]]]

  init(
    _ pass: UnitPass, side: Int, showsBorder: Bool, threads: Int,
    visited: (_ done: Int, _ total: Int) -> Void
  ) throws {
    struct Wish { let layer: Int, unit: Int, place: Int, peak: Peak }
    let names = pass.settings.layers
    var wishes: [Int: [Wish]] = [:]
    crops = pass.layers.enumerated().map { layer, statistics in
      statistics.peaks.indices.map { unit in
        let best = statistics.responding(unit).prefix(pass.settings.top)
        for (place, peak) in best.enumerated() {
          wishes[pass.record(of: peak), default: []].append(
            Wish(layer: layer, unit: unit, place: place, peak: peak))
        }
        return Array(repeating: [], count: best.count)
      }
    }
    let thresholds = pass.layers.map { layer in
      layer.peaks.indices.map {
        layer.responses.threshold($0, topShare: pass.settings.share)
      }
    }
    var caches = names.map { FieldCache(trunk: pass.archive.trunk, layer: $0) }
    let geometries = pass.archive.trunk.geometries
    let records = wishes.keys.sorted()
    let feed = UnitFeed(
      dataset: pass.dataset, records: records,
      preprocessing: pass.archive.description.preprocessing, size: pass.settings.size)
    let samples = Prefetcher(
      range: 0..<records.count, threads: threads, ahead: threads + 2,
      make: { try feed.sample($0) })
    let crop = UnitCrop(side: side, showsBorder: showsBorder)
    var done = 0
    while let sample = try samples.next() {
      let mine = wishes[sample.record]!
      let wanted = Set(mine.map { names[$0.layer] })
      let outputs = pass.archive.trunk.outputs(
        Tensor(
          sample.planes, shape: sample.shape(pass.archive), on: pass.archive.trunk.device),
        of: wanted)
      let maps = outputs.mapValues { (shape: $0.shape, values: $0.floats) }
      for wish in mine {
        let (shape, values) = maps[names[wish.layer]]!
        let count = shape[2] * shape[3]
        let field = caches[wish.layer].field(
          of: (sample.picture.width, sample.picture.height), row: Int(wish.peak.row),
          column: Int(wish.peak.column))
        let map = ResponseMap(
          values: values[wish.unit * count..<(wish.unit + 1) * count], height: shape[2],
          width: shape[3], geometry: geometries[names[wish.layer]]!)
        let picture = crop.picture(
          of: sample.picture, field, map, threshold: thresholds[wish.layer][wish.unit])
        crops[wish.layer][wish.unit][wish.place] = try picture.encodedJPEG(
          quality: 92, chroma: .full)
      }
      done += 1
      visited(done, records.count)
    }
  }
}
