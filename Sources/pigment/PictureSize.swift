internal import ArgumentParser
internal import Networks

/// What `--size` may be wherever pictures go through a network; nil stands for the usual size.
func requirePictureSize(_ size: Int?, atLeast least: Int = 16) throws {
  guard let size else { return }
  guard (least...Preprocessing.largestSize).contains(size) else {
    throw ValidationError(
      "--size is from \(least) to \(Preprocessing.largestSize) pixels, not \(size)")
  }
}
