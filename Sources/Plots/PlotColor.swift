/// Colors that people with every kind of color vision tell apart.
/// - Source: Okabe & Ito 2008, Color Universal Design; its yellow is too pale on white, and wine,
///   of Paul Tol's muted scheme (2021), takes its place.
public enum PlotColor: String, Sendable, CaseIterable {
  case blue, vermillion, green, purple, orange, sky, black, wine
  /// For baselines and what stands back; it is never chosen unasked.
  case gray

  /// The color of the series at this place of a chart that names no colors.
  static func automatic(_ index: Int) -> PlotColor { allCases[index % automaticCount] }
  /// Series that have a color of their own.
  static var automaticCount: Int { allCases.count - 1 }

  /// The color of marks.
  var rgb: String {
    switch self {
    case .blue: "#0072B2"
    case .vermillion: "#D55E00"
    case .green: "#009E73"
    case .purple: "#CC79A7"
    case .orange: "#E69F00"
    case .sky: "#56B4E9"
    case .black: "#222222"
    case .wine: "#882255"
    case .gray: "#8C8C8C"
    }
  }

  /// The color of words, dark enough to be read on white.
  var ink: String {
    switch self {
    case .blue: "#00598C"
    case .vermillion: "#A84A00"
    case .green: "#00734F"
    case .purple: "#9C4A78"
    case .orange: "#8F6200"
    case .sky: "#1F77A8"
    case .black: "#222222"
    case .wine: "#7A1F4C"
    case .gray: "#666666"
    }
  }
}
