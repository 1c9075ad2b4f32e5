internal import ArgumentParser
internal import Files
internal import Processes
internal import Realism
internal import Runs
internal import Serving

/// `pigment realism serve`: the page on which people vote.
struct RealismServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve a study's page to people, until a signal.",
    discussion: """
      Prints the address to open, which holds an invitation; each who opens it is another person. \
      Answers go to STUDY/votes.jsonl, synced before they are acknowledged; stop and start at any \
      time, sessions go on at the same trial. Ctrl-C ends.

      Only this machine reaches the page unless --host says otherwise. Then the connection is not \
      encrypted: keep to a network whose members you trust.
      """)

  @Argument(help: "The study's folder, as pigment realism plan made it.") var study: String
  @Option(help: "The address to listen at; 0.0.0.0 for all of this machine.")
  var host = "127.0.0.1"
  @Option(help: "The port; 0 for any that is free.") var port = 8460
  @Option(
    help: ArgumentHelp(
      "What other machines call this one; may be repeated.", valueName: "name or address"))
  var name: [String] = []
  @Flag(help: "Serve nothing: check the study, its pictures and the port.") var dryRun = false
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard (0...65535).contains(port) else { throw ValidationError("--port is 0 to 65535") }
    if host == "0.0.0.0" && name.isEmpty {
      throw ValidationError(
        "--host 0.0.0.0 needs --name: the name or address by which others open the page")
    }
  }

  func run() throws {
    let folder = StudyFolder(study)
    let plan = try folder.study()
    let lock = try RunLock(folder: study)
    defer { withExtendedLifetime(lock) {} }
    guard try folder.digest(of: plan) == plan.pictureDigest else {
      throw RealismError(
        "\(study)/pictures", "are not those that were planned; restore them, or plan another study")
    }
    let sessions = try StudySessions(folder, plan)
    guard !sessions.hasSimulated else {
      throw RealismError(folder.journal, "holds simulated people; plan another study for real ones")
    }
    let invitation = try invitation()
    let site = RealismSite(sessions: sessions, folder: folder, invitation: invitation).site
    let server = try LocalServer(site, host: host, port: port, names: name)
    if host != "127.0.0.1" && host != "localhost" {
      Output.warn("other machines reach this page, and nothing is encrypted")
    }
    let place = name.first.map { "http://\($0):\(server.port)" } ?? server.address
    let address = "\(place)/#invitation=\(invitation)"
    Output.show(
      .init(
        .description, "open \(address)",
        ["address": address, "port": server.port, "people": sessions.people]))
    if sessions.people > 0 { Output.say("\(sessions.people) people joined before") }
    if dryRun { return server.stop() }
    try server.runUntilSignal()
  }

  /// The secret in the address, the same after a new start.
  private func invitation() throws -> String {
    let path = "\(study)/invitation"
    if try POSIXFiles.posix.exists(path) {
      let text = String(decoding: try POSIXFiles.posix.read(path), as: UTF8.self)
      let secret = String(text.prefix { !$0.isNewline })
      guard secret.count >= 16 else {
        throw RealismError(path, "holds no invitation; remove it, and a new one is made")
      }
      return secret
    }
    let token = SessionToken()
    try AtomicFile.write("\(token.secret)\n", to: path)
    return token.secret
  }
}
