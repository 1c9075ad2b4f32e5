internal import Glibc
internal import Processes
public import Randomness
internal import Tensors

/// The parameters of an attentive probe, its logits and its gradient.
///
/// Parameters are the queries [queries, channels], the linear layer [classes, queries, channels]
/// and its intercepts [classes], one after another. Products of queries and positions are divided
/// by the root of the channels.
public struct AttentiveModel: Sendable {
  /// All parameters.
  public var parameters: [Double]
  let queries, channels, classes, cells: Int

  /// Queries from a normal distribution, a linear layer of zeros.
  public init(queries: Int, channels: Int, classes: Int, cells: Int, key: RandomKey) {
    (self.queries, self.channels) = (queries, channels)
    (self.classes, self.cells) = (classes, cells)
    parameters = [Double](repeating: 0, count: (queries + classes * queries) * channels + classes)
    var stream = key.stream()
    for place in 0..<queries * channels { parameters[place] = stream.normal() }
  }

  /// The parameters of the linear layer, intercepts left out.
  var linear: Range<Int> { queries * channels..<parameters.count - classes }

  /// Where each query looks in picture `picture`, what it sees there, and the logits.
  func logits(
    _ rows: Features, of picture: Int
  ) -> (attention: [Double], pooled: [Double], logits: [Double]) {
    let start = picture * cells * channels
    let scale = 1 / Double(channels).squareRoot()
    var attention = [Double](repeating: 0, count: queries * cells)
    var pooled = [Double](repeating: 0, count: queries * channels)
    var logits = Array(parameters.suffix(classes))
    rows.values.withUnsafeBufferPointer { x in
      parameters.withUnsafeBufferPointer { w in
        for q in 0..<queries {
          var largest = -Double.infinity
          for cell in 0..<cells {
            var sum = SIMD8<Double>.zero
            let (row, query) = (start + cell * channels, q * channels)
            var place = 0
            while place + 8 <= channels {
              for lane in 0..<8 {
                sum[lane] += Double(x[row + place + lane]) * w[query + place + lane]
              }
              place += 8
            }
            var total = sum.sum()
            while place < channels {
              total += Double(x[row + place]) * w[query + place]
              place += 1
            }
            attention[q * cells + cell] = total * scale
            largest = max(largest, total * scale)
          }
          var total = 0.0
          for cell in 0..<cells {
            attention[q * cells + cell] = exp(attention[q * cells + cell] - largest)
            total += attention[q * cells + cell]
          }
          for cell in 0..<cells {
            attention[q * cells + cell] /= total
            let weight = attention[q * cells + cell]
            for c in 0..<channels {
              pooled[q * channels + c] += weight * Double(x[start + cell * channels + c])
            }
          }
        }
        let size = queries * channels
        for k in 0..<classes {
          var sum = 0.0
          for place in 0..<size { sum += w[size + k * size + place] * pooled[place] }
          logits[k] += sum
        }
      }
    }
    return (attention, pooled, logits)
  }

  /// The mean loss over the pictures `chosen`, and its gradient.
  ///
  /// - Shapes: `rows` [pictures cells, channels].
  public func loss(
    _ rows: Features, _ labels: ProbeLabels, of chosen: [Int]
  ) -> (value: Double, gradient: [Double]) {
    // Sums of eighths of the batch, in their order: the same for any number of threads.
    let parts = min(8, chosen.count)
    let sums = inParallel(parts) { part in
      var (value, gradient) = (0.0, [Double](repeating: 0, count: parameters.count))
      for place in part * chosen.count / parts..<(part + 1) * chosen.count / parts {
        value += add(to: &gradient, rows, labels, chosen[place])
      }
      return (value, gradient)
    }
    var (value, gradient) = sums[0]
    for (other, slopes) in sums.dropFirst() {
      value += other
      for place in gradient.indices { gradient[place] += slopes[place] }
    }
    let n = Double(chosen.count)
    return (value / n, gradient.map { $0 / n })
  }

  /// Adds the gradient of one picture, and gives its loss.
  private func add(
    to gradient: inout [Double], _ rows: Features, _ labels: ProbeLabels, _ picture: Int
  ) -> Double {
    let (attention, pooled, logits) = logits(rows, of: picture)
    let (loss, residuals) = residuals(logits, labels, picture)
    let (start, size) = (picture * cells * channels, queries * channels)
    let scale = 1 / Double(channels).squareRoot()
    var slopes = [Double](repeating: 0, count: size)
    rows.values.withUnsafeBufferPointer { x in
      parameters.withUnsafeBufferPointer { w in
        gradient.withUnsafeMutableBufferPointer { g in
          for k in 0..<classes where residuals[k] != 0 {
            let (residual, row) = (residuals[k], size + k * size)
            for place in 0..<size {
              g[row + place] += residual * pooled[place]
              slopes[place] += residual * w[row + place]
            }
            g[size + classes * size + k] += residual
          }
          for q in 0..<queries {
            // The slope of a weight is the product of its position with the slope of the mean.
            var mean = 0.0
            for place in q * channels..<(q + 1) * channels { mean += slopes[place] * pooled[place] }
            for cell in 0..<cells {
              let row = start + cell * channels
              var sum = 0.0
              for c in 0..<channels { sum += Double(x[row + c]) * slopes[q * channels + c] }
              let slope = attention[q * cells + cell] * (sum - mean) * scale
              for c in 0..<channels { g[q * channels + c] += slope * Double(x[row + c]) }
            }
          }
        }
      }
    }
    return loss
  }

  /// The loss of one picture and its slope for each logit.
  private func residuals(
    _ logits: [Double], _ labels: ProbeLabels, _ picture: Int
  ) -> (Double, [Double]) {
    let known = labels.values[picture * classes..<(picture + 1) * classes]
    var (loss, residuals) = (0.0, [Double](repeating: 0, count: classes))
    if labels.isSingle {
      let largest = logits.max()!
      let total = logits.reduce(0) { $0 + exp($1 - largest) }
      for (c, label) in known.enumerated() {
        residuals[c] = exp(logits[c] - largest) / total
        guard label == 1 else { continue }
        residuals[c] -= 1
        loss += log(total) + largest - logits[c]
      }
    } else {
      for (c, label) in known.enumerated() where label != 0 {
        let (x, target) = (logits[c], label > 0 ? 1.0 : 0)
        loss += max(x, 0) - x * target + log1p(exp(-abs(x)))
        residuals[c] = 1 / (1 + exp(-x)) - target
      }
    }
    return (loss, residuals)
  }
}
