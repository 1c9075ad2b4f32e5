internal import ArgumentParser
internal import Plots

/// The kinds of figures as a command line names them.
enum FigureKind: String, ExpressibleByArgument, CaseIterable {
  case svg, pdf, png

  var format: FigureFormat {
    switch self {
    case .svg: .svg
    case .pdf: .pdf
    case .png: .png()
    }
  }
}
