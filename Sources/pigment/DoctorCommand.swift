internal import ArgumentParser
internal import Files
internal import Foundation
internal import Processes
internal import Ranks
internal import Tensors
internal import Text

/// `pigment doctor`: what this machine has to compute with, and what it lacks.
struct DoctorCommand: SharedByProcesses {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say on which devices this machine can compute, with which libraries, or why not.",
    discussion: """
      NVIDIA's libraries are looked for in the folders of PIGMENT_CUDA_PATH (of libraries, of a \
      CUDA installation, or a Python's site-packages), on the loader's path, in /usr/local/cuda, \
      and in the wheels of the Python that the PATH or VIRTUAL_ENV leads to. With --device the \
      exit status says whether that device can be used.

      Under mpirun it says how fast the processes reach each other, and compares the bits of their \
      sums with those of one process.
      """)

  @Option(help: ArgumentHelp("A device that must be there, such as cuda:0.", valueName: "name"))
  var device: String?
  @Flag(help: "Also list the folders that were searched.") var folders = false
  @OptionGroup var console: ConsoleOptions
  @Flag(help: "Print cuDNN's description of the card of --device, in JSON, and nothing else.")
  var card = false

  func validate() throws {
    guard card else { return }
    guard let device, device.hasPrefix("cuda:"), !folders, !console.json else {
      throw ValidationError("--card needs --device cuda:N, and neither --folders nor --json")
    }
  }

  func run() throws {
    if let group = try SeveralProcesses.joined() {
      let check = try RankCheck(group)
      if group.isFirst { Output.show(.init(.description, check.words, of: check)) }
      return try group.finish()
    }
    if card, let device, case .cuda(let ordinal) = try Device(named: device) {
      Output.show(.init(.description, try CUDABackend.device(ordinal).cardDescription))
      return
    }
    let report = DoctorReport()
    Output.show(.init(.description, report.text(folders: folders), of: report))
    if let device { _ = try Device(named: device) }
  }
}

/// What `pigment doctor` finds.
struct DoctorReport: Encodable {
  struct Row: Encodable {
    let name: String
    let version: String
    let details: String
  }
  /// What commands can be told to compute on.
  var devices: [Row] = []
  /// What the host's cores compute with.
  var host: [Row] = []
  /// What GPUs are driven by.
  var gpu: [Row] = []
  /// Why there is no GPU to compute on.
  let gpuProblem: String?
  let folders: [String]

  init() {
    let (survey, cpu) = (CUDASurvey.here, CPUBackend.shared)
    gpuProblem = survey.problem
    folders = survey.folders
    let processor = Self.processor
    devices = [
      Row(
        name: "cpu", version: processor.name,
        details:
          "\(cpu.threads) threads, \(Self.memory(Int(ProcessInfo.processInfo.physicalMemory)))")
    ]
    devices += survey.cards.map { card in
      Row(
        name: card.device, version: card.name,
        details: "\(card.architecture), \(Self.memory(card.bytes))"
          + (survey.problem == nil ? "" : "; not usable, see below"))
    }
    let libraries = cpu.libraries
    host = ["oneDNN", "OpenBLAS", "OpenBLAS kernels", "bfloat16"].compactMap { name in
      libraries[name].map { Row(name: name, version: $0, details: "") }
    }
    host.append(Row(name: "instruction sets", version: processor.sets, details: ""))
    host.append(Row(name: "waiting threads", version: WaitingThreads.words, details: ""))
    let joined = RankGroup.libraries(in: SeveralProcesses.folder).map(\.words)
    host.append(
      Row(
        name: "several processes",
        version: joined.isEmpty ? "none; make mpi" : joined.joined(separator: ", "),
        details: ""))
    gpu = survey.entries.map {
      Row(name: $0.name, version: $0.version ?? "not usable", details: $0.place)
    }
  }

  func text(folders showsFolders: Bool) -> String {
    func table(_ headings: [String], _ rows: [Row]) -> String {
      var table = Table(headings, alignments: headings.map { _ in .left })
      for row in rows {
        table.add(
          headings.count == 3 ? [row.name, row.version, row.details] : [row.name, row.version])
      }
      return table.description
    }
    var parts = [
      table(["device", "what it is", ""], devices), table(["on the CPU", "version"], host),
      table(["on a GPU", "version", "from, or why not"], gpu),
    ]
    parts.append(
      gpuProblem.map { "No GPU can be used: \($0)." }
        ?? "GPUs can be used: give commands --device cuda:0.")
    if showsFolders {
      parts.append("\nSearched for NVIDIA's libraries, besides the loader's path:")
      parts += folders.isEmpty ? ["  no folder exists"] : folders.map { "  \($0)" }
    }
    return parts.joined(separator: "\n")
  }

  private static func memory(_ bytes: Int) -> String {
    "\(Table.number(Double(bytes) / 0x1p30, digits: 1)) GiB"
  }

  /// The name of the processor, and those of its instruction sets that the libraries ask for.
  private static var processor: (name: String, sets: String) {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    func value(_ keys: [String]) -> String? {
      text.split(separator: "\n").lazy.map { $0.split(separator: ":", maxSplits: 1) }
        .first {
          $0.count == 2 && keys.contains($0[0].trimmingCharacters(in: .whitespaces))
        }.map { $0[1].trimmingCharacters(in: .whitespaces) }
    }
    let flags = Set((value(["flags", "Features"]) ?? "").split(separator: " ").map(String.init))
    let known = [
      "sse4_2", "avx", "avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16",
      "asimd", "sve", "bf16",
    ]
    let found = known.filter(flags.contains)
    return (
      value(["model name", "CPU part"]) ?? "unknown processor",
      found.isEmpty ? "unknown" : found.joined(separator: " ")
    )
  }
}
