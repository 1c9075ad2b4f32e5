import TestSupport
import Testing

@Suite struct GoldenTests {
  /// A golden file with one case that holds one array of two singles, 1 and -2.
  private func file(
    version: String? = "1", marker: String = "pigment", offsets: String = "[0,8]",
    dtype: String = "F32", dropping cut: Int = 0
  ) -> [UInt8] {
    let versionEntry = version.map { "\"version\":\"\($0)\"," } ?? ""
    let header = """
      {"__metadata__":{"golden":"\(marker)",\(versionEntry)"torch":"2","case a":"{\\"k\\":[1,2]}"},\
      "a/x":{"dtype":"\(dtype)","shape":[2],"data_offsets":\(offsets)}}
      """
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
    let bytes = length + Array(header.utf8) + [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]
    return Array(bytes.dropLast(cut))
  }

  private func refusal(_ bytes: [UInt8]) -> String? {
    do {
      _ = try Golden(bytes: bytes, file: "a.safetensors")
      return nil
    } catch { return error.description }
  }

  @Test func readsWhatItShould() throws {
    let golden = try Golden(bytes: file(), file: "a.safetensors")
    #expect(golden.versions["torch"] == "2")
    #expect(golden.cases.map(\.name) == ["a"])
    #expect(golden.cases[0].arrays["x"]?.values == [1, -2])
    #expect(golden.cases[0].parameters.numbers("k") == [1, 2])
  }

  @Test(arguments: ["0", "2", "1.0", nil]) func refusesAnotherVersion(version: String?) {
    let text = refusal(file(version: version))
    #expect(text?.contains("version \(version ?? "none")") == true, "\(text ?? "accepted")")
    #expect(text?.contains("make_golden.py") == true)
  }

  @Test func refusesOtherFilesAndDamage() {
    #expect(refusal(file(marker: "something")) != nil)
    #expect(refusal([]) != nil)
    #expect(refusal(Array(file().prefix(40))) != nil)
    #expect(refusal(file(dropping: 1)) != nil)
    #expect(refusal(file(offsets: "[0,4]")) != nil)
    #expect(refusal(file(offsets: "[8,0]")) != nil)
    #expect(refusal(file(dtype: "F16")) != nil)
  }

  @Test func refusesAMissingFamily() {
    #expect(throws: GoldenError.self) { try Golden(family: "nothing") }
  }
}
