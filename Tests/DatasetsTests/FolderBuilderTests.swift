import Datasets
import Foundation
import Images
import TestSupport
import Testing

@Suite struct FolderBuilderTests {
  let folder = try! TemporaryFolder()
  var path: String { folder.file("out/d.h5") }
  var root: String { folder.file("in") }

  init() throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("out"), withIntermediateDirectories: true)
  }

  /// Nothing half-written may stay.
  private func leftovers() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.file("out"))
  }

  @Test func subfoldersAreClasses() throws {
    try Samples.write(Samples.jpeg(5, 4), "\(root)/zebra/b.JPG")
    try Samples.write(Samples.jpeg(1, 1), "\(root)/ant/deep/a.jpeg")
    try Samples.write(Samples.picture(3, 2, channels: 1).encodedPNG(), "\(root)/ant/g.png")
    try Samples.write("a,b", "\(root)/index.csv")
    try Samples.write("gif", "\(root)/ant/x.gif")
    let report = try FolderBuilder(roots: [.init(root)]).build(to: path)
    #expect(report.count == 3 && report.skipped.isEmpty)
    #expect(report.notes == ["passed over *.csv: 1", "passed over *.gif: 1"])
    let dataset = try Dataset(opening: path)
    #expect(dataset.ids == ["ant/deep/a.jpeg", "ant/g.png", "zebra/b.JPG"])
    #expect(dataset.classes == ["ant", "zebra"])
    #expect(dataset.labels == [0, 0, 1])
    #expect(dataset.size(of: 0) == (1, 1))
    #expect(dataset.splits.isEmpty && !dataset.hasBoxes && !dataset.hasMasks)
    #expect(dataset.contentSHA256 == report.contentSHA256)
    #expect(dataset.verify().isSound)
  }

  @Test func rootsAndHoldOutMakeSplits() throws {
    for index in 0..<40 {
      try Samples.write(Samples.jpeg(4, 4, seed: index), "\(root)/one/\(index).jpg")
      try Samples.write(Samples.jpeg(4, 4, seed: -index), "\(root)/two/\(index).jpg")
    }
    var builder = FolderBuilder(
      roots: [.init("\(root)/one", split: "first"), .init("\(root)/two")], labels: .none)
    builder.holdOut = HoldOut(fraction: 0.25)
    _ = try builder.build(to: path)
    let dataset = try Dataset(opening: path)
    #expect(dataset.count == 80 && dataset.labels == nil)
    #expect(dataset.ids[0] == "one/0.jpg" && dataset.ids[40] == "two/0.jpg")
    #expect(try dataset.indices(ofSplit: "first") == Array(0..<40))
    let held = try dataset.indices(ofSplit: "val")
    let rest = try dataset.indices(ofSplit: "train")
    #expect(Set(held + rest) == Set(0..<80) && held.count + rest.count == 80)
    #expect((8...32).contains(held.count))
    // Python: int.from_bytes(sha256(b"one/0.jpg").digest()[:8], "big") / 2**64 = 0.68789.
    #expect(HoldOut(fraction: 0.68790).takes("one/0.jpg"))
    #expect(!HoldOut(fraction: 0.68788).takes("one/0.jpg"))
    #expect(held.allSatisfy { HoldOut(fraction: 0.25).takes(dataset.ids[$0]) })
    builder.holdOut = HoldOut(fraction: 1e-9)
    #expect(words { _ = try builder.build(to: folder.file("out/e.h5")) }.contains("falls into it"))
    builder.holdOut = HoldOut(fraction: 1.5)
    #expect(words { _ = try builder.build(to: folder.file("out/e.h5")) }.contains("no fraction"))
    #expect(try leftovers() == ["d.h5"])
  }

  @Test func badFilesAreNamedAndNothingIsWritten() throws {
    let good = Samples.jpeg(16, 16)
    try Samples.write(good, "\(root)/a/good.jpg")
    try Samples.write("not a picture", "\(root)/a/text.jpg")
    try Samples.write(Array(good.prefix(good.count / 2)), "\(root)/a/cut.jpg")
    try Samples.write([], "\(root)/a/empty.png")
    var builder = FolderBuilder(roots: [.init(root)])
    let refusal = words { _ = try builder.build(to: path) }
    for name in ["text.jpg", "cut.jpg", "empty.png", "3 bad files", "skipped"] {
      #expect(refusal.contains(name), "\(refusal)")
    }
    #expect(!refusal.contains("good.jpg"))
    #expect(try leftovers().isEmpty)
    builder.options.unreadable = .skip
    let report = try builder.build(to: path)
    #expect(report.count == 1 && report.skipped.count == 3)
    #expect(try Dataset(opening: path).ids == ["a/good.jpg"])
  }

  @Test func foldersThatAreNoImageFolderAreRefused() throws {
    func refusal(_ labels: FolderBuilder.Labels = .subfolders) -> String {
      words { _ = try FolderBuilder(roots: [.init(root)], labels: labels).build(to: path) }
    }
    #expect(refusal().contains("no such file"))
    #expect(refusal(.none).contains("no such folder"))
    try Samples.write("x", "\(root)/readme.txt")
    #expect(refusal().contains("no JPEG or PNG"))
    try Samples.write(Samples.jpeg(4, 4), "\(root)/a/a.jpg")
    try Samples.write("x", "\(root)/b/readme.txt")
    #expect(refusal().contains("in/b: this class folder has no"))
    try FileManager.default.removeItem(atPath: "\(root)/b")
    try Samples.write(Samples.jpeg(4, 4), "\(root)/loose.jpg")
    #expect(refusal().contains("beside the class folders"))
    #expect(refusal(.none) == "no error")
    try FileManager.default.createSymbolicLink(
      atPath: "\(root)/a/loop", withDestinationPath: root)
    #expect(refusal(.none).contains("links to a folder that it lies in"))
    #expect(words { _ = try FolderBuilder(roots: []).build(to: path) }.contains("no folder"))
    #expect(try leftovers() == ["d.h5"])
  }

  @Test(.enabled(if: SharedData.isPresent, "needs the reference data beside the checkout"))
  func damagedFilesAreRefusedAndOddOnesTaken() throws {
    let golden = SharedData.path("golden/f_formats")
    var builder = FolderBuilder(roots: [.init("\(golden)/img")], labels: .none)
    let report = try builder.build(to: path)
    #expect(report.count == 40)
    #expect(try Dataset(opening: path).verify().isSound)
    builder.roots = [.init("\(golden)/img_damaged")]
    let refusal = words { _ = try builder.build(to: path) }
    #expect(refusal.contains("bomb_60000x60000.png") && refusal.contains("text.jpg"))
  }
}
