import ColorScience
import Testing

/// Tolerances of the reference set: Double 1e-9; Float 5e-4 in Lab.
struct LabTests {
  let golden: Golden
  init() throws { golden = try Golden.load("lab") }

  @Test func sRGBToLabIsThatOfSkimage() throws {
    let rgb = try golden("rgb")
    let expected = try golden("lab")
    var lab: [Double] = []
    for at in stride(from: 0, to: rgb.count, by: 3) {
      let color = Lab(
        SRGB(red: UInt8(rgb[at]), green: UInt8(rgb[at + 1]), blue: UInt8(rgb[at + 2])))
      lab += [color.lightness, color.a, color.b]
    }
    #expect(lab.count == 2700)
    #expect(excess(lab, over: expected) < 1e-9)
  }

  @Test func labToSRGBClipsAsSkimageDoes() throws {
    let lab = try golden("back_lab")
    var rgb: [Double] = []
    var codes: [Double] = []
    for at in stride(from: 0, to: lab.count, by: 3) {
      let color = Lab(lightness: lab[at], a: lab[at + 1], b: lab[at + 2]).sRGB
      rgb += [color.red, color.green, color.blue]
      codes += [Double(color.codes.red), Double(color.codes.green), Double(color.codes.blue)]
    }
    #expect(try golden("back_z_clipped").contains(1))
    #expect(try excess(rgb, over: golden("back_rgb"), relative: 1e-9) < 1e-9)
    #expect(try codes == golden("back_codes"))
  }

  @Test func theFastPlanesAgreeWithSkimage() throws {
    // 899 pixels, so that the last group of eight is not full.
    let rgb = try golden("rgb").dropLast(3).map { UInt8($0) }
    let planes = LabPlanes(rgb: rgb)
    let lab = planes.lightness.indices.flatMap {
      [Double(planes.lightness[$0]), Double(planes.a[$0]), Double(planes.b[$0])]
    }
    #expect(try excess(lab, over: golden("lab").dropLast(3)) < 5e-4)
  }

  @Test func theFastCodesAgreeWithSkimage() throws {
    let lab = try golden("back_lab").map { Float($0) }
    let pixels = lab.count / 3
    let planes = LabPlanes(
      lightness: (0..<pixels).map { lab[3 * $0] }, a: (0..<pixels).map { lab[3 * $0 + 1] },
      b: (0..<pixels).map { lab[3 * $0 + 2] })
    #expect(try planes.rgb.map { Double($0) } == golden("back_codes"))
  }

  @Test func everyThirdCodeAgreesWithDoubleAndSurvivesTheRoundTrip() {
    let codes = (0...85).map { UInt8($0 * 3) }
    var rgb: [UInt8] = []
    for red in codes { for green in codes { for blue in codes { rgb += [red, green, blue] } } }
    let planes = LabPlanes(rgb: rgb)
    var worst = 0.0
    for pixel in planes.a.indices {
      let exact = Lab(
        SRGB(red: rgb[3 * pixel], green: rgb[3 * pixel + 1], blue: rgb[3 * pixel + 2]))
      worst = max(
        worst, abs(exact.lightness - Double(planes.lightness[pixel])),
        abs(exact.a - Double(planes.a[pixel])), abs(exact.b - Double(planes.b[pixel])))
    }
    #expect(planes.a.count == 86 * 86 * 86)
    #expect(worst < 5e-4, "largest error \(worst)")
    #expect(planes.rgb == rgb)
  }

  @Test func nothingGivesNothing() {
    #expect(LabPlanes(rgb: []).rgb.isEmpty)
    #expect(LabPlanes(lightness: [.nan], a: [0], b: [0]).rgb == [0, 0, 0])
  }

  /// What training takes of a picture is what the whole conversion gives.
  @Test func lightnessAloneAndSampledChromaAreThoseOfTheWhole() {
    let (width, height) = (37, 11)
    let rgb = (0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    let planes = LabPlanes(rgb: rgb)
    var lightness = [Float](repeating: 0, count: width * height)
    rgb.withUnsafeBufferPointer { rgb in
      lightness.withUnsafeMutableBufferPointer {
        LabPlanes.convert(rgb: rgb, lightness: $0, mean: 50, scale: 0.01)
      }
    }
    #expect(lightness == planes.lightness.map { ($0 - 50) * 0.01 })
    for step in [1, 4, 5] {
      let sampled = LabPlanes.chroma(ofRGB: rgb, width: width, step: step)
      var places: [Int] = []
      for row in stride(from: 0, to: height, by: step) {
        for column in stride(from: 0, to: width, by: step) { places.append(row * width + column) }
      }
      #expect(sampled.a == places.map { planes.a[$0] } && sampled.b == places.map { planes.b[$0] })
    }
  }

  @Test func sixteenBitsGoToLabAndBack() {
    let codes = (0..<999).map { UInt16(truncatingIfNeeded: $0 &* 40_503) }
    let planes = LabPlanes(deepRGB: codes)
    for pixel in 0..<333 {
      let lab = Lab(
        SRGB(
          red: Double(codes[3 * pixel]) / 65535, green: Double(codes[3 * pixel + 1]) / 65535,
          blue: Double(codes[3 * pixel + 2]) / 65535))
      #expect(abs(Double(planes.lightness[pixel]) - lab.lightness) < 5e-4)
      #expect(abs(Double(planes.a[pixel]) - lab.a) < 5e-4)
      #expect(abs(Double(planes.b[pixel]) - lab.b) < 5e-4)
    }
    let back = planes.deepRGB
    #expect(zip(back, codes).allSatisfy { abs(Int($0) - Int($1)) <= 2 })
    // 8 bits would leave steps of 257.
    let ramp = (20_000..<20_100).flatMap { [UInt16($0), UInt16($0), UInt16($0)] }
    #expect(Set(LabPlanes(deepRGB: ramp).deepRGB).count > 95)
    #expect(
      LabPlanes(lightness: [200, -50, .nan], a: [0, 0, 0], b: [0, 0, 0]).deepRGB
        == [65535, 65535, 65535, 0, 0, 0, 0, 0, 0])
  }
}
