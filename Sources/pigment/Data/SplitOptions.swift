internal import ArgumentParser
internal import Datasets

/// Splits by name, listed in text files: an option of several builders.
struct SplitOptions: ParsableArguments {
  @Option(
    name: .customLong("split"),
    help: "NAME=FILE.txt: the records that the file lists, one id a line; may be repeated.")
  var texts: [String] = []

  /// The lists that were asked for.
  var lists: [SplitList] {
    texts.map { text in
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      return SplitList(parts[0], path: parts[1])
    }
  }

  func validate() throws {
    for text in texts where text.split(separator: "=", maxSplits: 1).count < 2 {
      throw ValidationError("--split \(text) has no file; write --split NAME=FILE.txt")
    }
  }
}
