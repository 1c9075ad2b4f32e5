extension Picture {
  /// Copies `other` over this picture with its top left pixel at (`x`, `y`); what reaches outside
  /// is cut off. Traps when the channels differ.
  public mutating func paste(_ other: Picture, x: Int, y: Int) {
    precondition(
      channels == other.channels, "paste: \(other.channels) channels onto \(channels)")
    let left = max(0, -x)
    let right = min(other.width, width - x)
    guard left < right else { return }
    for row in max(0, -y)..<max(max(0, -y), min(other.height, height - y)) {
      let from = (row * other.width + left) * channels
      let to = ((y + row) * width + x + left) * channels
      let count = (right - left) * channels
      samples.replaceSubrange(to..<(to + count), with: other.samples[from..<(from + count)])
    }
  }

  /// Lays `other`, which has straight alpha, over this sRGB or RGBA picture ("source over").
  ///
  /// - Source: Porter and Duff, "Compositing digital images", SIGGRAPH 1984.
  public mutating func composite(_ other: Picture, x: Int, y: Int) {
    precondition(
      other.channels == 4 && channels >= 3,
      "composite: \(other.channels) channels over \(channels)")
    for row in 0..<other.height where (0..<height).contains(y + row) {
      for column in 0..<other.width where (0..<width).contains(x + column) {
        let from = (row * other.width + column) * 4
        let to = ((y + row) * width + x + column) * channels
        let alpha = Int(other.samples[from + 3])
        if alpha == 0 { continue }
        let below = (channels == 4 ? Int(samples[to + 3]) : 255) * (255 - alpha)
        let total = alpha * 255 + below
        for c in 0..<3 {
          let sum = Int(other.samples[from + c]) * alpha * 255 + Int(samples[to + c]) * below
          samples[to + c] = UInt8((sum + total / 2) / total)
        }
        if channels == 4 { samples[to + 3] = UInt8((total + 127) / 255) }
      }
    }
  }
}
