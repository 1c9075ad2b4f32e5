import Backends
import Foundation
import Testing

struct Geometry: CustomTestStringConvertible, Sendable {
  let name: String
  let x: Shape
  let w: Shape
  var p = ConvolutionParameters()
  /// Winograd's method adds and subtracts numbers that are larger than its results.
  var tolerance = 2e-6
  /// The typical error in bfloat16, where Winograd's transforms are rounded, too.
  var rounding = 5e-4
  var testDescription: String { name }

  static let all = [
    Geometry(
      name: "first layer", x: [2, 1, 17, 19], w: [64, 1, 3, 3],
      p: ConvolutionParameters(padding: 1)),
    Geometry(name: "313 classes", x: [2, 32, 6, 5], w: [313, 32, 1, 1]),
    Geometry(
      name: "stride 2", x: [2, 16, 13, 12], w: [32, 16, 3, 3],
      p: ConvolutionParameters(stride: 2, padding: 1)),
    Geometry(
      name: "dilation 2", x: [1, 32, 9, 10], w: [32, 32, 3, 3],
      p: ConvolutionParameters(padding: 2, dilation: 2)),
    Geometry(
      name: "AlexNet 1", x: [2, 3, 47, 43], w: [24, 3, 11, 11],
      p: ConvolutionParameters(stride: 4, padding: 5)),
    Geometry(
      name: "two groups", x: [2, 32, 9, 9], w: [48, 16, 5, 5],
      p: ConvolutionParameters(padding: 2, groups: 2)),
    Geometry(
      name: "uneven groups", x: [2, 6, 8, 7], w: [9, 2, 3, 3],
      p: ConvolutionParameters(padding: 1, groups: 3)),
    Geometry(
      name: "depthwise", x: [2, 20, 8, 7], w: [20, 1, 3, 3],
      p: ConvolutionParameters(padding: 1, groups: 20)),
    Geometry(
      name: "dilated fc6", x: [1, 16, 12, 12], w: [32, 16, 6, 6],
      p: ConvolutionParameters(padding: 5, dilation: 2)),
    Geometry(
      name: "stride over kernel", x: [2, 5, 11, 13], w: [7, 5, 2, 2],
      p: ConvolutionParameters(stride: 3)),
    Geometry(
      name: "padding over kernel", x: [2, 2, 4, 5], w: [3, 2, 3, 3],
      p: ConvolutionParameters(padding: 10)),
    Geometry(
      name: "uneven in both directions", x: [2, 3, 11, 11], w: [5, 3, 3, 5],
      p: ConvolutionParameters(stride: Pair(2, 1), padding: Pair(1, 0), dilation: Pair(1, 2))),
    Geometry(
      name: "upsampling", x: [2, 24, 12, 10], w: [32, 24, 4, 4],
      p: ConvolutionParameters(stride: 2, padding: 1)),
    Geometry(name: "one pixel", x: [1, 3, 1, 1], w: [4, 3, 1, 1]),
    Geometry(
      name: "Winograd", x: [3, 32, 14, 12], w: [48, 32, 3, 3],
      p: ConvolutionParameters(padding: 1), tolerance: 2e-5),
    Geometry(
      name: "Winograd without border", x: [2, 16, 15, 14], w: [16, 16, 3, 3], tolerance: 2e-5),
    Geometry(
      name: "Winograd on four grids", x: [2, 32, 20, 24], w: [48, 32, 3, 3],
      p: ConvolutionParameters(padding: 2, dilation: 2), tolerance: 2e-5),
    Geometry(
      name: "Winograd on nine grids", x: [1, 16, 24, 30], w: [32, 16, 3, 3],
      p: ConvolutionParameters(padding: 3, dilation: 3), tolerance: 2e-5),
    Geometry(
      name: "tiles of two over the border", x: [2, 64, 7, 9], w: [80, 64, 3, 3],
      p: ConvolutionParameters(padding: 1), tolerance: 2e-5, rounding: 1.5e-3),
    Geometry(
      name: "tiles of two on unequal grids", x: [2, 80, 11, 8], w: [64, 80, 3, 3],
      p: ConvolutionParameters(padding: 3, dilation: 3), tolerance: 2e-5, rounding: 1.5e-3),
    Geometry(
      name: "tiles of two in several products", x: [1, 64, 2, 4201], w: [64, 64, 3, 3],
      p: ConvolutionParameters(padding: 1), tolerance: 2e-5, rounding: 1.5e-3),
  ]
}

