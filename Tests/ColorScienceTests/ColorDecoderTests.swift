import ColorScience
import Testing

/// Tolerance of the reference set for Float: 1e-3 in ab; the mode is exact.
struct ColorDecoderTests {
  let golden: Golden
  init() throws { golden = try Golden.load("annealed_mean") }

  /// Decodes the three pictures of four pixels each, in the order of the golden file.
  private func decoded(_ decoding: ColorDecoding) throws -> [Double] {
    let logits = try golden("logits").map { Float($0) }
    #expect(logits.count == 3 * 313 * 4)
    let decoder = ColorDecoder(decoding: decoding)
    return (0..<3).flatMap { picture in
      let one = Array(logits[(picture * 313 * 4)..<((picture + 1) * 313 * 4)])
      let (a, b) = decoder.decode(logits: one, pixels: 4)
      return (a + b).map { Double($0) }
    }
  }

  @Test(arguments: ["1.00", "0.77", "0.58", "0.38", "0.29", "0.14"])
  func theAnnealedMeanIsThatOfTheReference(temperature: String) throws {
    let ab = try decoded(.annealedMean(temperature: Double(temperature)!))
    #expect(try excess(ab, over: golden("ab_T\(temperature)")) < 1e-3)
  }

  @Test func theReleasedScaleIsItsOwn() throws {
    let expected = try golden("ab_scale2.606")
    #expect(try excess(decoded(.released), over: expected) < 1e-3)
    #expect(try excess(decoded(.annealedMean(temperature: 0.38)), over: expected) > 1e-3)
  }

  @Test func theModeIsExact() throws {
    #expect(try decoded(.mode) == golden("ab_mode"))
    let flat = ColorDecoder(decoding: .mode).decode(
      logits: .init(repeating: 2, count: 313), pixels: 1)
    #expect(flat.a == [ColorBins.standard.a[0]] && flat.b == [ColorBins.standard.b[0]])
  }

  @Test func fullAndPartialGroupsAgree() {
    // 19 pixels: two full groups and a partial one. Pixel p puts all its weight on bin 16 p.
    let pixels = 19
    var logits = [Float](repeating: 0, count: 313 * pixels)
    for pixel in 0..<pixels { logits[16 * pixel * pixels + pixel] = 60 }
    let (a, b) = ColorDecoder().decode(logits: logits, pixels: pixels)
    for pixel in 0..<pixels {
      #expect(abs(a[pixel] - ColorBins.standard.a[16 * pixel]) < 1e-3)
      #expect(abs(b[pixel] - ColorBins.standard.b[16 * pixel]) < 1e-3)
    }
  }

  @Test func theEntropyRunsFromNothingToLog313() throws {
    let logits = try golden("logits").map { Float($0) }
    let first = ColorDecoder().entropy(logits: Array(logits[..<(313 * 4)]), pixels: 4)
    #expect(abs(first[0] - 5.746_203) < 1e-5)
    #expect(first.allSatisfy { $0 >= 0 && $0 < 5.7463 })
    let second = ColorDecoder().entropy(
      logits: Array(logits[(313 * 4)..<(2 * 313 * 4)]), pixels: 4)
    #expect(abs(second[0]) < 1e-6 && abs(second[1]) < 1e-6)
    // Two bins alike and nothing else: log 2, at any temperature.
    var two = [Float](repeating: -1000, count: 313)
    two[7] = 3
    two[200] = 3
    let cold = ColorDecoder().entropy(logits: two, pixels: 1, temperature: 0.1)
    #expect(abs(cold[0] - 0.693_147) < 1e-6)
  }
}
