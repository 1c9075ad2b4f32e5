internal import ArgumentParser
internal import VOCTransfer

/// `pigment probe (all|PROTOCOL)`: every protocol on every block, beside random weights and
/// k-means.
struct ProtocolsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "What frozen features are worth, by every protocol on every block.",
    discussion: """
      pigment probe all features.safetensors voc.h5 -o probes asks every protocol that the dataset \
      can answer; pigment probe knn … asks one: knn, linear, svm, low-shot, attentive, dense-knn, \
      dense-linear, discovery, effective-rank. A name may carry its version (knn@1), which must be \
      this program's. Random weights (he) and kmeans are asked beside the archives. Layers are the \
      last of every block; a star marks the one that training pictures choose. Weight decays of \
      linear probes are chosen from 0.1, 0.01 and 0.001 on a tenth of the training pictures. \
      Settings are those of pigment transfer probe.
      """)

  @Argument(help: "all, or a protocol, such as knn or knn@1.") var which: String
  @OptionGroup var options: ProbeOptions
  @Flag(help: "Ask the given starts alone.") var noBaselines = false
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    typealias Method = ProbingConfiguration.Method
    let methods = which == "all" ? Method.allCases : [try Method(protocolName: which)]
    var starts = options.starts
    if !noBaselines {
      for name in ["he", "kmeans"] where !starts.contains(where: { $0.name == name }) {
        starts.append(NamedStart(name))
      }
    }
    try options.ask(
      starts,
      changes: [
        "methods=[\(methods.map(\.rawValue).joined(separator: ","))]", "choosesLayer=true",
        "decays=[0.1,0.01,0.001]", "memory=8192",
      ])
  }
}
