#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Duration {
  /// The duration in seconds.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}

/// The most memory that was resident at once, in bytes.
public enum PeakMemory {
  /// Of this process.
  public static var own: Int {
    #if canImport(Glibc)
      peak(RUSAGE_SELF.rawValue)
    #else
      peak(RUSAGE_SELF)
    #endif
  }

  /// Of the largest child that has ended.
  public static var largestChild: Int {
    #if canImport(Glibc)
      peak(RUSAGE_CHILDREN.rawValue)
    #else
      peak(RUSAGE_CHILDREN)
    #endif
  }

  private static func peak(_ who: Int32) -> Int {
    var usage = rusage()
    #if canImport(Glibc)
      guard getrusage(who, &usage) == 0 else { return 0 }
      return usage.ru_maxrss << 10  // kibibytes here
    #else
      guard getrusage(who, &usage) == 0 else { return 0 }
      return usage.ru_maxrss
    #endif
  }
}
