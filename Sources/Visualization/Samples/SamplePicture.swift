internal import Datasets
internal import Images

/// A picture with what is known of it: masks as colors laid over it, boxes with their classes.
struct SamplePicture {
  /// The drawn picture.
  private(set) var picture: Picture
  /// The values of the mask that are on it.
  private(set) var values: Set<UInt8> = []

  /// A picture with its own boxes and mask, fitted into `side` x `side` pixels.
  init(_ record: Int, of dataset: Dataset, side: Int) throws {
    let size = dataset.size(of: record)
    let scale = Double(side) / Double(max(size.width, size.height))
    let (width, height) = (
      max(1, Int((Double(size.width) * scale).rounded())),
      max(1, Int((Double(size.height) * scale).rounded()))
    )
    picture = try dataset.picture(record, .reduced(width: width, height: height))
      .withThreeChannels().resized(width: width, height: height)
    if let mask = try dataset.mask(record) { lay(mask) }
    for object in dataset.boxes(of: record) { frame(object, scale, dataset.classes) }
  }

  /// A crop with its own mask, where there is one, enlarged or reduced to `side` on its longer
  /// side.
  init(crop: Picture, mask: Picture?, side: Int) {
    let scale = Double(side) / Double(max(crop.width, crop.height))
    picture = crop.withThreeChannels().resized(
      width: max(1, Int((Double(crop.width) * scale).rounded())),
      height: max(1, Int((Double(crop.height) * scale).rounded())),
      filter: scale > 2 ? .nearest : .bicubic)
    if let mask { lay(mask) }
  }

  /// Lays the colors of a mask over the picture, and white along the edges of what is void.
  private mutating func lay(_ mask: Picture) {
    let fitted = mask.resized(width: picture.width, height: picture.height, filter: .nearest)
    for (place, value) in fitted.samples.enumerated() where value != 0 {
      values.insert(value)
      let color = Palette.voc.colors[Int(value)]
      for channel in 0..<3 {
        let at = place * 3 + channel
        picture.samples[at] = UInt8((2 * Int(picture.samples[at]) + 3 * Int(color[channel])) / 5)
      }
    }
  }

  private mutating func frame(_ object: BoxAnnotation, _ scale: Double, _ classes: [String]) {
    let box = object.box
    let x = Int((Double(box.xMin) * scale).rounded())
    let y = Int((Double(box.yMin) * scale).rounded())
    picture.frame(
      x: x, y: y, width: max(1, Int((Double(box.xMax + 1) * scale).rounded()) - x),
      height: max(1, Int((Double(box.yMax + 1) * scale).rounded()) - y),
      color: Palette.voc.colors[(object.classIndex + 1) % 255],
      thickness: object.isDifficult ? 1 : 2,
      text: classes[object.classIndex] + (object.isDifficult ? " (difficult)" : ""))
  }
}

extension Picture {
  /// Draws a box with words on its upper edge, or under it at the top of the picture; black on a
  /// light color, white on a dark one.
  fileprivate mutating func frame(
    x: Int, y: Int, width: Int, height: Int, color: SIMD3<UInt8>, thickness: Int, text: String
  ) {
    outline(x: x, y: y, width: width, height: height, color: color, thickness: thickness)
    let (line, wide) = (TextFont.small.lineHeight, TextFont.small.width(of: text) + 6)
    let top = y >= line ? y - line : y
    let left = max(0, min(x, self.width - wide))
    let luma = 299 * Int(color.x) + 587 * Int(color.y) + 114 * Int(color.z)
    fill(x: left, y: top, width: wide, height: line, color: color)
    draw(text, x: left + 3, y: top, color: luma > 150_000 ? [0, 0, 0] : [255, 255, 255])
  }
}
