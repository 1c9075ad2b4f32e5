import Foundation

/// What stands along one side of a plot.
struct Frame {
  let label: String
  let low, high: Double
  var isLogarithmic = false
  let ticks: [(value: Double, label: String)]
  /// Whether its ticks are names and not numbers.
  let isNamed: Bool
  var hasGrid = true
  /// The angle of the words beside the ticks, in degrees.
  var angle = 0.0

  /// The axis of numbers.
  init(_ axis: Axis, _ ticks: AxisTicks) {
    (label, low, high) = (axis.label, ticks.low, ticks.high)
    isLogarithmic = ticks.scale == .logarithmic
    self.ticks = ticks.ticks
    isNamed = false
  }

  /// Named places at 0, 1, 2 ... with half a place of room at the ends.
  init(_ label: String, categories: [String]) {
    self.label = label
    (low, high) = (-0.5, Double(categories.count) - 0.5)
    ticks = categories.enumerated().map { (Double($0.offset), $0.element) }
    (isNamed, hasGrid) = (true, false)
  }

  /// The width of the widest word in points.
  var words: Double { ticks.indices.map { words(at: $0) }.max() ?? 0 }

  /// The width of the words at a tick in points; 0 without ticks.
  func words(at place: Int) -> Double {
    guard ticks.indices.contains(place) else { return 0 }
    let label = ticks[place].label
    return GnuplotText.width(isLogarithmic ? label.filter { !"^{}".contains($0) } : label)
      * Canvas.fontSize
  }

  /// Of how many ticks along an axis of this length one has its words written, so that they do not
  /// run into each other; names are all written.
  func labelEvery(_ length: Double) -> Int {
    guard !isNamed, ticks.count > 1, low < high else { return 1 }
    let places = ticks.map { tick in
      length
        * (isLogarithmic
          ? log(tick.value / low) / log(high / low) : (tick.value - low) / (high - low))
    }
    return (1..<ticks.count).first { every in
      let shown = stride(from: 0, to: ticks.count, by: every).map { $0 }
      return zip(shown, shown.dropFirst()).allSatisfy { a, b in
        places[b] - places[a] >= (words(at: a) + words(at: b)) / 2 + 6
      }
    } ?? ticks.count
  }

  /// The most lines a word has.
  var lines: Double {
    Double(ticks.map { tick in tick.label.count { $0 == "\n" } + 1 }.max() ?? 1)
  }
}

/// A name at the right of the plot.
struct Caption {
  enum Place {
    /// Beside this height of the plot (0 bottom, 1 top), or as near as other names allow.
    case beside(Double)
    /// In a list from the top, after a sign.
    case listed(Sign)
  }
  /// How a series is drawn.
  enum Sign { case dot, square, dashes }
  let text: String
  let color: PlotColor
  let place: Place
}

/// The figure while its script is written: frames, names, data and marks.
struct Canvas {
  static let fontSize = 12.0

  let width, height: Double
  private let title: String?
  var x, y: Frame
  /// Whether the y axis runs downwards.
  var isUpsideDown = false
  var captions: [Caption] = []
  private var data: [String] = []
  private var marks: [String] = []

  init(_ figure: Figure, x: Frame, y: Frame) {
    (width, height) = (Double(figure.width), Double(figure.height))
    title = figure.title
    (self.x, self.y) = (x, y)
  }

  /// Adds rows of numbers and returns the name by which marks refer to them.
  mutating func add(_ rows: [[Double]]) -> String {
    let name = "$data\(data.count)"
    let lines = rows.map { $0.map(GnuplotText.number).joined(separator: " ") }
    data.append("\(name) << END\n\(lines.joined(separator: "\n"))\nEND")
    return name
  }

  /// Adds one clause of the plot command; later ones lie above earlier ones.
  mutating func draw(_ clause: String) { marks.append(clause + " notitle") }

  /// The whole script.
  func script(_ format: FigureFormat, output: String) -> String {
    let terminal = format.terminal(width: Int(width), height: Int(height))
    let (left, bottom) = (margins.left / width, margins.bottom / height)
    let (right, top) = (1 - margins.right / width, 1 - margins.top / height)
    var lines = [
      "set terminal \(terminal)", "set output \(GnuplotText.quoted(output))", "set encoding utf8",
      "unset key",
      "set border 3 linewidth 0.75 linecolor '#666666'",
      "set tics out nomirror scale 0.5 textcolor '#333333'",
      "set grid \(x.hasGrid ? "" : "no")xtics \(y.hasGrid ? "" : "no")ytics back linetype 1 "
        + "linewidth 0.6 linecolor '#E4E4E4'",
      "set lmargin at screen \(short(left))", "set rmargin at screen \(short(right))",
      "set bmargin at screen \(short(bottom))", "set tmargin at screen \(short(top))",
    ]
    lines += settings("x", x, length: (right - left) * width)
    lines += settings("y", y, length: (top - bottom) * height)
    // Terminals differ in where they put names of axes, so they are placed like any words.
    if !x.label.isEmpty {
      lines.append(axisName(x.label, (left + right) / 2, 13 / height, ""))
    }
    if !y.label.isEmpty {
      let place = (13 + 7 * Double(yName.count - 1)) / width
      lines.append(
        axisName(yName.joined(separator: "\n"), place, (bottom + top) / 2, "rotate by 90 "))
    }
    if let title {
      lines.append(
        "set label \(GnuplotText.quoted(title)) at screen 0.016, screen "
          + "\(short(1 - 17 / height)) left noenhanced font 'Arial,14' textcolor '#222222'")
    }
    lines += captionLines(left: right + 9 / width, bottom: bottom, top: top)
    lines += data
    lines.append("plot " + marks.joined(separator: ", \\\n  "))
    lines.append("unset output")
    return lines.joined(separator: "\n") + "\n"
  }

