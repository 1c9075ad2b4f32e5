#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A thread that could not be started.
public struct WorkerError: Error, CustomStringConvertible {
  /// The system's number of the reason.
  public let code: Int32

  /// The system's words, and where the limits are.
  public var description: String {
    "no thread could be started: \(String(cString: strerror(code))); see the limits of processes "
      + "(ulimit -u) and of memory (ulimit -v)"
  }
}

/// A thread that does one thing.
///
/// Foundation's threads and Dispatch do not say that a thread could not be started: who counts on
/// it then waits for ever. All threads of the program are started here.
public final class Worker: @unchecked Sendable {
  private let thread: pthread_t

  /// Starts a thread that does `body`, with `stackSize` bytes of stack.
  public init(
    stackSize: Int = 8 << 20, _ body: @escaping @Sendable () -> Void
  ) throws(WorkerError) {
    let job = Unmanaged.passRetained(Job(body))
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    pthread_attr_init(attributes)
    defer {
      pthread_attr_destroy(attributes)
      attributes.deallocate()
    }
    pthread_attr_setstacksize(attributes, stackSize)
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    let code = pthread_create(&thread, attributes, { runJob($0) }, job.toOpaque())
    guard code == 0 else {
      job.release()
      throw WorkerError(code: code)
    }
    #if canImport(Glibc)
      self.thread = thread
    #else
      self.thread = thread!
    #endif
  }

  /// Waits until the thread has ended; every worker is waited for once.
  public func join() { pthread_join(thread, nil) }
}

private final class Job {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

#if canImport(Glibc)
  private func runJob(_ job: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    let job = Unmanaged<Job>.fromOpaque(job!).takeRetainedValue()
    job.body()
    return nil
  }
#else
  private func runJob(_ job: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    let job = Unmanaged<Job>.fromOpaque(job).takeRetainedValue()
    job.body()
    return nil
  }
#endif
