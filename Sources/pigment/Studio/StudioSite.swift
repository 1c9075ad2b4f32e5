internal import Serving
internal import Synchronization
internal import Visualization

/// What the server of the studio serves.
struct StudioSite {
  let pages: StudioPages

  private let home = Kept()

  /// The pages of a folder.
  init(pages: StudioPages) { self.pages = pages }

  /// A page that is made at most once a second, however many ask for it.
  private final class Kept: Sendable {
    private let made = Mutex<(at: ContinuousClock.Instant, html: String)?>(nil)

    /// The page; those who ask while it is made wait for it.
    func html(_ make: () -> String) -> String {
      made.withLock { made in
        if let made, made.at.duration(to: .now) < .seconds(1) { return made.html }
        let html = make()
        made = (.now, html)
        return html
      }
    }
  }

  /// The site.
  var site: Site {
    Site([
      page("/") { _ in home.html { pages.runs() } },
      page("/run/*") { try pages.run($0[0]) },
      page("/compare/*/*") { try pages.comparison($0[0], $0[1]) },
      page("/folder/*") { try pages.family($0[0]) },
      page("/units/*") { try pages.units($0[0]) },
      .init(.get, "/stamp/*") { request in
        try pages.stamp(request.parts[0]).map { .init(.ok, .text, Array($0.utf8)) } ?? Self.missing
      },
      .init(.get, "/strip/*/*/*") { request in
        guard let layer = Int(request.parts[1]), let unit = Int(request.parts[2]),
          let (folder, name) = try pages.strip(request.parts[0], layer: layer, unit: unit),
          let bytes = try FileRoot(folder).bytes(of: name)
        else { return Self.missing }
        return .init(.ok, .jpeg, bytes)
      },
      .init(.get, "/style.css") { _ in .init(.ok, .css, Array(StudioPages.style.utf8)) },
      .init(.get, "/studio.js") { _ in .init(.ok, .script, Array(StudioPages.script.utf8)) },
    ])
  }

  private static let missing = WebResponse(.notFound, "there is nothing here")

  /// A route to a page; nil is none.
  private func page(
    _ path: String, _ html: @escaping @Sendable ([String]) throws -> String?
  ) -> Site.Route {
    .init(.get, path) { request in
      try html(request.parts).map { .init(.ok, .html, Array($0.utf8)) } ?? Self.missing
    }
  }
}