@Test(arguments: Geometry.all, precisions)
func convolutionsAgree(_ c: Geometry, _ dtype: DType) {
  for relu in [false, true] {
    expectAgreement(dtype, dtype == .bf16 ? c.rounding : c.tolerance) { b in
      var p = c.p
      p.relu = relu
      let (x, w) = (b.numbers(c.x, 1), b.numbers(c.w, 2))
      let bias = relu ? b.numbers([c.w[0]], 3) : nil
      let y = b.backend.convolution(x, w, bias, p)
      let g = b.numbers(y.shape, 4)
      let gradients = b.backend.convolutionWeightGradient(
        g, x, weightShape: c.w, c.p, bias: relu)
      return [
        y, b.backend.convolutionInputGradient(g, w, inputShape: c.x, c.p), gradients.weight,
        gradients.bias,
      ]
    }
  }
}

/// Whether this processor multiplies bfloat16 in vector units: then Winograd's method is faster.
private let takesWinograd: Bool = {
  let processor = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
  return processor.contains("avx512_bf16") && !processor.contains("amx_bf16")
}()

/// The transforms are rounded, so that a result of the direct method would be too good.
@Test(.enabled("without vector units for bfloat16, or with matrix units", { takesWinograd }))
func bfloat16TakesWinogradsMethod() {
  func result(_ backend: any Backend) -> [Double] {
    let b = Bench(backend: backend, dtype: .bf16)
    let y = backend.convolution(
      b.numbers([1, 64, 8, 8], 1), b.numbers([64, 64, 3, 3], 2), nil,
      ConvolutionParameters(padding: 1))
    return backend.doubles(of: y)
  }
  let (ours, truth) = (result(cpu), result(reference))
  #expect(zip(ours, truth).count { $0 != $1 } > truth.count / 4)
}

/// Where the picture or the weights hold a NaN, ReLU and rounding leave it one.
@Test(
  .enabled("without vector units for bfloat16, or with matrix units", { takesWinograd }),
  arguments: [Float.nan, Float(bitPattern: 0xFFFF_FFFF), Float(bitPattern: 0x7FFF_FFFF)])
func aNaNStaysOne(_ value: Float) {
  let p = ConvolutionParameters(padding: 1, relu: true)
  var weights = [Float](repeating: 0.5, count: 64 * 64 * 9)
  weights[4] = value  // the center of the first kernel
  let w = cpu.store(weights, shape: [64, 64, 3, 3], dtype: .f32)
  let x = Bench(backend: cpu, dtype: .bf16).numbers([1, 64, 4, 4], 1)
  let y = cpu.floats(of: cpu.convolution(x, w, nil, p))
  #expect(y.prefix(16).allSatisfy(\.isNaN) && y.dropFirst(16).allSatisfy { !$0.isNaN })
}

@Test(arguments: precisions) func convolutionsChainInPrivateLayouts(_ dtype: DType) {
  expectAgreement(dtype, 5e-6) { b in
    let p = ConvolutionParameters(padding: 1, relu: true)
    let x = b.blocked([2, 13, 9, 8], 1)
    let y = b.backend.convolution(x, b.numbers([19, 13, 3, 3], 2), nil, p)
    let z = b.backend.convolution(y, b.numbers([5, 19, 3, 3], 3), nil, p)
    let g = b.backend.reluGradient(b.numbers(z.shape, 4), output: z, slope: 0)
    return [
      z,
      b.backend.convolutionInputGradient(
        g, b.numbers([5, 19, 3, 3], 3), inputShape: y.shape, p),
    ]
  }
}

