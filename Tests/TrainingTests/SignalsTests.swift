import Foundation
import Runs
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
