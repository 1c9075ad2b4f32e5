internal import CGPU

/// What can be proven of the CUDA backend where there is no card: NVIDIA's compiler takes every
/// kernel, and cuDNN has a plan for every convolution on a card that is only described.
public struct CUDATools: Sendable {
  private let libraries: CUDALibraries

  /// The libraries in these folders (or `site-packages`), before those of this machine.
  public init(in folders: [String]) {
    libraries = CUDALibraries(
      LibraryFolders { variable in
        variable == LibraryFolders.variable
          ? folders.joined(separator: ":") : environmentVariable(variable)
      })
  }

  /// Why kernels cannot be compiled here; nil where they can.
  public var compilerProblem: String? { libraries.tools.compiler.reason }
  /// Why convolutions cannot be planned here; nil where they can.
  public var plannerProblem: String? {
    libraries.tools.convolution.reason ?? libraries.tools.products.reason
  }

  /// The files of kernels, without `.cu`.
  public static var kernelFiles: [String] { KernelFile.allCases.map(\.rawValue) }

  /// The text of a file of kernels, with what all begin with; traps where there is no such file.
  public static func source(of file: String) -> String {
    guard let file = KernelFile(rawValue: file) else {
      fatalError("there is no file of kernels '\(file)'; there are \(kernelFiles)")
    }
    return file.source
  }

  /// The binary of a program whose elements have these types, for an architecture such as `sm_90`.
  public func compile(
    _ source: String, named name: String, element: DType, other: DType, for architecture: String
  ) throws -> [UInt8] {
    try KernelCompiler(library: libraries.tools.compiler.get(), architecture: architecture)
      .compile(source, named: name, element, other)
  }

  /// A plan that cuDNN would run first.
  public struct Plan: Sendable {
    /// cuDNN's number of the engine.
    public let engine: Int
    /// Bytes of working memory.
    public let workspace: Int
    /// Whether it multiplies on tensor cores.
    public let usesTensorCores: Bool
    /// Whether it is compiled when it is first run.
    public let isCompiledWhenRun: Bool
  }

  /// The first plan for a convolution on the card that `description` describes, in the JSON that
  /// cuDNN 9.19 writes. Nothing is run; throws cuDNN's words where there is no plan.
  public func plan(
    _ request: ConvolutionRequest, onDescribedCard description: String, usesTF32: Bool = false,
    isDeterministic: Bool = false
  ) throws -> Plan {
    _ = try libraries.tools.products.get()  // cuDNN aborts the program where this is missing
    let calls = try libraries.tools.convolution.get().calls
    let card = try DNNDescriptor(calls, CGPU_DNN_DEVICE, "description of the card") {
      card throws(DNNError) in
      try card.set(CGPU_DNN_DEVICE_JSON, CGPU_DNN_TYPE_CHAR, Array(description.utf8))
    }
    let planner = ConvolutionPlanner(
      calls: calls, target: .description(card),
      choices: .init(usesTF32: usesTF32, isDeterministic: isDeterministic))
    let asked = planner.fuses(request) ? request : request.alone
    var refused: DNNError?
    for candidate in try planner.candidates(asked) {
      do throws(DNNError) {
        let plan = try planner.plan(candidate)
        return Plan(
          engine: Int(candidate.engine), workspace: plan.workspace,
          usesTensorCores: candidate.numericalNotes.contains(Int32(CGPU_DNN_TENSOR_CORE)),
          isCompiledWhenRun: candidate.behaviorNotes.contains(Int32(CGPU_DNN_RUNTIME_COMPILATION)))
      } catch { refused = error }
    }
    throw refused!  // there is a candidate, so one was refused
  }
}
