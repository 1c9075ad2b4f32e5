/// The page and its parts as Mustache templates, its style and its script, from the folder `Page`.
enum ReportTemplate {
  static let page = text(PackageResources.page_mustache)
  static let table = text(PackageResources.table_mustache)
  static let figure = text(PackageResources.figure_mustache)
  static let style = text(PackageResources.style_css)
  static let script = text(PackageResources.script_js)

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
