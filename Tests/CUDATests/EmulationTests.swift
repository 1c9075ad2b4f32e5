import Foundation
import TestSupport
import Testing

/// The whole backend, on a GPU that is emulated: what runs on a card runs here through the same
/// calls, but for cuDNN and cuBLASLt, whose place plain loops take.
@Suite struct EmulationTests {
  private static let isInside = ProcessInfo.processInfo.environment["PIGMENT_CUDA_PATH"] != nil
  private static let compiler = ["clang++", "c++", "g++"].compactMap(Program.find).first
  private static let canEmulate = !isInside && compiler != nil

  @Test(
    .enabled(if: canEmulate, "needs a C++ compiler, and no PIGMENT_CUDA_PATH"),
    .timeLimit(.minutes(10)))
  func tensorTestsPassOnAnEmulatedGPU() throws {
    let folder = SharedData.packagePath("build/emulated")
    let built = try Program.run(SharedData.packagePath("Tests/EmulatedGPU/build.sh"), [folder])
    try #require(built.status == 0, "\(built.output)")
    let outcome = try Program.run(
      "/usr/bin/env",
      [
        "PIGMENT_CUDA_PATH=\(folder)", "XDG_CACHE_HOME=\(folder)/cache", CommandLine.arguments[0],
        "--testing-library", "swift-testing", "--filter",
        "TensorsTests|EmulatedDeviceTests|ParityTests",
      ])
    let lines = outcome.output.split(separator: "\n")
    let failures = lines.filter { $0.contains("recorded an issue") || $0.contains("Fatal error") }
    #expect(
      outcome.status == 0,
      "\(failures.prefix(20).joined(separator: "\n"))\n\(lines.suffix(5).joined(separator: "\n"))")
    #expect(outcome.output.contains("is emulated: cuda:0"), "no test ran on the emulated GPU")
  }
}
