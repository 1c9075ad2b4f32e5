internal import Foundation

/// Adds up how well pictures were given back.
struct ReconstructionJudge {
  /// What a difference of 1 is of each channel's range.
  let shares: [Double]
  /// Pictures so far.
  private(set) var count = 0
  private var (error, weight) = (0.0, 0.0)
  private var (squares, meanSquares, values) = (0.0, 0.0, 0)

  init(shares: [Double]) { self.shares = shares }

  /// Whether all outputs were numbers.
  var isFinite: Bool { error.isFinite }

  /// Adds a batch; `output` is laid out like its target.
  mutating func add(_ output: [Float], _ batch: ReconstructionBatch) {
    let channel = output.count / (batch.count * shares.count)
    let (given, truth) = (batch.pixels(output), batch.pixels(batch.target))
    for picture in 0..<batch.count {
      for (number, share) in shares.enumerated() {
        let start = (picture * shares.count + number) * channel
        let asked = (start..<start + channel).filter { batch.weights[$0] > 0 }
        let mean = asked.reduce(0.0) { $0 + Double(truth[$1]) } / Double(max(asked.count, 1))
        for place in asked {
          let difference = Double(output[place]) - Double(batch.target[place])
          error += Double(batch.weights[place]) * difference * difference
          weight += Double(batch.weights[place])
          let (pixel, own) = (Double(given[place]), Double(truth[place]))
          squares += (pixel - own) * (pixel - own) * share * share
          meanSquares += (mean - own) * (mean - own) * share * share
        }
        values += asked.count
      }
    }
    count += batch.count
  }

  /// The loss, the PSNR, and the PSNR of every picture's mean.
  var metrics: [String: Double] {
    guard isFinite else { return ["validation/loss": .nan] }
    func ratio(_ squares: Double) -> Double { -10 * log10(max(squares / Double(values), 1e-12)) }
    return [
      "validation/loss": error / weight, "validation/psnr": ratio(squares),
      "validation/psnrOfMean": ratio(meanSquares),
    ]
  }
}
