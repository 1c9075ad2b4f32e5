internal import Foundation
internal import Networks

/// One thing made larger, everything else staying as it is.
struct GrowthSeries {
  /// What is made larger, with its unit, and the work that is done.
  let name: String
  let work: String
  /// How large, and the workload.
  let points: [(size: Double, workload: Workload)]

  /// Everything a user can make larger; `data` is a dataset of JPEG pictures.
  static func all(data: String) -> [GrowthSeries] {
    [
      .init(
        "batch", "training step of ECCV16, 96 pixels, a quarter of its width", [1, 2, 4, 8, 16, 32]
      ) {
        step(batch: $0, size: 96, width: 0.25)
      },
      .init(
        "pixels", "the same, 4 pictures", [64, 96, 128, 192, 256, 320], at: { Double($0 * $0) }
      ) { step(batch: 4, size: $0, width: 0.25) },
      .init(
        "weights", "the same, 4 pictures of 96 pixels", [2, 4, 6, 8, 12, 16],
        // Filters of both sides of a layer grow with the width.
        at: { Double($0 * $0) / 256 }
      ) { step(batch: 4, size: 96, width: Double($0) / 16) },
      .init(
        "classes", "training step of FCN on it, 4 pictures of 96 pixels",
        [10, 20, 50, 100, 200, 400]
      ) {
        Workload(
          name: "segmentation", kind: .segmentation, precision: .f32, batch: 4, network: .eccv16,
          width: 0.25, size: 96, outputs: $0)
      },
      .init("units", "statistics of 16 pictures, maps of 28 x 28", [64, 128, 256, 512, 1024, 2048])
      {
        Workload(
          name: "statistics", kind: .statistics, precision: .f32, batch: 16, size: 28, outputs: $0)
      },
      .init("pictures", "feed of pretraining, 176 pixels", [200, 400, 800, 1600, 3200]) {
        Workload(name: "feed", kind: .feed, precision: .f32, batch: $0, size: 176, data: data)
      },
    ]
  }

  private init(
    _ name: String, _ work: String, _ sizes: [Int], at place: (Int) -> Double = { Double($0) },
    _ workload: (Int) -> Workload
  ) {
    (self.name, self.work) = (name, work)
    points = sizes.map { (place($0), workload($0)) }
  }

  private static func step(batch: Int, size: Int, width: Double) -> Workload {
    Workload(
      name: "step", kind: .step, precision: .f32, batch: batch, network: .eccv16, width: width,
      size: size)
  }
}

/// What a series came to.
struct Growth {
  let series: GrowthSeries
  /// Seconds of processor time of one repetition, and bytes, of each point.
  let seconds, bytes: [Double]

  /// By which power of its size time grows, over the larger half of the sizes: the slope of a line
  /// through the logarithms.
  var exponent: Double {
    let from = series.points.count / 2
    let x = series.points[from...].map { log($0.size) }
    let y = seconds[from...].map { log($0) }
    let (mx, my) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
    return zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
      / x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
  }

  /// Bytes for each unit more, between the ends.
  var bytesEach: Double {
    (bytes.last! - bytes[0]) / (series.points.last!.size - series.points[0].size)
  }
}
