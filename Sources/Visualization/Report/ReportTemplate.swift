internal import Mustache

/// The pages and their parts as Mustache templates, their style and their script, from the folder
/// `Page`.
enum ReportTemplate {
  static let style = text(PackageResources.style_css)
  static let script = text(PackageResources.script_js)
  static let viewer = text(PackageResources.viewer_js)
  static let realism = text(PackageResources.realism_js)
  static let realismStyle = text(PackageResources.realism_css)

  private static let templates = [
    "page": PackageResources.page_mustache, "table": PackageResources.table_mustache,
    "figure": PackageResources.figure_mustache, "unit": PackageResources.unit_mustache,
    "viewer": PackageResources.viewer_mustache, "search": PackageResources.search_mustache,
    "units": PackageResources.units_mustache, "realism": PackageResources.realism_mustache,
    "realism-report": PackageResources.realism_report_mustache,
  ]

  /// The page of a template around this content, with style and script; traps where a template is
  /// wrong, which is ours to know.
  static func render(_ template: String, _ content: [String: Any]) -> String {
    var library = MustacheLibrary()
    for (name, bytes) in templates {
      do { try library.register(text(bytes), named: name) } catch {
        fatalError("ReportTemplate: the template '\(name)' is wrong: \(error)")
      }
    }
    var page = content
    (page["style"], page["script"]) = (style, script)
    guard let html = library.render(page, withTemplate: template) else {
      fatalError("ReportTemplate: there is no template '\(template)'")
    }
    return html
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
