internal import CGPU
internal import Synchronization

/// Pinned memory through which values go to the device, so that copying does not wait for what the
/// device does. Two pieces take turns: while one is on its way the host fills the other.
final class UploadRing: Sendable {
  private struct Piece {
    var memory: UnsafeMutableRawPointer?
    var capacity = 0
    var sent: OpaquePointer?
  }
  private struct State: @unchecked Sendable {
    var pieces = [Piece(), Piece()]
    var next = 0
  }
  private let context: CUDAContext
  private let state = Mutex(State())

  init(_ context: CUDAContext) { self.context = context }

  /// Copies bytes to the device, in the order of its stream.
  func upload(_ bytes: UnsafeRawBufferPointer, to address: UInt64) {
    guard bytes.count > 0 else { return }
    let (calls, stream) = (context.calls, context.stream)
    context.enter()
    state.withLock { state in
      let turn = state.next
      state.next = 1 - turn
      if let sent = state.pieces[turn].sent {
        context.check(calls.waitEvent(sent), "cuEventSynchronize")
      } else {
        context.check(
          calls.createEvent(&state.pieces[turn].sent, UInt32(CGPU_NO_TIMING)), "cuEventCreate")
      }
      if state.pieces[turn].capacity < bytes.count {
        if let old = state.pieces[turn].memory {
          context.check(calls.releasePinned(old), "cuMemFreeHost")
        }
        let capacity = max(1 << 20, bytes.count)
        var memory: UnsafeMutableRawPointer?
        context.check(
          calls.allocatePinned(&memory, capacity), "cuMemAllocHost of \(capacity) bytes")
        state.pieces[turn].memory = memory
        state.pieces[turn].capacity = capacity
      }
      let memory = state.pieces[turn].memory!
      memory.copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
      context.check(calls.upload(address, memory, bytes.count, stream), "upload")
      context.check(calls.recordEvent(state.pieces[turn].sent, stream), "cuEventRecord")
    }
  }
}
