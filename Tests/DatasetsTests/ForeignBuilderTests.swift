import Datasets
import Foundation
import HDF5
import Images
import Testing

/// Datasets from files that other programs write: arrays in HDF5, tar files, ImageNet's folders.
@Suite struct ForeignBuilderTests {
  let folder = try! TemporaryFolder()
  var output: String { folder.file("d.h5") }

  // MARK: HDF5

  /// A file with an array of `count` pictures of 4 x 3 pixels, whose sample i is i.
  private func arrays(_ shape: [Int], name: String = "images", labels: [Int64]?) throws -> String {
    let path = folder.file("raw.h5")
    try? FileManager.default.removeItem(atPath: path)
    let file = try HDF5Writer(creating: path)
    let samples = (0..<shape.reduce(1, *)).map { UInt8(truncatingIfNeeded: $0) }
    try file.write(name, samples, shape: shape)
    if let labels { try file.write("labels", labels) }
    try file.commit()
    return path
  }

  @Test func arraysOfPixelsBecomePictures() throws {
    let path = try arrays([3, 4, 5, 3], labels: [1, 0, 1])
    let report = try HDF5Builder(files: [.init(path, split: "all")]).build(to: output)
    #expect(report.notes == ["\(path): 3 pictures of 'images', classes of 'labels'"])
    let dataset = try Dataset(opening: output)
    #expect(dataset.ids == ["0", "1", "2"] && dataset.classes == ["0", "1"])
    #expect(dataset.labels == [1, 0, 1] && dataset.splits == ["all": [0, 1, 2]])
    let picture = try dataset.picture(1, .whole)
    #expect((picture.width, picture.height, picture.channels) == (5, 4, 3))
    #expect(picture.samples == (60..<120).map { UInt8($0) })
    #expect(dataset.verify().isSound)
  }

  @Test func planesBecomePixels() throws {
    let path = try arrays([2, 3, 4, 5], name: "x", labels: nil)
    _ = try HDF5Builder(files: [.init(path)]).build(to: output)
    let dataset = try Dataset(opening: output)
    #expect(dataset.labels == nil && dataset.classes.isEmpty)
    let picture = try dataset.picture(1, .whole)
    #expect((picture.width, picture.height, picture.channels) == (5, 4, 3))
    #expect(picture.samples[..<6] == [60, 80, 100, 61, 81, 101])
  }

  @Test func grayArraysAreRead() throws {
    let path = try arrays([2, 4, 5], labels: [0, 0])
    _ = try HDF5Builder(files: [.init(path)]).build(to: output)
    let dataset = try Dataset(opening: output)
    #expect(dataset.summary().singleChannel == 2)
    // Gray is decoded as three equal channels.
    #expect(try dataset.picture(1, .whole).samples == (60..<120).map { UInt8($0 / 3) })
  }

  @Test func namesOfClassesAreRead() throws {
    let path = try arrays([2, 4, 5, 3], labels: [1, 0])
    try Samples.write("sea bass\ntench\n", folder.file("names.txt"))
    var builder = HDF5Builder(files: [.init(path)])
    builder.classNames = folder.file("names.txt")
    _ = try builder.build(to: output)
    #expect(try Dataset(opening: output).classes == ["sea bass", "tench"])
    try Samples.write("tench\n", folder.file("names.txt"))
    #expect(words { _ = try builder.build(to: output) }.contains("names 1 classes"))
  }

