import Datasets
import Images
import Testing

@Suite struct SplitListTests {
  let folder = try! TemporaryFolder()
  var path: String { folder.file("d.h5") }

  private func build(_ text: String) throws -> Dataset {
    for name in ["cat/1.jpg", "cat/2.jpg", "dog/1.jpg", "dog/1.png"] {
      let picture = Samples.picture(8, 8)
      try Samples.write(
        name.hasSuffix("png") ? picture.encodedPNG() : picture.encodedJPEG(),
        folder.file("in/\(name)"))
    }
    try Samples.write(text, folder.file("list.txt"))
    var builder = FolderBuilder(roots: [.init(folder.file("in"))])
    builder.options.splitLists = [SplitList("few", path: folder.file("list.txt"))]
    _ = try builder.build(to: path)
    return try Dataset(opening: path)
  }

  private func refusal(_ text: String) -> String { words { _ = try build(text) } }

  @Test func aTextFileListsASplitInItsOwnOrder() throws {
    let dataset = try build("dog/1.png\r\n\ncat/2\n  cat/1.jpg \n")
    #expect(dataset.ids == ["cat/1.jpg", "cat/2.jpg", "dog/1.jpg", "dog/1.png"])
    #expect(dataset.splits == ["few": [3, 1, 0]])
  }

  @Test func mistakesNameTheLine() {
    #expect(refusal("cat/1\ncat/9\n").contains("list.txt [line 2]: there is no record 'cat/9'"))
    #expect(refusal("cat/9").contains("which are like 'cat/1.jpg'"))
    #expect(refusal("dog/1").contains("may be one of several records"))
    #expect(refusal("cat/1\ncat/1.jpg").contains("line 2]: 'cat/1.jpg' is listed twice"))
    #expect(refusal("cat/1 cat/2").contains("line 1]: it is not one picture id"))
    #expect(refusal(" \n").contains("the split 'few' is empty"))
    #expect(!folder.names.contains("d.h5"))
  }
}
