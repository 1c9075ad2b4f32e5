import Foundation

/// Where an axis begins and ends and which values are written beside it.
struct AxisTicks {
  let low, high: Double
  let scale: Axis.Scale
  private(set) var ticks: [(value: Double, label: String)] = []

  /// Ticks for values from `low` to `high`, about `count` of them.
  ///
  /// With `widening` the axis reaches to the next tick, unless its range was given.
  init(
    _ axis: Axis, low: Double, high: Double, count: Int, widening: Bool
  ) throws(PlotError) {
    scale = axis.scale
    var (low, high) = (axis.range?.lowerBound ?? low, axis.range?.upperBound ?? high)
    if axis.range == nil, low == high {
      let reach = low == 0 ? 1 : abs(low) / 2
      (low, high) = (low - reach, high + reach)
    }
    guard low.isFinite, high.isFinite, low < high, scale == .linear || low > 0 else {
      throw .badRange(axis: axis.label, low: low, high: high)
    }
    let isWidened = widening && axis.range == nil
    switch scale {
    case .linear:
      let step = AxisTicks.step((high - low) / Double(max(count, 2)))
      if isWidened {
        let margin = 0.03 * (high - low)
        (low, high) = (
          AxisTicks.end(low, step, .down, margin), AxisTicks.end(high, step, .up, margin)
        )
      }
      (self.low, self.high) = (low, high)
      // The small shift keeps ends that are ticks but for rounding.
      let first = Int((low / step - 1e-9).rounded(.up))
      let last = Int((high / step + 1e-9).rounded(.down))
      ticks = stride(from: first, through: last, by: 1).map { index in
        let value = Double(index) * step
        return (value, AxisTicks.text(value, step: step))
      }
    case .logarithmic:
      var candidates = AxisTicks.logarithmic(from: low, to: high, count: count)
      if isWidened {
        low = candidates.last { $0 <= low * (1 + 1e-9) } ?? low
        high = candidates.first { $0 >= high * (1 - 1e-9) } ?? high
      }
      candidates = candidates.filter { $0 >= low * (1 - 1e-9) && $0 <= high * (1 + 1e-9) }
      (self.low, self.high) = (low, high)
      ticks = candidates.map { ($0, AxisTicks.powerText($0)) }
    }
  }

  /// How far along the axis a value lies, 0...1 inside.
  func fraction(_ value: Double) -> Double {
    switch scale {
    case .linear: (value - low) / (high - low)
    case .logarithmic: log(value / low) / log(high / low)
    }
  }

  /// The round number nearest to `raw`: 1, 2 or 5 times a power of ten.
  private static func step(_ raw: Double) -> Double {
    let power = pow(10, floor(log10(raw)))
    let lead = raw / power
    return (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10) * power
  }

  /// The end of an axis for data that reach to `value`: the next tick, or the value with a margin
  /// where the next tick would leave half a step empty.
  private static func end(
    _ value: Double, _ step: Double, _ direction: FloatingPointRoundingRule, _ margin: Double
  ) -> Double {
    let shift = direction == .down ? 1e-9 : -1e-9
    let tick = (value / step + shift).rounded(direction) * step
    if abs(tick - value) <= step / 2 { return tick }
    return value + (direction == .down ? -margin : margin)
  }

  /// Powers of ten around a range, with 2 and 5 times these where there are few.
  private static func logarithmic(from low: Double, to high: Double, count: Int) -> [Double] {
    let (first, last) = (Int(floor(log10(low) + 1e-9)), Int(ceil(log10(high) - 1e-9)))
    let decades = max(last - first, 1)
    if decades <= 2 {
      return (first...last).flatMap { power in [1, 2, 5].map { $0 * pow(10, Double(power)) } }
    }
    let stride = max(1, Int((Double(decades) / Double(max(count, 2))).rounded(.up)))
    let begin = Int((Double(first) / Double(stride)).rounded(.down)) * stride
    let end = Int((Double(last) / Double(stride)).rounded(.up)) * stride
    return Swift.stride(from: begin, through: end, by: stride).map { pow(10, Double($0)) }
  }

  /// A tick's number with as many digits as the step needs, in groups of three from 10,000 on.
  static func text(_ value: Double, step: Double) -> String {
    let decimals = max(0, Int(-floor(log10(step) + 1e-9)))
    let digits = String(format: "%.\(decimals)f", abs(value))
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    var whole = String(parts[0])
    if whole.count > 4 {
      for place in stride(from: whole.count - 3, to: 0, by: -3) {
        whole.insert(",", at: whole.index(whole.startIndex, offsetBy: place))
      }
    }
    let isZero = digits.allSatisfy { $0 == "0" || $0 == "." }
    return (value < 0 && !isZero ? "\u{2212}" : "") + whole
      + (parts.count > 1 ? "." + parts[1] : "")
  }

  /// A number of a logarithmic axis, as a power of ten where it is long (gnuplot's markup).
  private static func powerText(_ value: Double) -> String {
    let power = Int(floor(log10(value) + 1e-9))
    if (-3...4).contains(power) { return text(value, step: pow(10, Double(min(power, 0)))) }
    let lead = Int((value / pow(10, Double(power))).rounded())
    let sign = power < 0 ? "\u{2212}" : ""
    return (lead == 1 ? "" : "\(lead)·") + "10^{\(sign)\(abs(power))}"
  }
}
