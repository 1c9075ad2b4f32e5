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
}
