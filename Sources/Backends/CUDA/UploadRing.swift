internal import CGPU
internal import Synchronization

/// Pinned memory through which values go to the device, so that copying does not wait for what the
/// device does. Two pieces take turns: while one is on its way the host fills the other. In a
/// recording each upload has a piece of its own, since the device comes for it later.
final class UploadRing: Sendable {
  private struct Piece {
    var memory: UnsafeMutableRawPointer?
    var capacity = 0
    var sent: OpaquePointer?
  }
  private struct State: @unchecked Sendable {
    var pieces = [Piece(), Piece()]
    var next = 0
    /// The pieces of recordings, in the order of their uploads, and how many are taken.
    var recorded: [Piece] = []
    var taken = 0
    /// Happens when the device is done with the recording that took them.
    var done: OpaquePointer?
  }
  private let context: CUDAContext
  private let state = Mutex(State())

  init(_ context: CUDAContext) { self.context = context }

  /// Copies bytes to the device, in the order of its stream.
  func upload(_ bytes: UnsafeRawBufferPointer, to address: UInt64) {
    guard bytes.count > 0 else { return }
    context.enter()
    state.withLock { state in
      if context.recorder.isRecording {
        if state.taken == state.recorded.count { state.recorded.append(Piece()) }
        send(bytes, to: address, through: &state.recorded[state.taken], least: 1 << 16)
        state.taken += 1
      } else {
        let turn = state.next
        state.next = 1 - turn
        wait(for: &state.pieces[turn].sent)
        send(bytes, to: address, through: &state.pieces[turn], least: 1 << 20)
        note(state.pieces[turn].sent)
      }
    }
  }

  /// Before a recording: waits until the pieces of the last one are free.
  func beginRecording() {
    state.withLock { state in
      wait(for: &state.done)
      state.taken = 0
    }
  }

  /// After a recording was started.
  func endRecording() { state.withLock { note($0.done) } }

  /// Waits for an event, which is made where there is none.
  private func wait(for event: inout OpaquePointer?) {
    if let event {
      context.check(context.calls.waitEvent(event), "cuEventSynchronize")
    } else {
      context.check(
        context.calls.createEvent(&event, UInt32(CGPU_NO_TIMING)), "cuEventCreate")
    }
  }

  /// Lets an event happen when everything that was asked for is done.
  private func note(_ event: OpaquePointer?) {
    context.check(context.calls.recordEvent(event, context.stream), "cuEventRecord")
  }

  private func send(
    _ bytes: UnsafeRawBufferPointer, to address: UInt64, through piece: inout Piece, least: Int
  ) {
    let calls = context.calls
    if piece.capacity < bytes.count {
      if let old = piece.memory { context.check(calls.releasePinned(old), "cuMemFreeHost") }
      piece.capacity = max(least, bytes.count)
      context.check(
        calls.allocatePinned(&piece.memory, piece.capacity),
        "cuMemAllocHost of \(piece.capacity) bytes")
    }
    piece.memory!.copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
    context.asked(calls.upload(address, piece.memory, bytes.count, context.stream), "upload")
  }
}
