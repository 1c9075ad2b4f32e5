/// How trials are laid out.
public enum RealismDesign: String, Sendable, Codable, CaseIterable {
  /// One method for each person, as in the paper.
  case paper
  /// All methods within each person: differences are free of what people differ in.
  case mixed
  /// One method for each person, shown shorter after right answers and longer after wrong ones.
  case staircase

  /// Whether a person sees a single method.
  public var isOneMethodEach: Bool {
    switch self {
    case .paper, .staircase: true
    case .mixed: false
    }
  }
}
