public import Images

extension Dataset {
  /// The decoded picture of a record, upright; see `Picture.init(decoding:as:atLeast:)`.
  public func picture(
    _ record: Int, as space: ColorSpace = .rgb, atLeast size: (width: Int, height: Int)? = nil
  ) throws(DatasetError) -> Picture {
    let bytes = try bytes(of: record)
    do throws(ImageError) {
      return try Picture(decoding: bytes, as: space, atLeast: size)
    } catch {
      throw self.error(record, "its picture cannot be decoded: \(error)")
    }
  }

  /// The class of each pixel (0 background, 255 void, otherwise 1 + the position in `classes`), or
  /// nil where the record has no mask.
  public func mask(_ record: Int) throws(DatasetError) -> Picture? {
    guard let bytes = try maskBytes(of: record) else { return nil }
    do throws(ImageError) {
      return try Picture(decoding: bytes, as: .paletteIndices)
    } catch {
      throw self.error(record, "its mask cannot be decoded: \(error)")
    }
  }
}
