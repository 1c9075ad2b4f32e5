import Foundation
import Processes
import Testing

/// The threads that tests run on do not take signals; a main thread does.
private func takeSignals() {
  var all = sigset_t()
  sigfillset(&all)
  pthread_sigmask(SIG_UNBLOCK, &all, nil)
}

@Suite struct SignalsTests {
  @Test func requestsAreNotedAndTheLoopExitsWithTheirCode() async {
    await #expect(processExitsWith: .exitCode(143)) {
      takeSignals()
      Signals.watch()
      precondition(Signals.received == nil && !Signals.takeCheckpointRequest())
      raise(SIGUSR1)
      precondition(Signals.takeCheckpointRequest() && !Signals.takeCheckpointRequest())
      raise(SIGTERM)
      exit(Signals.received!.exitCode)
    }
    await #expect(processExitsWith: .exitCode(129)) {
      takeSignals()
      Signals.watch()
      raise(SIGHUP)
      exit(Signals.received!.exitCode)
    }
    await #expect(processExitsWith: .exitCode(130)) {
      takeSignals()
      Signals.watch()
      raise(SIGINT)
      exit(Signals.received == .interrupt ? Signals.received!.exitCode : 1)
    }
  }

  @Test func aSecondInterruptEndsAtOnce() async {
    await #expect(processExitsWith: .exitCode(130)) {
      takeSignals()
      Signals.watch()
      raise(SIGINT)
      raise(SIGINT)
      exit(0)
    }
  }

  @Test func afterwardsSignalsHaveTheirUsualEffect() async {
    await #expect(processExitsWith: .signal(SIGTERM)) {
      takeSignals()
      Signals.watch()
      raise(SIGTERM)
      Signals.stopWatching()
      precondition(Signals.received == nil)
      raise(SIGTERM)
      exit(0)
    }
  }

  @Test func whoeverWatchesInsideTakesNoRequestAway() async {
    await #expect(processExitsWith: .exitCode(143)) {
      takeSignals()
      Signals.watch()
      Signals.watch()
      raise(SIGTERM)
      Signals.stopWatching()
      do throws(Interruption) { try Signals.check() } catch { exit(error.signal.exitCode) }
      exit(0)
    }
  }

  /// What looks at no signals for long ends all the same, but for what must come to its end.
  @Test func aRequestThatNobodyReadsEndsTheProcess() async {
    await #expect(processExitsWith: .exitCode(143)) {
      takeSignals()
      Signals.watch(limit: 1)
      raise(SIGTERM)
      _ = Signals.hold { sleep(3) }
      let begin = time(nil)
      while time(nil) < begin + 20 { usleep(10_000) }
      exit(0)
    }
    await #expect(processExitsWith: .exitCode(7)) {
      takeSignals()
      Signals.watch(limit: 1)
      raise(SIGTERM)
      precondition(Signals.received == .termination)
      let begin = time(nil)
      while time(nil) < begin + 3 { usleep(10_000) }
      exit(7)
    }
  }

  @Test func aFileBeyondItsLimitIsAnError() async {
    await #expect(processExitsWith: .exitCode(Int32(EFBIG))) {
      Signals.turnIntoErrors()
      var limit = rlimit(rlim_cur: 10, rlim_max: 10)
      setrlimit(__rlimit_resource_t(1), &limit)  // RLIMIT_FSIZE
      let path = NSTemporaryDirectory() + "pigment-limit-\(getpid())"
      let file = open(path, O_RDWR | O_CREAT, 0o600)
      var bytes = [UInt8](repeating: 0, count: 20)
      let first = write(file, &bytes, 20)
      let second = write(file, &bytes, 20)
      let code = errno
      unlink(path)
      exit(first == 10 && second < 0 ? code : 1)
    }
  }

  @Test func theEndOfAParentIsAHangup() async {
    await #expect(processExitsWith: .exitCode(129)) {
      setenv(Signals.parentVariable, "\(getppid() + 1)", 1)
      exit(Signals.received?.exitCode ?? 0)
    }
    await #expect(processExitsWith: .exitCode(0)) {
      setenv(Signals.parentVariable, "\(getppid())", 1)
      exit(Signals.received?.exitCode ?? 0)
    }
  }
}
