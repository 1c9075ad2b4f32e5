internal import ArgumentParser

/// `pigment transfer probe`: what frozen features are worth, without training the trunk.
struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Frozen features: linear probes, neighbors, support vector machines, few labels.",
    discussion: """
      Give starts and then a dataset: pigment transfer probe features.safetensors he voc.h5 \
      -o probes. Starts are as in the other transfer commands. The trunk is that of the first \
      archive, unless a configuration or --set trunk.… says otherwise. Costs of support vector \
      machines are chosen by cross-validation on training pictures. Finished runs in the output \
      folder are not repeated.
      """)

  @OptionGroup var options: ProbeOptions
  @OptionGroup var console: ConsoleOptions

  func run() throws { try options.ask(options.starts) }
}
