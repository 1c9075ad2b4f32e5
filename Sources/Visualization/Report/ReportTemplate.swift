internal import Mustache

/// The pages and their parts as Mustache templates, their style and their script, from the folder
/// `Page`.
enum ReportTemplate {
  static let style = text(PackageResources.style_css)
  static let script = text(PackageResources.script_js)
  static let viewer = text(PackageResources.viewer_js)
  static let studio = text(PackageResources.studio_js)
  static let studioStyle = text(PackageResources.studio_css)
  static let realism = text(PackageResources.realism_js)
  static let realismStyle = text(PackageResources.realism_css)

  private static let templates = [
    "page": PackageResources.page_mustache, "table": PackageResources.table_mustache,
    "figure": PackageResources.figure_mustache, "unit": PackageResources.unit_mustache,
    "viewer": PackageResources.viewer_mustache, "search": PackageResources.search_mustache,
    "units": PackageResources.units_mustache, "realism": PackageResources.realism_mustache,
    "head": PackageResources.head_mustache, "foot": PackageResources.foot_mustache,
    "studio": PackageResources.studio_mustache,
    "realism-report": PackageResources.realism_report_mustache,
  ]

  /// Where a page is read.
  enum Place {
    /// From a file: style and script stand in it, pictures come from `sources` besides.
    case file(sources: String = "")
    /// From a server, which gives style and script.
    case server
  }

  /// The page of a template around this content, which the command `generator` writes; traps where
  /// a template is wrong, which is ours to know.
  static func render(
    _ template: String, by generator: String, for place: Place = .file(),
    _ content: [String: Any]
  ) -> String {
    var library = MustacheLibrary()
    for (name, bytes) in templates {
      do { try library.register(text(bytes), named: name) } catch {
        fatalError("ReportTemplate: the template '\(name)' is wrong: \(error)")
      }
    }
    var page = content
    page["generator"] = generator
    if case .file(let sources) = place {
      (page["style"], page["script"], page["sources"]) = (
        style + (content["style"] as? String ?? ""), script, sources
      )
    }
    guard let html = library.render(page, withTemplate: template) else {
      fatalError("ReportTemplate: there is no template '\(template)'")
    }
    return html
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
