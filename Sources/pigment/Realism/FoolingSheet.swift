internal import Images
internal import Realism

/// Pictures by how often they fooled people, those that did most first, each beside the photograph.
enum FoolingSheet {
  /// The sheet of at most `most` pictures; nil where nothing was shown. Where there are more, half
  /// of the sheet are those that fooled least.
  static func sheet(
    _ results: RealismResults, in folder: StudyFolder, most: Int
  ) throws(ImageError) -> Sheet? {
    let all = results.pictures
    let shown = all.count <= most ? all : Array(all.prefix((most + 1) / 2) + all.suffix(most / 2))
    guard !shown.isEmpty else { return nil }
    var cells: [Sheet.Cell] = []
    for result in shown {
      func picture(_ kind: StudyFolder.Kind) throws(ImageError) -> Picture {
        try Picture(
          contentsOfFile: "\(folder.path)/\(folder.name(of: result.picture, kind))")
      }
      cells.append(.init(try picture(.truth), label: "photograph"))
      cells.append(
        .init(
          try picture(.method(result.method)),
          label:
            "\(results.study.methods[result.method]): fooled \(result.fooled) of \(result.shown)"
        ))
    }
    let part = shown.count < all.count ? " (\(shown.count) of \(all.count))" : ""
    let title = "Pictures by how often they fooled people\(part)"
    return Sheet(cells, columns: min(6, cells.count), title: title)
  }
}
