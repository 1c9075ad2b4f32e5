/// Which pictures have color to learn from.
public enum ColorPresence {
  /// Whether any |a| or |b| exceeds `threshold`; the released training skips pictures where none
  /// does.
  ///
  /// - Source: the `NonGrayMaskLayer` of the released code.
  public static func hasColor(
    a: UnsafeBufferPointer<Float>, b: UnsafeBufferPointer<Float>, threshold: Float = 5
  ) -> Bool {
    func exceeds(_ plane: UnsafeBufferPointer<Float>) -> Bool {
      plane.contains { abs($0) > threshold }
    }
    return exceeds(a) || exceeds(b)
  }

  /// Whether any |a| or |b| exceeds `threshold`.
  public static func hasColor(a: [Float], b: [Float], threshold: Float = 5) -> Bool {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in hasColor(a: a, b: b, threshold: threshold) }
    }
  }
}
