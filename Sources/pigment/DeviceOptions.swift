internal import ArgumentParser
internal import Tensors

/// Where a command computes.
struct DeviceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where to compute: cpu, or cuda:0 for the first NVIDIA GPU (see pigment doctor).",
      valueName: "name"), completion: Completions.devices)
  var device: String?
  @Flag(
    name: .customLong("tf32"),
    help: "On a GPU, round single precision to TensorFloat-32 in products: faster, less exact.")
  var usesTF32 = false
  @Flag(help: "On a GPU, let convolutions give the same bits at every run, as all else does.")
  var deterministic = false
  @Flag(
    name: .customLong("graph"),
    help: "On a GPU, start training steps in CUDA graphs instead of kernel by kernel.")
  var usesGraphs = false

  /// The device, ready for use; an error says what was looked for and what was found.
  var chosen: Device { get throws { try chosen(otherwise: "cpu") } }

  /// The device for a command that learns nothing and takes pictures one by one: all threads share
  /// the work on each, which would be one piece for one thread otherwise.
  var chosenForPictures: Device {
    get throws {
      CPUBackend.shared.isThreadInvariant = false
      return try chosen
    }
  }

  /// The device that was named, or this one.
  func chosen(otherwise name: String) throws -> Device {
    let device = try Device(named: device ?? name)
    if case .cuda(let ordinal) = device {
      let backend = CUDABackend.device(ordinal)
      backend.usesTF32 = usesTF32
      backend.isDeterministic = deterministic
      backend.usesGraphs = usesGraphs
      // Training asks for the same convolutions again and again: timing them pays.
      backend.timesPlans = !deterministic
    } else if usesTF32 || deterministic || usesGraphs {
      throw ValidationError(
        "--tf32, --deterministic and --graph are for GPUs; the \(device) is exact and "
          + "deterministic anyway, and has no graphs")
    }
    return device
  }
}
