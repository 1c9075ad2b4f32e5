import Foundation
import Processes
import Testing

/// What the program says, where nobody can hear it. Each test is a process of its own, because
/// standard streams are.
@Suite struct OutputTests {
  @Test func aFullDiskUnderResultsIsNoted() async {
    await #expect(processExitsWith: .exitCode(7)) {
      dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO)
      precondition(Output.problem == nil)
      Output.show(Report(.note, "a result"))
      precondition(Output.problem?.contains("No space left") == true)
      exit(7)
    }
  }

  @Test func progressThatFindsNoRoomEndsNothing() async {
    await #expect(processExitsWith: .exitCode(7)) {
      dup2(open("/dev/full", O_WRONLY), STDERR_FILENO)
      Output.say("progress")
      close(STDERR_FILENO)
      Output.say("progress")
      precondition(Output.problem == nil)
      exit(7)
    }
  }

  @Test func aReaderThatLeftIsNoReasonForWords() async {
    await #expect(processExitsWith: .exitCode(7)) {
      Signals.turnIntoErrors()
      var ends: [Int32] = [0, 0]
      pipe(&ends)
      dup2(ends[1], STDOUT_FILENO)
      close(ends[0])
      Output.show(Report(.note, "a result"))
      precondition(Output.problem == "")
      exit(7)
    }
  }

  /// Otherwise the next file that is opened would be written over by progress.
  @Test func closedStreamsStayUnusable() async {
    await #expect(processExitsWith: .exitCode(7)) {
      for stream in 0...2 { close(Int32(stream)) }
      Output.secureStreams()
      let path = NSTemporaryDirectory() + "pigment-stream-\(getpid())"
      let file = open(path, O_RDWR | O_CREAT, 0o600)
      Output.say("progress")
      Output.show(Report(.note, "a result"))
      let size = lseek(file, 0, SEEK_END)
      unlink(path)
      exit(file > 2 && size == 0 && Output.problem != nil ? 7 : 1)
    }
  }
}
