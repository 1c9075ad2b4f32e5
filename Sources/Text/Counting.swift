extension Int {
  /// So many of something in words, such as `1 run` and `3 runs`; `plural` where it takes more than
  /// an s.
  public func counted(_ noun: String, plural: String? = nil) -> String {
    self == 1 ? "1 \(noun)" : "\(self) \(plural ?? noun + "s")"
  }
}
