import Files
import Testing

@Suite struct JSONTests {
  struct Sample: Codable, Equatable {
    var slash = "a/b"
    var number = 0.1
    var after = [1, 2]
  }

  @Test func formsAreWhatFilesHoldSinceTheFirstVersion() throws {
    let sample = Sample()
    #expect(try JSON.text(of: sample) == #"{"after":[1,2],"number":0.1,"slash":"a\/b"}"#)
    #expect(
      try JSON.text(of: sample, .line, .relaxed) == #"{"after":[1,2],"number":0.1,"slash":"a/b"}"#)
    let page = """
      {
        "after" : [
          1,
          2
        ],
        "number" : 0.1,
        "slash" : "a/b"
      }
      """
    #expect(try JSON.text(of: sample, .page, .relaxed) == page)
    #expect(
      try JSON.text(of: sample, .page) == page.replacing("a/b", with: #"a\/b"#))
  }

  @Test func numbersThatAreNotFiniteAreWordsOrAnError() throws {
    let values: [Double] = [.infinity, -.infinity, 1]
    #expect(try JSON.text(of: values, .line, .relaxed) == #"["inf","-inf",1]"#)
    #expect(try JSON.value(from: Array(#"["inf","-inf",1]"#.utf8), .relaxed) == values)
    let nan: [Double] = try JSON.value(from: Array(#"["nan"]"#.utf8), .relaxed)
    #expect(nan[0].isNaN)
    #expect(throws: EncodingError.self) { try JSON.text(of: values) }
    #expect(throws: DecodingError.self) { try JSON.value([Double].self, from: #"["nan"]"#.utf8) }
  }

  @Test(arguments: [
    (#"{"a": [1, NaN]}"#, "line 1, column 11: a[1]", "'NaN' is no number"),
    ("{\"a\":\n [1,\n  -Infinity]}", "line 3, column 3: a[1]", "'-Infinity' is no number"),
    (#"{"a": [{"b": 1}, {"b": 2"#, "line 1, column 25: a[1]", "it ends here"),
    (#"{"a": "x"#, "line 1, column 9: a", "it ends here"),
    ("", "line 1, column 1", "it ends here"), ("[1 2]", "line 1, column 4", "'2' is out of place"),
    ("[01]", "line 1, column 2: [0]", "'01' is out of place"),
    ("[1.]", "line 1, column 2: [0]", "'1.' is out of place"),
    ("{\"a\" 1}", "line 1, column 6: a", "'1' is out of place"),
    ("[1] x", "line 1, column 5", "'x' is out of place"),
  ])
  func whatIsNoJSONHasAPlace(_ text: String, _ place: String, _ problem: String) throws {
    let fault = try #require(JSON.fault(in: Array(text.utf8)))
    #expect(fault.place == place)
    #expect(fault.problem.hasPrefix(problem), "\(fault.problem)")
  }

  @Test(arguments: [
    "[]", " {} ", "null", "-0.5e+7",
    #"{"a":[1,0,{"b":"\"}"}],"c":true}"#, "[\r\n\t1 , 20]", #""é\\""#,
  ])
  func whatIsJSONHasNoFault(_ text: String) {
    #expect(JSON.fault(in: Array(text.utf8)) == nil)
  }

  @Test func deepNestingIsAFaultAndNoCrash() {
    let deep = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
    #expect(JSON.fault(in: deep)?.problem == "values are nested too deeply")
  }
}
