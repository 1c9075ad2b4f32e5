/// Colors of regions that the regions around them bear out.
///
/// A region and those that touch it, and those that touch these, are split into two groups by
/// color. Where the groups are clearly apart and the region is in a small minority, it takes the
/// mean color of the others.
/// - Source: Gupta et al. 2012, "image space voting", of which only the abstract's words were at
///   hand: evidence from neighboring superpixels identifies and corrects invalid colors. How is
///   ours.
struct ColorVoting: Sendable {
  /// The distance in ab from which on two groups are two colors, in Lab units.
  var leastDistance: Float = 10
  /// A group with less of the weight than this is a small minority.
  var minority: Float = 0.25

  /// `colors` of regions after the vote; cheaper matches weigh more.
  func settled(
    _ colors: [SIMD2<Float>], costs: [Float], adjacent: [[Int]]
  ) -> [SIMD2<Float>] {
    let weights = costs.map { 1 / (0.05 + $0) }
    return colors.indices.map { region in
      let around = Set(adjacent[region] + adjacent[region].flatMap { adjacent[$0] } + [region])
        .sorted()
      let isSecond = split(around.map { colors[$0] })
      let isOwnSecond = isSecond[around.firstIndex(of: region)!]
      var (own, other, all) = (SIMD2<Float>.zero, SIMD2<Float>.zero, SIMD2<Float>.zero)
      for (voter, side) in zip(around, isSecond) {
        let share = weights[voter] * colors[voter]
        all += [weights[voter], side == isOwnSecond ? weights[voter] : 0]
        if side == isOwnSecond { own += share } else { other += share }
      }
      guard all.y < minority * all.x else { return colors[region] }
      let winner = other / (all.x - all.y)
      let step = own / all.y - winner
      return (step * step).sum() < leastDistance * leastDistance ? colors[region] : winner
    }
  }

  /// Which of two groups each color is in: two means that begin at the color farthest from the mean
  /// of all and at the one farthest from that.
  private func split(_ colors: [SIMD2<Float>]) -> [Bool] {
    func distance(_ a: SIMD2<Float>, _ b: SIMD2<Float>) -> Float { ((a - b) * (a - b)).sum() }
    func farthest(from color: SIMD2<Float>) -> SIMD2<Float> {
      colors.max { distance($0, color) < distance($1, color) }!
    }
    var one = farthest(from: colors.reduce(.zero, +) / Float(colors.count))
    var other = farthest(from: one)
    var isSecond = [Bool](repeating: false, count: colors.count)
    for _ in 0..<20 {
      let next = colors.map { distance($0, other) < distance($0, one) }
      guard next != isSecond else { break }
      isSecond = next
      func middle(_ side: Bool, without: SIMD2<Float>) -> SIMD2<Float> {
        let members = zip(colors, isSecond).filter { $0.1 == side }.map(\.0)
        return members.isEmpty ? without : members.reduce(.zero, +) / Float(members.count)
      }
      (one, other) = (middle(false, without: one), middle(true, without: other))
    }
    return isSecond
  }
}
