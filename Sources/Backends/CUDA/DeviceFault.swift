internal import CGPU

/// What kernels report when they meet what must not be: a class or an image that does
/// not exist, a number that is none.
/// The host learns of it when it next waits, and stops.
final class DeviceFault: @unchecked Sendable {
  private let context: CUDAContext
  /// Three words on the device: kind, place, limit.
  let address: UInt64

  init(_ context: CUDAContext) {
    self.context = context
    var address: cgpu_address = 0
    context.enter()
    context.check(context.calls.allocate(&address, 32), "cuMemAlloc of 32 bytes")
    context.check(context.calls.setWords(address, 0, 8, context.stream), "cuMemsetD32")
    self.address = address
  }

  /// Stops where something was reported.
  func check() {
    var words: [UInt64] = [0, 0, 0]
    context.check(
      context.calls.download(&words, address, 24, context.stream), "download of the fault")
    context.check(context.calls.synchronize(context.stream), "cuStreamSynchronize")
    stop(for: words)
  }

  /// Stops where these words, as kernels wrote them, tell of something.
  func stop(for words: [UInt64]) {
    switch words[0] {
    case 0: return
    case 1:
      fatalError(
        "cuda:\(context.ordinal): softmaxCrossEntropy or codeWeights: a class at position "
          + "\(words[1]) is not below \(words[2])")
    case 3:
      fatalError("cuda:\(context.ordinal): softCode: position \(words[1]) is not finite")
    default:
      fatalError(
        "cuda:\(context.ordinal): region \(words[1]) names an image that is not one of \(words[2])")
    }
  }
}
