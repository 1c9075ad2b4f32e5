internal import ArgumentParser

@main
struct Pigment: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pigment", abstract: "Learn features by colorization, and test them.")
}
