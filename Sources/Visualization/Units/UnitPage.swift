internal import Foundation
internal import Networks

/// The page of all units of a look, to browse and search. It shows the strips that lie beside it,
/// each when it comes into view, so that it holds thousands of units.
enum UnitPage {
  /// The page for a gallery's folder.
  static func html(_ results: UnitResults, in gallery: UnitGallery) -> String {
    html(
      results, side: gallery.side, border: gallery.showsBorder,
      for: .file(sources: "'self' file: ")
    ) { UnitGallery.strip($0, $1) }
  }

  /// The page, whose strips are at `address(layer, unit)`.
  static func html(
    _ results: UnitResults, side: Int?, border: Bool, for place: ReportTemplate.Place,
    strip address: (String, Int) -> String
  ) -> String {
    var content: [String: Any] = [
      "title": "Units of \(URL(filePath: results.archive).lastPathComponent)",
      "about": about(results),
      "border": border,
      "layers": results.layers.map { layer in
        [
          "name": layer.name, "about": about(layer),
          "units": layer.units.map { unit in
            card(
              unit, layer: layer.name,
              source: unit.isDead ? nil : address(layer.name, unit.unit))
          },
        ] as [String: Any]
      },
    ]
    // Room for strips that are not there yet, so that the page does not move.
    if let side { content["style"] = ".strip { min-height: \(side)px; }" }
    if case .server = place { content["home"] = true }
    return ReportTemplate.render("units", by: "units", for: place, content)
  }

  /// What was looked at, in a sentence.
  static func about(_ results: UnitResults) -> String {
    """
    \(results.archive): \(results.provenance.task), \(results.provenance.iterations) steps; \
    \(results.photographs) photographs of \(results.data), shorter side \
    \(results.settings.size) pixels\
    \(results.provenance.selectionNote.map { ". \($0)" } ?? "")
    """
  }

  /// What a layer's units are, in a sentence.
  static func about(_ layer: UnitResults.Layer) -> String {
    let field = Int(layer.geometry.receptiveField)
    let dead = layer.units.count(where: \.isDead)
    return "\(layer.units.count) units, each sees \(field) x \(field) pixels"
      + (dead > 0 ? "; \(dead) dead" : "")
  }

  /// A unit's strip, the words beside it and those by which it is found; no `source` is none to
  /// show.
  static func card(_ unit: UnitResults.Unit, layer: String, source: String?) -> [String: Any] {
    var card: [String: Any] = [
      "layer": layer, "number": unit.unit, "name": "\(layer) unit \(unit.unit)",
      "about": UnitWords.sentence(unit), "words": UnitWords.search(unit, layer: layer),
      "merit": "\(UnitWords.merit(unit))", "active": "\(unit.active)",
      "state": unit.isDead ? "dead" : unit.association == nil ? "none" : "class",
    ]
    card["source"] = source
    return card
  }
}
