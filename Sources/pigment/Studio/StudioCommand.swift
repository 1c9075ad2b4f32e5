internal import ArgumentParser
internal import Foundation
internal import Plots
internal import Processes
internal import Runs
internal import Serving
internal import Visualization

/// `pigment studio`: look at runs in a browser.
struct StudioCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "studio",
    abstract: "Serve pages of the runs in a folder: curves as they grow, two runs compared, units.",
    discussion: """
      Prints the address to open. Pages are read anew each time; a run that is under way is \
      followed. Nothing is written. Only this machine reaches the pages unless --host says \
      otherwise; then the connection is not encrypted, and everybody there can look. Ctrl-C ends.
      """)

  @Argument(help: "The folder of runs.") var folder = "runs"
  @Option(help: "The address to listen at; 0.0.0.0 for all of this machine.")
  var host = "127.0.0.1"
  @Option(help: "The port; 0 for any that is free.") var port = 8450
  @Option(
    help: ArgumentHelp(
      "What other machines call this one; may be repeated.", valueName: "name or address"))
  var name: [String] = []
  @Flag(help: "Serve nothing: check the folder and the port.") var dryRun = false
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard (0...65535).contains(port) else { throw ValidationError("--port is 0 to 65535") }
    if host == "0.0.0.0" && name.isEmpty {
      throw ValidationError(
        "--host 0.0.0.0 needs --name: the name or address by which others open the pages")
    }
  }

  func run() throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder),
      isFolder.boolValue
    else { throw RunError(path: folder, problem: "is not a folder; name a folder of runs") }
    // Figures need it: said now, not on the first page.
    _ = try Gnuplot()
    let server = try LocalServer(
      StudioSite(pages: StudioPages(folder)).site, host: host, port: port, names: name)
    if host != "127.0.0.1" && host != "localhost" {
      Output.warn("other machines reach these pages, and nothing is encrypted")
    }
    let address = name.first.map { "http://\($0):\(server.port)" } ?? server.address
    Output.show(
      .init(.description, "open \(address)", ["address": address, "port": server.port]))
    if dryRun { return server.stop() }
    try server.runUntilSignal()
  }
}
