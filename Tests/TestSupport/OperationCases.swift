/// The table of all cases.
public enum OperationCases {
  /// Drawn cases and golden cases.
  public static let all = drawn + golden
  /// Cases whose inputs are drawn here.
  public static let drawn =
    linearMaps + elementwise + normalization + pooling + regions + blocks + losses + chains
    + colors
  /// Cases whose gradient can be measured.
  public static let smooth = all.filter { $0.isSmooth && !$0.variables.isEmpty }
}
