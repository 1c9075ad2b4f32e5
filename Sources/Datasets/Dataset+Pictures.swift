public import Images

extension Dataset {
  /// The decoded picture of a record, upright, its color profile followed as its file says; see
  /// `Picture.init(decoding:as:_:profiles:)`.
  public func picture(
    _ record: Int, _ size: DecodingSize, as space: ColorSpace = .rgb
  ) throws(DatasetError) -> Picture {
    let bytes = try bytes(of: record)
    do throws(ImageError) {
      return try Picture(decoding: bytes, as: space, size, profiles: colorProfiles(of: record))
    } catch {
      throw damaged(record, "its picture cannot be decoded: \(error)", isOfDecoding: true)
    }
  }

  /// The class of each pixel (0 background, 255 void, otherwise 1 + the position in `classes`), or
  /// nil where the record has no mask.
  public func mask(_ record: Int) throws(DatasetError) -> Picture? {
    guard let bytes = try maskBytes(of: record) else { return nil }
    do throws(ImageError) {
      return try Picture(decoding: bytes, as: .paletteIndices)
    } catch {
      throw damaged(record, "its mask cannot be decoded: \(error)", isOfDecoding: true)
    }
  }
}
