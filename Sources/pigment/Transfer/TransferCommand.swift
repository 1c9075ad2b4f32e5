internal import ArgumentParser
internal import VOCTransfer

/// `pigment transfer`: what are features worth on a task with labels?
struct TransferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transfer", abstract: "Fine-tune from several starts and compare them.",
    discussion: """
      Starts are noise (gaussian, xavier, he), trunks fitted to the training pictures (kmeans, \
      pca, data-dependent) or feature archives, optionally named: \
      --init colorization=features.safetensors. All runs share data order, budget and seeds. \
      Finished runs in the output folder are not repeated; an interrupted one goes on, bit for bit.
      """,
    subcommands: Tasks.transfers.map { $0.command } + [ProbeCommand.self, TestCommand.self])
}
