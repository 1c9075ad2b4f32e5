import Foundation
import Networks
import TestSupport
import Testing

@Suite struct InvalidArchiveTests {
  /// A file with this header and body.
  static func file(_ header: String, body: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8)
      + Array(repeating: 0, count: body)
  }

  static func tensor(
    _ name: String = "a", dtype: String = "\"F32\"", shape: String = "[2]",
    offsets: String = "[0,8]"
  ) -> String {
    "\"\(name)\":{\"dtype\":\(dtype),\"shape\":\(shape),\"data_offsets\":\(offsets)}"
  }

  @Test func theTemplateItselfIsValid() throws {
    let bytes = Self.file("{\(Self.tensor())}", body: 8)
    #expect(try TensorArchive(bytes: bytes, source: "x").names == ["a"])
  }

  @Test(arguments: [
    ("{\(tensor()),\(tensor())}", 8, "stands twice"),
    ("{\(tensor()),\(tensor("\\u0061"))}", 8, "stands twice"),
    ("{\(tensor()),\(tensor("b", offsets: "[12,20]"))}", 20, "'b': begins at byte 12"),
    ("{\(tensor()),\(tensor("b", offsets: "[4,12]"))}", 12, "'b': begins at byte 4"),
    ("{\(tensor(shape: "[3]"))}", 8, "does not fill"),
    ("{\(tensor(shape: "[-2]"))}", 8, "not negative"),
    ("{\(tensor(shape: "[2.0]"))}", 8, "expected ']'"),
    ("{\(tensor(shape: "[02]"))}", 8, "not negative"),
    ("{\(tensor(shape: "[2,]"))}", 8, "whole number"),
    ("{\(tensor(shape: "[4194305,4194305,211106198978564]"))}", 16, "does not fill"),
    ("{\(tensor(shape: "[99999999999999999999]"))}", 8, "too large"),
    ("{\(tensor(offsets: "[8,0]"))}", 8, "not a begin and an end"),
    ("{\(tensor(dtype: "\"F33\""))}", 8, "'a': type 'F33'"),
    ("{\(tensor(dtype: "\"F4\"", shape: "[1]", offsets: "[0,1]"))}", 1, "does not fill"),
    ("{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "'dtype' is missing"),
    ("{\"a\":{\"shape\":[2],\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "'shape' stands twice"),
    ("{\"a\":{\"shape\":[2],\"more\":[0,8]}}", 8, "'more' is not part"),
    ("{\"__metadata__\":{\"a\":1},\(tensor())}", 8, "expected '\"'"),
    ("{\"__metadata__\":{\"a\":\"1\",\"a\":\"1\"},\(tensor())}", 8, "'a' stands twice"),
    ("{\(tensor())}", 7, "'a': is cut off"),
    ("{\(tensor())}", 12, "4 bytes belong to no tensor"),
    ("{\(tensor())}\n", 8, "something follows"),
    ("{\(tensor())} {}", 8, "something follows"),
    (" {\(tensor())}", 8, "does not begin with '{'"),
    ("{}", 8, "8 bytes belong to no tensor"),
    ("[]", 0, "does not begin with '{'"),
    ("{\"a\":", 0, "expected '{'"),
    ("{\"a", 0, "a string does not end"),
    ("{\"\\ud800\":", 0, "surrogate"),
    ("{\"\\x\":", 0, "escape"),
    ("{\"\n\":", 0, "control character"),
  ])
  func isRefusedForItsReason(_ header: String, _ body: Int, _ reason: String) throws {
    let error = #expect(throws: ArchiveError.self) {
      try TensorArchive(bytes: Self.file(header, body: body), source: "bad.safetensors")
    }
    let text = error?.description ?? ""
    #expect(text.hasPrefix("bad.safetensors: ") && text.contains(reason), "\(text)")
  }

  @Test(
    arguments: [
      ([], "only 0 bytes"),
      ([1, 1, 1, 1, 1, 1, 1], "only 7 bytes"),
      ([255, 255, 255, 255, 255, 255, 255, 255, 123, 125], "over the limit"),
      ([0, 0, 0, 0, 0, 0, 0, 128, 123, 125], "over the limit"),
      ([1, 225, 245, 5, 0, 0, 0, 0, 123, 125], "over the limit"),
      ([64, 66, 15, 0, 0, 0, 0, 0, 123, 125], "is cut off: the header has 1000000 bytes"),
      ([4, 0, 0, 0, 0, 0, 0, 0, 123, 255, 254, 125], "not UTF-8"),
    ] as [([UInt8], String)])
  func isRefusedForItsBytes(_ bytes: [UInt8], _ reason: String) throws {
    let error = #expect(throws: ArchiveError.self) {
      try TensorArchive(bytes: bytes, source: "bad")
    }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
  }

  @Test(.enabled(if: SharedData.isPresent, "needs the reference data beside the checkout"))
  func everyInvalidReferenceFileIsRefused() throws {
    let folder = SharedData.path("golden/f_formats/safetensors_invalid")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.count == 25)
    for name in names {
      let error = #expect(throws: ArchiveError.self, "\(name)") {
        try TensorArchive(reading: "\(folder)/\(name)")
      }
      #expect(error?.file == "\(folder)/\(name)")
    }
    let valid = try TensorArchive(reading: SharedData.path("golden/f_formats/ok.safetensors"))
    #expect(!valid.entries.isEmpty)
  }

  @Test func everyMutantIsReadOrRefused() throws {
    var state: UInt64 = 7
    func random(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    var refused = 0
    for _ in 0..<20_000 {
      var bytes = TensorArchiveTests.golden
      for _ in 0...random(3) { bytes[random(280)] = UInt8(random(256)) }
      if random(10) == 0 { bytes.removeLast(random(bytes.count)) }
      do { _ = try TensorArchive(bytes: bytes, source: "mutant") } catch { refused += 1 }
    }
    #expect(refused > 15_000)
  }
}
