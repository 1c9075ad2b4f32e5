public import Randomness

extension ReferenceBackend {
  /// 1 / keep with probability keep, else 0: element i looks at word i mod 4 of Philox block i / 4.
  public func dropoutMask(shape: Shape, dtype: DType, keep: Double, key: RandomKey) -> Storage {
    let threshold = keep * 0x1p32
    var mask = [Double](repeating: 0, count: shape.count)
    for block in 0..<(mask.count + 3) / 4 {
      let counter = (
        UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32), UInt32(0),
        UInt32(0)
      )
      let words = Philox.block(counter: counter, key: key.bits)
      for (word, i) in zip([words.0, words.1, words.2, words.3], 4 * block..<mask.count)
      where Double(word) < threshold {
        mask[i] = 1 / keep
      }
    }
    return write(mask, shape, dtype)
  }
}