  @Test func whatIsNoArrayOfPicturesIsRefused() throws {
    func refusal(_ shape: [Int], labels: [Int64]? = nil, named: String? = nil) throws -> String {
      var builder = HDF5Builder(files: [.init(try arrays(shape, labels: labels))])
      builder.images = named
      return words { _ = try builder.build(to: output) }
    }
    #expect(try refusal([2, 4, 5, 7]).contains("is not clear (images)"))
    #expect(
      try refusal([2, 4, 5, 7], named: "images").contains("of shape [2, 4, 5, 7], not bytes"))
    #expect(try refusal([2, 4, 5, 3], labels: [1]).contains("its shape is [1], not [2]"))
    #expect(try refusal([2, 4, 5, 3], labels: [1, -1]).contains("the label of row 1 is -1"))
    #expect(try refusal([2, 4, 5, 3], named: "other").contains("no such object"))
  }

  @Test func filesInGroupsAreClasses() throws {
    let path = folder.file("raw.h5")
    let file = try HDF5Writer(creating: path)
    for (group, seed) in [("dog", 1), ("ant", 2)] {
      try file.createGroup(group)
      try file.write("\(group)/\(seed).jpg", Samples.jpeg(20, 10, seed: seed))
    }
    try file.commit()
    _ = try HDF5Builder(files: [.init(path)]).build(to: output)
    let dataset = try Dataset(opening: output)
    #expect(dataset.classes == ["ant", "dog"] && dataset.ids == ["ant/2.jpg", "dog/1.jpg"])
    #expect(dataset.labels == [0, 1])
    #expect(try dataset.bytes(of: 1) == Samples.jpeg(20, 10, seed: 1))
  }

  // MARK: WebDataset

  /// A ustar archive of these members.
  private func tar(_ members: [(String, [UInt8])]) -> [UInt8] {
    members.flatMap { name, bytes in
      var header = [UInt8](repeating: 0, count: 512)
      func put(_ text: String, at place: Int) {
        header.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
      }
      put(name, at: 0)
      put(
        String(repeating: "0", count: 11 - octal(bytes.count).count) + octal(bytes.count), at: 124)
      header[156] = UInt8(ascii: "0")
      put("ustar", at: 257)
      put("        ", at: 148)
      put(octal(header.reduce(0) { $0 + Int($1) }) + "\0", at: 148)
      let padding = (512 - bytes.count % 512) % 512
      return header + bytes + [UInt8](repeating: 0, count: padding)
    } + [UInt8](repeating: 0, count: 1024)
  }

  private func octal(_ number: Int) -> String { String(number, radix: 8) }

  @Test func samplesOfTarFilesAreRead() throws {
    let jpegs = (0..<3).map { Samples.jpeg(20, 10, seed: $0) }
    try Samples.write(
      tar([
        ("a/1.jpg", jpegs[0]), ("a/1.cls", Array("2\n".utf8)), ("a/1.json", [1]),
        ("a/2.cls", Array("0".utf8)), ("a/2.JPEG", jpegs[1]),
      ]), folder.file("train-0.tar"))
    try Samples.write(
      tar([("3.png.jpg", [9]), ("3.jpg", jpegs[2]), ("3.cls", [0x31])]),
      folder.file("train-1.tar"))
    let builder = WebDatasetBuilder(
      shards: [.init(folder.file("train-*.tar"), split: "train")])
    let report = try builder.build(to: output)
    #expect(report.notes == ["passed over *.json: 1", "passed over *.png.jpg: 1"])
    let dataset = try Dataset(opening: output)
    #expect(dataset.ids == ["train-0/a/1", "train-0/a/2", "train-1/3"])
    #expect(dataset.classes == ["0", "1", "2"] && dataset.labels == [2, 0, 1])
    #expect(dataset.splits == ["train": [0, 1, 2]])
    for (record, jpeg) in jpegs.enumerated() { #expect(try dataset.bytes(of: record) == jpeg) }
  }

  @Test func damagedTarFilesAreRefused() throws {
    let path = folder.file("a.tar")
    let whole = tar([("1.jpg", Samples.jpeg(20, 10)), ("1.cls", Array("0".utf8))])
    func refusal(_ bytes: [UInt8]) throws -> String {
      try Samples.write(bytes, path)
      return words { _ = try WebDatasetBuilder(shards: [.init(path)]).build(to: output) }
    }
    #expect(try refusal(whole) == "no error")
    try FileManager.default.removeItem(atPath: output)
    #expect(try refusal([0x1F, 0x8B, 8, 0]).contains("unpack it to a plain .tar first"))
    #expect(try refusal(Array("hello".utf8)).contains("it is no tar archive"))
    #expect(try refusal(Array(whole[..<700])).contains("[1.jpg]: the archive ends within it"))
    var damaged = whole
    damaged[0] = UInt8(ascii: "2")
    #expect(try refusal(damaged).contains("it is no tar archive"))
    #expect(
      try refusal(tar([("1.jpg", Samples.jpeg(20, 10)), ("1.cls", Array("cat".utf8))]))
        .contains("[1.cls]: 'cat' is no class's number"))
    #expect(
      try refusal(
        tar([("1.jpg", Samples.jpeg(20, 10)), ("2.jpg", Samples.jpeg(20, 10)), ("2.cls", [0x30])])
      )
      .contains("[1]: it has no .cls, and 1 of 2 samples have one"))
    // Whatever the end or the bit: an error or a dataset, never more.
    for end in stride(from: 0, to: whole.count, by: 37) { _ = try refusal(Array(whole[..<end])) }
    for bit in stride(from: 0, to: 512 * 8, by: 11) {
      var flipped = whole
      flipped[bit / 8] ^= 1 << (bit % 8)
      // Behind the check sum's digits a zero may as well be a blank.
      #expect(try refusal(flipped) != "no error" || (148..<156).contains(bit / 8), "bit \(bit)")
    }
  }

  // MARK: ImageNet

  @Test func tinyImageNetIsReadAsItUnpacks() throws {
    let root = folder.file("tiny")
    for (number, name) in ["n02", "n01"].enumerated() {
      try Samples.write(
        Samples.jpeg(20, 10, seed: number), "\(root)/train/\(name)/images/\(name)_0.JPEG")
      try Samples.write("x\t0\t0\t1\t1\n", "\(root)/train/\(name)/\(name)_boxes.txt")
    }
    try Samples.write(Samples.jpeg(20, 10, seed: 3), "\(root)/val/images/val_0.JPEG")
    try Samples.write("val_0.JPEG\tn02\t0\t0\t62\t62\n", "\(root)/val/val_annotations.txt")
    let report = try ImageNetBuilder(folder: root).build(to: output)
    #expect(report.notes == ["passed over *.txt: 2"])
    let dataset = try Dataset(opening: output)
    #expect(dataset.classes == ["n01", "n02"] && dataset.labels == [0, 1, 1])
    #expect(dataset.ids == ["train/n01/n01_0.JPEG", "train/n02/n02_0.JPEG", "val/val_0.JPEG"])
    #expect(dataset.splits == ["train": [0, 1], "val": [2]])
  }

  @Test(arguments: [
    "ILSVRC2012_val_1.JPEG 1\nILSVRC2012_val_2.JPEG 0\n",
    "ILSVRC2012_val_1.JPEG n02\nILSVRC2012_val_2.JPEG n01\n",
    "ImageId,PredictionString\nILSVRC2012_val_1,n02 1 2 3 4\nILSVRC2012_val_2,n01 5 6 7 8 n01\n",
  ])
  func validationLabelsOfILSVRCAreRead(list: String) throws {
    let root = try ilsvrc()
    var builder = ImageNetBuilder(folder: root)
    #expect(words { _ = try builder.build(to: output) }.contains("(--validation-labels)"))
    try Samples.write(list, folder.file("val.txt"))
    builder.validationLabels = folder.file("val.txt")
    _ = try builder.build(to: output)
    #expect(try Dataset(opening: output).labels == [0, 1, 1, 0])
  }

  @Test func otherListsOfILSVRCAreRefused() throws {
    var builder = ImageNetBuilder(folder: try ilsvrc())
    builder.validationLabels = folder.file("val.txt")
    for (list, problem) in [
      ("490\n361\n", "[line 1]: it names a class but no picture"),
      ("ILSVRC2012_val_1.JPEG 2\n", "'2' is none of the 2 classes"),
      ("ILSVRC2012_val_1.JPEG 1\n", "it has no class for ILSVRC2012_val_2.JPEG"),
      ("ILSVRC2012_val_1.JPEG 1\nILSVRC2012_val_1 0\n", "is listed twice"),
    ] {
      try Samples.write(list, folder.file("val.txt"))
      #expect(words { _ = try builder.build(to: output) }.contains(problem))
    }
  }

  private func ilsvrc() throws -> String {
    let root = folder.file("ilsvrc")
    for (number, name) in ["n01", "n02"].enumerated() {
      try Samples.write(
        Samples.jpeg(20, 10, seed: number), "\(root)/train/\(name)/\(name)_1.JPEG")
      try Samples.write(
        Samples.jpeg(20, 10, seed: 5 + number), "\(root)/val/ILSVRC2012_val_\(number + 1).JPEG")
    }
    return root
  }
}
