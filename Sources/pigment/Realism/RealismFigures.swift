internal import Plots
internal import Realism
internal import Statistics

extension RealismResults {
  /// What the tables of methods and of differences say, as figures.
  var figures: [(name: String, figure: Figure)] {
    let rated = methods.filter { $0.rate != nil }
    var figures: [(name: String, figure: Figure)] = []
    func add(_ name: String, _ chart: GroupedChart) {
      let isTrusted = chart.series.allSatisfy { $0.values.allSatisfy { $0?.isRange != true } }
      let bars = isTrusted ? "95 % intervals" : "ranges over too few people for intervals"
      figures.append(
        (
          "\(name), with \(bars)",
          Figure(.groups(chart), width: 560, height: 100 + 30 * chart.categories.count)
        ))
    }
    if !rated.isEmpty {
      var chart = GroupedChart(
        categories: rated.map(\.name), axis: Axis("fooled, % of trials"),
        series: [.init("", rated.map(\.rate))], orientation: .sideways)
      chart.level = Level("the truth's own", 50)
      add("How often people were fooled", chart)
    }
    if !differences.isEmpty {
      var chart = GroupedChart(
        categories: differences.map {
          "\(study.methods[$0.first]) - \(study.methods[$0.second])"
        }, axis: Axis("difference, points"),
        series: [.init("", differences.map(\.difference))], orientation: .sideways)
      chart.level = Level("no difference", 0)
      add("Differences of methods", chart)
    }
    let thresholds = methods.filter { $0.threshold != nil }
    if !thresholds.isEmpty {
      add(
        "Exposure at which three of four answers are right",
        GroupedChart(
          categories: thresholds.map(\.name), axis: Axis("threshold, ms"),
          series: [.init("", thresholds.map(\.threshold))], orientation: .sideways))
    }
    return figures
  }
}
