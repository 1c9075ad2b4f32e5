import Files
import Foundation
import Processes
import Testing
import Text

/// What programs get instead of words.
@Suite struct ReportTests {
  static func json(_ report: Report) throws -> String { try JSON.text(of: report, .line, .relaxed) }

  @Test func factsAreAnObjectOnOneLine() throws {
    let report = Report.file("a/b.h5", "a/b.h5: 3 records", ["records": 3, "mean": Double.nan])
    #expect(
      try Self.json(report) == #"{"kind":"file","mean":"nan","path":"a/b.h5","records":3}"#)
    #expect("\(report)" == "a/b.h5: 3 records")
  }

  @Test func wordsAreTheTextWhereThereAreNoFacts() throws {
    #expect(try Self.json(Report(.note, "one\ntwo")) == #"{"kind":"note","text":"one\ntwo"}"#)
  }

  @Test func valuesKeepTheirKeys() throws {
    struct Size: Encodable { let width = 3, height = 2 }
    #expect(
      try Self.json(Report(.description, "3 x 2", of: Size()))
        == #"{"height":2,"kind":"description","width":3}"#)
  }

  /// `000012` is a picture, not a number.
  @Test func columnsThatStandRightHaveNumbers() throws {
    var table = Table(["record", "", "at", "at"], alignments: [.left, .right, .right, .right])
    table.add(["000012", "12", "0.50", "none"])
    #expect(
      try Self.json(table.report("t"))
        == #"{"columns":["record","column 2","at","at 2"],"kind":"table","rows":["#
        + #"{"at":0.5,"at 2":"none","column 2":12,"record":"000012"}],"title":"t"}"#)
  }

  /// Words on standard error give way to objects on standard output, but for what is grave.
  @Test(arguments: [false, true]) func programsHearEverythingOnStandardOutput(_ isQuiet: Bool) async
  {
    await #expect(processExitsWith: .exitCode(7)) { [isQuiet] in
      let streams = Streams()
      Output.use(objects: ReportTests.json, isQuiet: isQuiet)
      Output.show(Report(.note, "a result"))
      Output.say("a note")
      Output.write("a bar")
      Output.warn("a warning")
      Output.fail("an error", status: 3)
      let (said, heard) = streams.read()
      let lines = [
        #"{"kind":"note","text":"a result"}"#, #"{"kind":"note","text":"a note"}"#,
        #"{"kind":"warning","text":"a warning"}"#,
        #"{"kind":"error","status":3,"text":"an error"}"#, "",
      ]
      let grave = "warning: a warning\nError: an error\n"
      exit(said == lines.joined(separator: "\n") && heard == grave ? 7 : 1)
    }
  }

  @Test func quietLeavesResultsAndWarnings() async {
    await #expect(processExitsWith: .exitCode(7)) {
      let streams = Streams()
      Output.use(objects: nil, isQuiet: true)
      Output.show(Report(.note, "a result"))
      Output.say("a note")
      Output.write("a bar")
      Output.fail("an error", status: 1)
      let (said, heard) = streams.read()
      exit(said == "a result\n" && heard == "Error: an error\n" ? 7 : 1)
    }
  }
}

/// The standard streams of this process, caught in pipes.
private struct Streams {
  private let results = Pipe()
  private let words = Pipe()

  init() {
    dup2(results.fileHandleForWriting.fileDescriptor, STDOUT_FILENO)
    dup2(words.fileHandleForWriting.fileDescriptor, STDERR_FILENO)
  }

  /// What standard output and standard error got so far.
  func read() -> (said: String, heard: String) {
    func text(_ pipe: Pipe) -> String {
      String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
    }
    return (text(results), text(words))
  }
}
