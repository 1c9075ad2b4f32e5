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
    for picture in 0..<batch.count {
      for (number, share) in shares.enumerated() {
        let start = (picture * shares.count + number) * channel
        let asked = (start..<start + channel).filter { batch.weights[$0] > 0 }
        let mean = asked.reduce(0.0) { $0 + Double(batch.target[$1]) } / Double(max(asked.count, 1))
        for place in asked {
          let (target, w) = (Double(batch.target[place]), Double(batch.weights[place]))
          let square = (Double(output[place]) - target) * (Double(output[place]) - target)
          error += w * square
          weight += w
          squares += square * share * share
          meanSquares += (mean - target) * (mean - target) * share * share
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
