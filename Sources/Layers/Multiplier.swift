/// Factors of learning rate and weight decay for the parameters it matches.
public struct Multiplier: Hashable, Sendable {
  /// Matches names that begin with this.
  public var prefix: String
  /// Matches these roles; empty matches every role.
  public var roles: Set<ParameterRole>
  /// Factor of the learning rate; 0 freezes.
  public var rate: Double
  /// Factor of the weight decay.
  public var decay: Double

  /// A rule; several that match multiply.
  public init(
    prefix: String = "", roles: Set<ParameterRole> = [], rate: Double = 1, decay: Double = 1
  ) {
    self.prefix = prefix
    self.roles = roles
    self.rate = rate
    self.decay = decay
  }

  /// Caffe's habit: biases learn twice as fast and do not decay.
  public static let caffeBiases = Multiplier(roles: [.bias, .shift], rate: 2, decay: 0)
}

extension [Multiplier] {
  /// The product of the factors that match a parameter.
  public func factors(for name: String, role: ParameterRole) -> (rate: Double, decay: Double) {
    reduce((1, 1)) { product, rule in
      guard name.hasPrefix(rule.prefix), rule.roles.isEmpty || rule.roles.contains(role) else {
        return product
      }
      return (product.0 * rule.rate, product.1 * rule.decay)
    }
  }
}