@Test func weightsMayBeOfSinglePrecision() {
  let (wide, p) = ({ Bench(backend: $0, dtype: .f32) }, ConvolutionParameters(padding: 1))
  expectAgreement(.bf16) { b in
    let w = wide(b.backend).numbers([19, 13, 3, 3], 2)
    let x = b.numbers([2, 13, 9, 8], 1)
    let y = b.backend.convolution(x, w, wide(b.backend).numbers([19], 3), p)
    let g = b.numbers(y.shape, 4)
    let gradient = b.backend.convolutionWeightGradient(g, x, weightShape: w.shape, p, bias: true)
    #expect(y.dtype == .bf16 && gradient.weight.dtype == .f32 && gradient.bias?.dtype == .f32)
    // The weights count as rounded: bfloat16 weights give the same.
    let rounded = b.backend.converted(w, to: .bf16)
    return [
      y, b.backend.convolutionInputGradient(g, w, inputShape: x.shape, p), gradient.weight,
      b.backend.convolution(x, rounded, wide(b.backend).numbers([19], 3), p),
    ]
  }
}

/// Weights move between the layouts of a step's passes without a change in any element.
@Test(arguments: [[32, 48, 3, 3], [19, 35, 3, 3], [313, 16, 1, 1]] as [Shape])
func weightsKeepTheirElementsInEveryLayout(_ shape: Shape) {
  let b = Bench(backend: cpu, dtype: .f32)
  let p = ConvolutionParameters(padding: Pair(shape[2] / 2))
  let w = b.numbers(shape, 1)
  let x = b.numbers([2, shape[1], 6, 6], 2)
  let gradient = cpu.convolutionWeightGradient(
    b.numbers([2, shape[0], 6, 6], 3), x, weightShape: shape, p, bias: false
  ).weight
  let arranged = cpu.arranged(w, like: gradient)
  #expect(cpu.floats(of: arranged) == cpu.floats(of: w))
  for dtype in precisions {
    let input = Bench(backend: cpu, dtype: dtype).numbers([2, shape[1], 6, 6], 2)
    let y = cpu.convolution(input, w, nil, p)
    #expect(cpu.floats(of: cpu.convolution(input, arranged, nil, p)) == cpu.floats(of: y))
    #expect(
      cpu.floats(of: cpu.convolutionInputGradient(y, arranged, inputShape: x.shape, p))
        == cpu.floats(of: cpu.convolutionInputGradient(y, w, inputShape: x.shape, p)))
  }
}

@Test func anEmptyBatchIsAllowed() {
  expectAgreement(.f32) { b in
    let x = b.numbers([0, 3, 5, 5], 1)
    let w = b.numbers([4, 3, 3, 3], 2)
    let y = b.backend.convolution(x, w, nil, ConvolutionParameters())
    let gradients = b.backend.convolutionWeightGradient(
      y, x, weightShape: w.shape, ConvolutionParameters(), bias: true)
    return [y, gradients.weight, gradients.bias]
  }
}

@Test(arguments: precisions, [false, true]) func productsAgree(_ dtype: DType, _ transposed: Bool) {
  for library in ProductLibrary.allCases {
    let own = CPUBackend()  // others go on with the library they have
    own.products = library
    for (m, k, n) in [(7, 19, 5), (1, 300, 4), (33, 1, 17), (64, 128, 96)] {
      expectAgreement(dtype, on: own) { b in
        let a = b.numbers(transposed ? [k, m] : [m, k], 1)
        let (c, d) = (b.numbers([k, n], 2), b.numbers([n, k], 3))
        return [
          b.backend.matrixProduct(a, c, transposeA: transposed, transposeB: false),
          b.backend.matrixProduct(a, d, transposeA: transposed, transposeB: true),
        ]
      }
    }
  }
}
