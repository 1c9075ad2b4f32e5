import Foundation
import HDF5
import Images

/// What datasets are built from: as small as it may be.
extension Bench {
  /// A picture whose pixels differ from place to place.
  private func picture(_ width: Int, _ height: Int, seed: Int) -> Picture {
    Picture(
      width: width, height: height, channels: 3,
      samples: (0..<width * height * 3).map { UInt8(truncatingIfNeeded: ($0 + seed) * 7) })
  }

  private func writePhotograph(_ name: String, seed: Int) throws {
    try write(Data(picture(20, 10, seed: seed).encodedJPEG()), name)
  }

  /// A VOC year of two pictures, each with a cat.
  func writeDevkit() throws {
    let year = "VOCdevkit/VOC2007"
    for id in 1...2 {
      try writePhotograph("\(year)/JPEGImages/\(id).jpg", seed: id)
      let annotation = """
        <annotation><size><width>20</width><height>10</height></size><object><name>cat</name>
        <difficult>0</difficult><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax>
        </bndbox></object></annotation>
        """
      try write(Data(annotation.utf8), "\(year)/Annotations/\(id).xml")
    }
    for (split, ids) in [("train", "1\n"), ("val", "2\n"), ("trainval", "1\n2\n")] {
      try write(Data(ids.utf8), "\(year)/ImageSets/Main/\(split).txt")
    }
  }

  /// Two photographs, one of them with a box.
  func writeCOCO() throws {
    for name in ["a", "b"] { try writePhotograph("photographs/\(name).jpg", seed: 3) }
    let annotations = """
      {"images": [{"id": 1, "file_name": "a.jpg", "width": 20, "height": 10},
                  {"id": 2, "file_name": "b.jpg", "width": 20, "height": 10}],
       "categories": [{"id": 3, "name": "cat"}],
       "annotations": [{"id": 1, "image_id": 1, "category_id": 3, "bbox": [2, 3, 4, 5],
                        "area": 20, "iscrowd": 0, "segmentation": [[2, 3, 6, 3, 6, 8, 2, 8]]}]}
      """
    try write(Data(annotations.utf8), "instances.json")
  }

  /// One picture in each file of CIFAR-10.
  func writeCIFAR() throws {
    let record = Data([1] + (0..<3072).map { UInt8(truncatingIfNeeded: $0) })
    for batch in 1...5 { try write(record, "cifar/data_batch_\(batch).bin") }
    try write(record, "cifar/test_batch.bin")
    try write(Data("airplane\nautomobile\n".utf8), "cifar/batches.meta.txt")
  }

  /// Two classes of ImageNet, a picture each, and one of unlisted class to validate with.
  func writeImageNet() throws {
    for name in ["n01", "n02"] { try writePhotograph("imagenet/train/\(name)/1.JPEG", seed: 4) }
    try writePhotograph("imagenet/val/2.JPEG", seed: 5)
    try write(Data("2.JPEG 1\n".utf8), "imagenet.txt")
  }

  /// Two pictures in an array, with labels.
  func writeArrays() throws {
    let file = try HDF5Writer(creating: file("arrays.h5"))
    try file.write("images", picture(10, 16, seed: 6).samples, shape: [2, 8, 10, 3])
    try file.write("labels", [1, 0] as [Int32])
    try file.commit()
  }

  /// A tar file of one sample.
  func writeShard() throws {
    try writePhotograph("shard/1.jpg", seed: 7)
    try write(Data("0".utf8), "shard/1.cls")
    let tar = Process()
    tar.executableURL = URL(filePath: "/usr/bin/env")
    tar.arguments = ["tar", "-C", file("shard"), "-cf", file("shard.tar"), "1.jpg", "1.cls"]
    try tar.run()
    tar.waitUntilExit()
  }

  /// Four squares of each of two classes, and two places to paste them on.
  func writeCutouts() throws {
    for (name, red) in [("bricks", 200), ("tiles", 20)] {
      for number in 0..<4 {
        var square = Picture(width: 60, height: 60, channels: 4)
        for place in 0..<3600 where (10..<50).contains(place % 60) && (10..<50).contains(place / 60)
        {
          // Grain, for what is smooth is taken for a drawing.
          let grain = (place * place * 31 + number * 17) % 41
          square.samples.replaceSubrange(
            place * 4..<place * 4 + 4, with: [UInt8(red + grain), UInt8(20 + grain), 90, 255])
        }
        try write(Data(square.encodedPNG()), "things/\(name)/\(number).png")
      }
    }
    for place in 1...2 {
      try write(
        Data(picture(300, 200, seed: place).encodedJPEG()), "places/\(place).jpg")
    }
    try write(Data(#"{"cutouts": "things", "backgrounds": ["places"]}"#.utf8), "cutouts.json")
  }
}