  private func axisName(_ text: String, _ x: Double, _ y: Double, _ turn: String) -> String {
    "set label \(GnuplotText.quoted(text)) at screen \(short(x)), screen \(short(y)) center "
      + "\(turn)noenhanced textcolor '#222222'"
  }

  /// The space around the plot, in points.
  private var margins: (left: Double, right: Double, top: Double, bottom: Double) {
    let names = captions.map { caption in
      if case .listed = caption.place { return GnuplotText.width(caption.text) * 12 + 14 }
      return GnuplotText.width(caption.text) * 12
    }
    let overhang = x.ticks.last.map { GnuplotText.width($0.label) * 6 } ?? 0
    let right = names.max().map { $0 + 16 } ?? max(16, overhang + 4)
    let slope = x.angle * .pi / 180
    let words = x.angle == 0 ? x.lines * 18 : x.words * sin(slope) + 12
    let beside = 16 + y.words + (y.label.isEmpty ? 0 : 8 + 14 * Double(yName.count))
    // The first of slanted words begins left of its place.
    let place = (width - beside - right) / Double(2 * max(x.ticks.count, 1))
    let slanted = x.angle == 0 ? 0 : x.words(at: 0) * cos(slope) - place + 4
    return (
      left: max(beside, slanted), right: right,
      top: title == nil ? 14 : 38, bottom: 16 + words + (x.label.isEmpty ? 0 : 20)
    )
  }

  /// The name of the upright axis, in two lines where one would be longer than the axis.
  private var yName: [String] {
    let room = height - (title == nil ? 30 : 54)
    let words = y.label.split(separator: " ")
    guard GnuplotText.width(y.label) * Self.fontSize > room, words.count > 1 else {
      return [y.label]
    }
    let cuts = (1..<words.count).map { cut in
      [words[..<cut], words[cut...]].map { $0.joined(separator: " ") }
    }
    return cuts.min { a, b in
      a.map(GnuplotText.width).max()! < b.map(GnuplotText.width).max()!
    }!
  }

  private func settings(_ name: String, _ frame: Frame, length: Double) -> [String] {
    var lines: [String] = []
    if frame.isLogarithmic { lines.append("set logscale \(name)") }
    let ends = [frame.low, frame.high].map(GnuplotText.number)
    let range = name == "y" && isUpsideDown ? [ends[1], ends[0]] : ends
    lines.append("set \(name)range [\(range[0]):\(range[1])]")
    let every = name == "x" ? frame.labelEvery(length) : 1
    let ticks = frame.ticks.enumerated().map { place, tick in
      let label = place % every == 0 ? tick.label : ""
      return "\(GnuplotText.tick(label)) \(GnuplotText.number(tick.value))"
    }
    let turn = frame.angle == 0 ? "" : "rotate by \(Int(frame.angle)) right "
    let markup = frame.isLogarithmic ? "enhanced" : "noenhanced"
    let marks = frame.isNamed ? "scale 0 " : ""
    lines.append("set \(name)tics \(marks)\(turn)\(markup) (\(ticks.joined(separator: ", ")))")
    return lines
  }

  /// The names at the right: those beside heights without overlap, then the list.
  private func captionLines(left: Double, bottom: Double, top: Double) -> [String] {
    let step = 15 / height
    var wanted: [(caption: Int, height: Double)] = []
    var lines: [String] = []
    var next = top - 7 / height
    for (place, caption) in captions.enumerated() {
      switch caption.place {
      case .beside(let fraction): wanted.append((place, bottom + fraction * (top - bottom)))
      case .listed(.dashes):
        // No arrow: it would need heads, layers and dashes of its own; a short dash says enough.
        lines.append(line("– \(caption.text)", caption.color.ink, left, next))
        next -= step
      case .listed(let sign):
        lines.append(
          "set label '' at screen \(short(left + 4 / width)), screen \(short(next)) point "
            + "pointtype \(sign == .square ? 5 : 7) pointsize 0.8 linecolor '\(caption.color.rgb)'")
        lines.append(line(caption.text, "#333333", left + 14 / width, next))
        next -= step
      }
    }
    wanted.sort { $0.height < $1.height }
    let heights = spread(wanted.map(\.height), apart: step)
    for (one, height) in zip(wanted, heights) {
      let caption = captions[one.caption]
      lines.append(line(caption.text, caption.color.ink, left, height))
    }
    return lines
  }

  private func line(_ text: String, _ ink: String, _ x: Double, _ y: Double) -> String {
    let words = text.split(separator: "\n").joined(separator: " ")
    return "set label \(GnuplotText.quoted(words)) at screen \(short(x)), screen \(short(y)) "
      + "left noenhanced textcolor '\(ink)'"
  }

  /// A place in four digits, so that scripts stay readable.
  private func short(_ value: Double) -> String { "\((value * 10_000).rounded() / 10_000)" }
}
