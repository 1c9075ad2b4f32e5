import Backends
import Foundation
import TestSupport
import Testing

/// Where there is no GPU, everything says so and nothing else changes.
@Suite struct AvailabilityTests {
  @Test func namesAreRead() throws {
    #expect(try Device(named: "cpu") == .cpu)
    #expect(try Device(named: "reference") == .reference)
    for name in ["gpu", "cuda:", "cuda:x", "cuda:-1", "cpu:0", "", "CUDA:0"] {
      #expect(throws: DeviceError.self, "\(name)") { try Device(named: name) }
    }
    for device in Device.present { #expect(try Device(named: device.description) == device) }
  }

  @Test func anAbsentDeviceIsAnErrorThatTellsWhy() {
    let absent = "cuda:\(Device.present.count)"
    do {
      _ = try Device(named: absent)
      Issue.record("\(absent) is there")
    } catch {
      let text = "\(error)"
      #expect(text.hasPrefix("device \(absent): "), "\(text)")
      #expect(text.contains("driver") || text.contains("this machine has"), "\(text)")
    }
  }

  @Test func theReasonOfAFileThatExistsIsQuoted() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "cuda-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // It comes before every other place, but it is no library.
    try Data("no library".utf8).write(to: folder.appending(path: "libnvrtc.so.12"))
    guard CUDATools(in: ["/nowhere"]).compilerProblem != nil else { return }
    let problem = try #require(CUDATools(in: [folder.path]).compilerProblem)
    #expect(problem.contains("libnvrtc.so.12") && problem.contains("does not load"), "\(problem)")
  }

  @Test func aMissingLibrarySaysWhereItWasLookedFor() {
    guard let problem = CUDATools(in: ["/nowhere"]).plannerProblem else { return }
    #expect(
      problem.contains("libcudnn.so.9") && problem.contains("PIGMENT_CUDA_PATH"), "\(problem)")
  }
}
