internal import Colorization
internal import FeatureExport
internal import Files
internal import HDF5

/// What a file is that a command writes: only one of its own kind may be replaced.
enum OutputKind {
  /// HDF5 that says itself what it holds.
  case dataset, proposals, votes
  /// A color prior (JSON).
  case prior
  /// A trunk for others to use.
  case export(ExportFormat)
  /// A page of this command.
  case page(Page)
  case png, svg, pdf, jpeg, json
  /// Text without any mark, such as a table.
  case text

  /// The commands that write pages, as these say it of themselves.
  enum Page: String { case report, units, colorize, realism }

  /// Its name in messages.
  var words: String {
    switch self {
    case .dataset: "a dataset"
    case .proposals: "a file of proposals"
    case .votes: "a file of realism votes"
    case .prior: "a color prior"
    case .export(let format): "an export as \(format.rawValue)"
    case .page(let page): "a page of pigment \(page.rawValue)"
    case .png: "a PNG file"
    case .svg: "an SVG file"
    case .pdf: "a PDF file"
    case .jpeg: "a JPEG file"
    case .json: "a JSON file"
    case .text: "a text"
    }
  }

  /// Whether the file at `path` is one.
  func isKind(of path: String) -> Bool {
    func schema() -> String? { try? HDF5File(reading: path).attribute("schema", as: String.self) }
    func head(_ count: Int) -> [UInt8] {
      (try? POSIXFiles.posix.read(path, at: 0, count: count)) ?? []
    }
    func begins(_ word: String) -> Bool { head(word.utf8.count).elementsEqual(word.utf8) }
    func says(_ word: String) -> Bool {
      String(decoding: head(4096), as: UTF8.self).contains(word)
    }
    switch self {
    case .dataset: return schema() == "pigment.dataset"
    case .proposals: return schema() == "pigment.proposals"
    case .votes: return schema() == "pigment.realism"
    case .prior: return (try? MeasuredPrior(contentsOfFile: path)) != nil
    case .export(let format): return format.isFormat(of: path)
    case .page(let page):
      return begins("<!doctype html>") && says("content=\"pigment \(page.rawValue)\"")
    case .png: return head(4) == [0x89, 0x50, 0x4E, 0x47]
    case .jpeg: return head(2) == [0xFF, 0xD8]
    case .svg: return says("<svg")
    case .pdf: return begins("%PDF")
    case .json: return ["{", "["].contains { begins($0) }
    case .text:
      let bytes = head(4096)
      // The last character may be cut.
      return !bytes.contains(0)
        && (0...3).contains { String(validating: bytes.dropLast($0), as: UTF8.self) != nil }
    }
  }
}

extension FigureKind {
  /// What files of figures are.
  var output: OutputKind {
    switch self {
    case .svg: .svg
    case .pdf: .pdf
    case .png: .png
    }
  }
}
