public import Layers
public import Networks
internal import Tensors

extension LearningRun {
  /// Throws where a step needs more memory than the process can have. Of a GPU nothing is known
  /// beforehand.
  func requireMemory() throws {
    guard task.device.isHost, let need = try task.memoryNeed else { return }
    // Blocks that an earlier run of this process gave back are kept for the next: they are there.
    CPUBackend.shared.trim()
    try need.require(batchSize: task.settings.run.batchSize, setting: "batchSize")
  }
}

extension LearningTask {
  /// The least memory of a step in which the layers of `stacks`, each behind the one before, keep
  /// what they give; nil where pictures of this size find no way through.
  ///
  /// - Parameters:
  ///   - input: what the first stack sees
  ///   - inputs: how many of these a picture of a batch becomes
  ///   - parameters: numbers that learn, each with a gradient and what the optimizer remembers
  public func need(
    of stacks: [Stack], for input: MapSize, inputs: Int = 1, parameters: Int
  ) -> MemoryNeed? {
    let run = settings.run
    var (maps, kept) = (input, input.count)
    for stack in stacks {
      guard let sum = stack.activations(of: maps), let next = stack.maps(of: maps) else {
        return nil
      }
      kept += sum - maps.count
      maps = next
    }
    let slots = run.optimizer.build().slotNames.count
    // The way back begins with the gradient of the outputs, when everything is still kept; outputs
    // and their gradient, and batches that wait, are in single precision.
    let passes = run.iterations.multipliedReportingOverflow(by: run.accumulation)
    let waiting = min(passes.overflow ? Int.max : passes.partialValue, loaderThreads + 2)
    return MemoryNeed(
      fixed: Double(parameters) * 4 * Double(2 + slots),
      perPicture: Double(inputs)
        * (kept * Double(run.precision.dtype.byteCount) + maps.count * 4
          + input.count * 4 * Double(waiting)))
  }
}

extension Parameterized {
  /// Numbers that learn, where all do.
  var learnedNumbers: Int {
    tensors.reduce(0) { $0 + ($1.role == .statistic ? 0 : $1.tensor.shape.count) }
  }
}
