internal import Plots
internal import Realism

extension RealismResults {
  /// What the tables of methods and of differences say, as figures.
  var figures: [(name: String, figure: Figure)] {
    let rated = methods.filter { $0.rate != nil }
    var figures: [(name: String, figure: Figure)] = []
    func add(_ name: String, _ chart: GroupedChart) {
      figures.append(
        (name, Figure(.groups(chart), width: 560, height: 100 + 30 * chart.categories.count)))
    }
    if !rated.isEmpty {
      var chart = GroupedChart(
        categories: rated.map(\.name), axis: Axis("fooled, % of trials"),
        series: [.init("", rated.map(\.rate))], orientation: .sideways)
      chart.level = Level("the truth's own", 50)
      add("How often people were fooled, with 95 % intervals", chart)
    }
    if !differences.isEmpty {
      var chart = GroupedChart(
        categories: differences.map {
          "\(study.methods[$0.first]) - \(study.methods[$0.second])"
        }, axis: Axis("difference, points"),
        series: [.init("", differences.map(\.difference))], orientation: .sideways)
      chart.level = Level("no difference", 0)
      add("Differences of methods, with 95 % intervals", chart)
    }
    let thresholds = methods.filter { $0.threshold != nil }
    if !thresholds.isEmpty {
      add(
        "Exposure at which three of four answers are right, with 95 % intervals",
        GroupedChart(
          categories: thresholds.map(\.name), axis: Axis("threshold, ms"),
          series: [.init("", thresholds.map(\.threshold))], orientation: .sideways))
    }
    return figures
  }
}
