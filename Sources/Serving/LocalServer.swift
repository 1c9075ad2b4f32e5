internal import Files
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
public import Processes

/// A web server for one machine or one laboratory.
///
///     let server = try LocalServer(site, port: 8080)
///     Output.say("open \(server.address)")
///     try server.runUntilSignal()
public final class LocalServer {
  /// A server that cannot begin.
  public struct Problem: Error, CustomStringConvertible {
    /// What is wrong, and what helps.
    public let description: String
  }

  /// The port, which the system chose where 0 was asked for.
  public let port: Int
  private let host: String
  private let group: MultiThreadedEventLoopGroup
  private let threads: NIOThreadPool
  private let channel: any Channel
  private let connections: Connections

  /// Where a browser on this machine, or with another host on another one, finds it.
  public var address: String { "http://\(host):\(port)" }

  /// Binds and serves from now on. Throws where the port cannot be had.
  ///
  /// - Parameters:
  ///   - host: the address to listen at; other machines reach it only where this is one of theirs.
  ///   - names: names by which other machines may call this one, besides `host`.
  public init(
    _ site: Site, host: String = "127.0.0.1", port: Int, names: [String] = [],
    limits: ServerLimits = .init()
  ) throws(Problem) {
    Self.allowManyFiles()
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    let threads = NIOThreadPool(numberOfThreads: 8)
    threads.start()
    func end() {
      try? group.syncShutdownGracefully()
      try? threads.syncShutdownGracefully()
    }
    // The gate must know the port, which the system may choose: connections wait until it does.
    let waiting = group.any().makePromise(of: Connections.self)
    let decoding = limits.ofDecoder
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(ChannelOptions.backlog, value: 1024)
      .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
      .childChannelOption(ChannelOptions.maxMessagesPerRead, value: 4)
      .childChannelInitializer { channel in
        waiting.futureResult.hop(to: channel.eventLoop).flatMapThrowing { connections in
          try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withPipeliningAssistance: false, withErrorHandling: false,
            withOutboundHeaderValidation: true, withEncoderConfiguration: .init(),
            withDecoderLimitConfiguration: decoding)
          try channel.pipeline.syncOperations.addHandler(ConnectionHandler(connections))
        }
      }
    do { channel = try bootstrap.bind(host: host, port: port).wait() } catch {
      waiting.fail(error)
      end()
      let reason = (error as? IOError).map { FileError.reason($0.errnoCode) } ?? "\(error)"
      throw Problem(
        description:
          "\(host):\(port) cannot be listened at: \(reason); give another --port or --host"
      )
    }
    self.port = channel.localAddress?.port ?? port
    (self.host, self.group, self.threads) = (host, group, threads)
    connections = Connections(
      site, RequestGate(port: self.port, others: [host] + names), limits, on: threads)
    waiting.succeed(connections)
  }

  /// Serves until somebody asks the program to end, which it throws. Requests that are being
  /// answered are answered, for at most two seconds.
  public func runUntilSignal() throws(Interruption) {
    defer { stop() }
    while true {
      try Signals.check()
      usleep(50_000)
    }
  }

  /// Ends the server; it cannot be started again.
  public func stop() {
    // First nobody new.
    try? channel.close().wait()
    connections.end(within: 2)
    try? group.syncShutdownGracefully()
    try? threads.syncShutdownGracefully()
  }

  /// As many open files as the system allows this process: a connection is one.
  private static func allowManyFiles() {
    var limit = rlimit()
    #if canImport(Glibc)
      let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
      let files = RLIMIT_NOFILE
    #endif
    guard getrlimit(files, &limit) == 0, limit.rlim_cur < min(4096, limit.rlim_max) else { return }
    limit.rlim_cur = min(4096, limit.rlim_max)
    _ = setrlimit(files, &limit)
  }
}

extension ServerLimits {
  /// What the decoder of HTTP enforces.
  fileprivate var ofDecoder: NIOHTTPDecoderLimitConfiguration {
    var decoder = NIOHTTPDecoderLimitConfiguration()
    decoder.maxHeaderFieldSize = line
    decoder.maxHeaderListSize = headers
    decoder.maxHeaderFieldCount = fields
    return decoder
  }
}
