internal import NIOCore
internal import NIOHTTP1
internal import Processes

/// One connection: reads a request, asks the site on another thread, writes the answer, and so on.
///
/// The decoder in front counts the header; here are the body, the time and everything that a
/// request must be to reach the site.
final class ConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let shared: Connections
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []
  /// Set once the connection is to end: what still comes is not looked at.
  private var isOver = false
  /// What came while an answer was being made: the beginning of the next requests.
  private var waiting: [HTTPServerRequestPart] = []
  private var isAnswering = false
  private var clock: Scheduled<Void>?

  init(_ shared: Connections) { self.shared = shared }

  func channelActive(context: ChannelHandlerContext) {
    guard shared.open(context.channel) else { return context.close(promise: nil) }
    start(context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    clock?.cancel()
    shared.closed(context.channel)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = unwrapInboundIn(data)
    if isAnswering {
      waiting.append(part)
    } else {
      take(part, context)
    }
  }

  private func take(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
    guard !isOver else { return }
    switch part {
    case .head(let found):
      if let refusal = refusal(of: found) { return refuse(refusal, context) }
      (head, body) = (found, [])
    case .body(let bytes):
      guard body.count + bytes.readableBytes <= shared.limits.body else {
        return refuse(.init(.tooLarge, "this is more than a request may bring"), context)
      }
      body += bytes.readableBytesView
    case .end:
      guard let head else { return }
      self.head = nil
      answer(head, context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case HTTPParserError.headerOverflow:
      refuse(.init(.headersTooLarge, "the request's header is too large"), context)
    case is HTTPParserError: refuse(.init(.badRequest, "this is no request"), context)
    case _: context.close(promise: nil)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // Who closes its half may still be waiting for an answer that is being made.
    if case ChannelEvent.inputClosed = event, !isAnswering { context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  /// Begins the time for the next request, or for an answer to be taken.
  private func start(_ context: ChannelHandlerContext) {
    clock?.cancel()
    clock = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(shared.limits.seconds)) {
      [self, context] in
      if isAnswering || isOver {
        context.close(promise: nil)
      } else {
        refuse(.init(.timeout, "the request took too long"), context)
      }
    }
  }

  private func refusal(of head: HTTPRequestHead) -> WebResponse? {
    guard head.version == .http1_1 || head.version == .http1_0 else {
      return WebResponse(.badRequest, "this version of HTTP is not spoken here")
    }
    guard let method = WebRequest.Method(rawValue: head.method.rawValue) else {
      return WebResponse(.wrongMethod, "this is not how it is asked for")
    }
    guard head.uri.utf8.count <= shared.limits.line else {
      return WebResponse(.headersTooLarge, "the address is too long")
    }
    guard head.uri.utf8.first == UInt8(ascii: "/"),
      head.uri.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return WebResponse(.badRequest, "this is no path") }
    let lengths = head.headers["content-length"]
    let isChunked = !head.headers["transfer-encoding"].isEmpty
    guard lengths.count + (isChunked ? 1 : 0) <= 1 else {
      return WebResponse(.badRequest, "the length of the body is said twice")
    }
    if let length = lengths.first {
      guard let length = Int(length), length >= 0, length <= shared.limits.body else {
        return WebResponse(.tooLarge, "this is more than a request may bring")
      }
    }
    return shared.gate.refusal(
      method, hosts: head.headers["host"], origins: head.headers["origin"])
  }

  private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let path = head.uri.prefix { $0 != "?" }
    let request = WebRequest(
      WebRequest.Method(rawValue: head.method.rawValue)!, String(path),
      session: head.headers["x-session"].first ?? "", body: body)
    body = []
    isAnswering = true
    // Nothing more is read meanwhile than was on its way.
    _ = context.channel.setOption(ChannelOptions.autoRead, value: false)
    let keepsOpen = head.isKeepAlive
    shared.answer(request, on: context.eventLoop).assumeIsolated().whenComplete {
      [self, context] result in
      let response: WebResponse
      switch result {
      case .success(let made): response = made
      case .failure: response = .init(.failed, "it could not be done")
      }
      isAnswering = false
      guard context.channel.isActive, !isOver else { return }
      start(context)
      write(response, keepsOpen: keepsOpen && !shared.isEnding, context)
      next(context)
    }
  }

  /// Goes on with what came meanwhile, or reads again.
  private func next(_ context: ChannelHandlerContext) {
    while !isAnswering && !waiting.isEmpty { take(waiting.removeFirst(), context) }
    if !isAnswering { _ = context.channel.setOption(ChannelOptions.autoRead, value: true) }
  }

  /// Says why nothing comes of it, and ends the connection.
  private func refuse(_ response: WebResponse, _ context: ChannelHandlerContext) {
    guard !isOver else { return }
    write(response, keepsOpen: false, context)
  }

  private func write(
    _ response: WebResponse, keepsOpen: Bool, _ context: ChannelHandlerContext
  ) {
    if !keepsOpen { isOver = true }
    var headers = HTTPHeaders(WebResponse.fields)
    headers.add(name: "Content-Type", value: response.kind.rawValue)
    headers.add(name: "Content-Length", value: "\(response.body.count)")
    headers.add(name: "Connection", value: keepsOpen ? "keep-alive" : "close")
    let head = HTTPResponseHead(
      version: .http1_1, status: .init(statusCode: response.status.rawValue), headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(
      wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: response.body)))),
      promise: nil)
    let sent = context.writeAndFlush(wrapOutboundOut(.end(nil)))
    if !keepsOpen {
      sent.assumeIsolated().whenComplete { [context] _ in context.close(promise: nil) }
    }
  }
}
