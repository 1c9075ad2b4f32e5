import Backends
import Foundation
import TestSupport
import Testing

/// The whole backend, on a GPU that is emulated: what runs on a card runs here through the same
/// calls, but for cuDNN and cuBLASLt, whose place plain loops take.
@Suite(.serialized) struct EmulationTests {
  private static let isInside = ProcessInfo.processInfo.environment["PIGMENT_CUDA_PATH"] != nil
  private static let compiler = ["clang++", "c++", "g++"].compactMap(Program.find).first
  static let canEmulate = !isInside && compiler != nil

  @Test(
    .enabled(if: canEmulate, "needs a C++ compiler, and no PIGMENT_CUDA_PATH"),
    .timeLimit(.minutes(30)))
  func tensorTestsPassOnAnEmulatedGPU() throws {
    let outcome = try runEmulated(
      CommandLine.arguments[0],
      [
        "--testing-library", "swift-testing", "--filter",
        "TensorsTests|EmulatedDeviceTests|FirstConvolutionTests|FusedGradientTests|SteppingTests"
          + "|ParityTests|DeviceColorTests|DeviceUnitTests",
      ])
    let lines = outcome.output.split(separator: "\n")
    let failures = lines.filter { $0.contains("recorded an issue") || $0.contains("Fatal error") }
    #expect(
      outcome.status == 0,
      "\(failures.prefix(20).joined(separator: "\n"))\n\(lines.suffix(5).joined(separator: "\n"))")
    #expect(outcome.output.contains("is emulated: cuda:0"), "no test ran on the emulated GPU")
  }

  @Test(
    .enabled(if: canEmulate, "needs a C++ compiler, and no PIGMENT_CUDA_PATH"),
    .timeLimit(.minutes(30)))
  func graphTestsPassOnAnEmulatedGPU() throws {
    let outcome = try runEmulated(
      CommandLine.arguments[0], ["--testing-library", "swift-testing", "--filter", "GraphTests"],
      ["PIGMENT_TEST_ALONE=1", "EMULATED_GPU_BYTES=\(24 << 20)"])
    let lines = outcome.output.split(separator: "\n")
    let failures = lines.filter { $0.contains("recorded an issue") || $0.contains("Fatal error") }
    #expect(
      outcome.status == 0,
      "\(failures.prefix(20).joined(separator: "\n"))\n\(lines.suffix(5).joined(separator: "\n"))")
    #expect(outcome.output.contains("is recorded: cuda:0"), "no step ran in CUDA graphs")
  }

  /// The counting emulated GPU wants Clang, which calls it at every load and store.
  @Test(
    .enabled(
      if: !isInside && Program.find("clang++") != nil, "needs clang++, no PIGMENT_CUDA_PATH"),
    .timeLimit(.minutes(30)))
  func aStepIsCountedOnAnEmulatedGPU() throws {
    let outcome = try runEmulated(
      CommandLine.arguments[0],
      ["--testing-library", "swift-testing", "--filter", "StepCountTests"],
      ["EMULATED_GPU_COUNTS=1"], cache: "counting-cache")
    #expect(outcome.status == 0, "\(outcome.output.suffix(4000))")
    #expect(outcome.output.contains("is counted: cuda:0"), "no step was counted")
  }

  @Test(.enabled(if: canEmulate, "needs a C++ compiler, and no PIGMENT_CUDA_PATH"))
  func theDoctorFindsTheEmulatedGPU() throws {
    let found = try runEmulated(Program.pigment, ["doctor", "--device", "cuda:0"])
    #expect(found.status == 0, "\(found.output)")
    #expect(found.output.contains("emulated GPU") && found.output.contains("sm_90"))
    #expect(found.output.contains("GPUs can be used"), "\(found.output)")
    let card = try runEmulated(Program.pigment, ["doctor", "--device", "cuda:0", "--card"])
    #expect(card.output == "{\"deviceName\": \"emulated GPU\"}\n", "\(card.output)")
    let absent = try runEmulated(Program.pigment, ["doctor", "--device", "cuda:1"])
    #expect(absent.status == 1)
    #expect(absent.output.contains("device cuda:1: this machine has cuda:0"), "\(absent.output)")
  }

  @Test(.enabled(if: !Device.present.contains(.cuda(0)), "there is a GPU"))
  func aCommandOnAnAbsentGPUSaysWhatIsMissing() throws {
    let doctor = try Program.run(Program.pigment, ["doctor"])
    #expect(doctor.status == 0 && doctor.output.contains("No GPU can be used"), "\(doctor.output)")
    let configuration = SharedData.packagePath("configs/demo-pretrain.yaml")
    let started = try Program.run(
      Program.pigment, ["pretrain", configuration, "--run", "/nowhere/run", "--device", "cuda:0"])
    #expect(started.status == 1, "\(started.output)")
    #expect(started.output.contains("device cuda:0: "), "\(started.output)")
  }

  /// Runs a program that finds the emulated GPU.
  func runEmulated(
    _ program: String, _ arguments: [String], _ environment: [String] = [],
    cache: String = "cache"
  ) throws -> Program.Outcome {
    let folder = SharedData.packagePath("build/emulated")
    let built = try Program.run(SharedData.packagePath("Tests/EmulatedGPU/build.sh"), [folder])
    try #require(built.status == 0, "\(built.output)")
    return try Program.run(
      "/usr/bin/env",
      ["PIGMENT_CUDA_PATH=\(folder)", "XDG_CACHE_HOME=\(folder)/\(cache)"] + environment + [program]
        + arguments)
  }
}
