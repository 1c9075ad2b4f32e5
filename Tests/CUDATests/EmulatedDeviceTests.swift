import Backends
import Foundation
import Randomness
import Tensors
import Testing

/// What only the CUDA backend does; runs on a card, or on the emulated one.
@Suite(.enabled(if: Device.present.contains(.cuda(0)), "needs a GPU"))
struct EmulatedDeviceTests {
  @Test func itIsThere() {
    print("is emulated: \(Device.cuda(0))")  // the test that started this one looks for it
    let libraries = CUDABackend.device(0).libraries
    #expect(libraries["cuDNN"] != nil && libraries["NVRTC"] != nil, "\(libraries)")
    #expect(CUDASurvey.here.problem == nil && CUDASurvey.here.cards[0].device == "cuda:0")
  }

  @Test func freedMemoryIsUsedAgain() {
    let backend = CUDABackend.device(0)
    let before = backend.liveBytes
    do {
      let x = Tensor(filledWith: 1, shape: [1000, 1000], on: .cuda(0))
      #expect(backend.liveBytes >= before + 4_000_000)
      #expect(x.floats.allSatisfy { $0 == 1 })
    }
    #expect(backend.liveBytes < before + 4_000_000)
  }

  /// Weights stay in the layout of their gradients, and padding of 313 bins never shows.
  @Test func channelsThatArePaddedStayUnseen() {
    var stream = RandomKey(seed: 5).stream()
    func drawn(_ shape: Shape) -> [Double] { (0..<shape.count).map { _ in stream.normal() } }
    let (xShape, wShape): (Shape, Shape) = ([2, 3, 5, 4], [313, 3, 1, 1])
    let (xs, ws, bs) = (drawn(xShape), drawn(wShape), drawn([313]))
    func steps(on device: Device, _ dtype: DType) -> [Double] {
      let x = Tensor(xs, shape: xShape, dtype: dtype, on: device)
      var w = Tensor(ws, shape: wShape, on: device)
      let b = Tensor(bs, shape: [313], on: device)
      var momentum: Tensor? = Tensor(filledWith: 0, shape: wShape, on: device)
      for step in 0..<3 {
        let watched = w.watched()
        let y = x.convolution(watched, bias: b).relu()
        let slope = gradients(of: (y * y).sum(), for: [watched])[0]
        w.stepSGD(
          gradient: slope, momentum: &momentum, scale: Tensor(filledWith: 1, shape: [], on: device),
          SGDStep(rate: 1e-3, momentum: 0.9, isFirst: step == 0))
      }
      return w.doubles
    }
    for (dtype, limit) in [(DType.f32, 1e-5), (.bf16, 2e-2)] {
      let (found, expected) = (steps(on: .cuda(0), dtype), steps(on: .reference, dtype))
      for (a, b) in zip(found, expected) { #expect(abs(a - b) < limit * 3, "\(dtype)") }
    }
  }

  @Test func wideAndNarrowTypesMeet() {
    let wide = Tensor([1.0, -2, 3, 4, 5], shape: [5], on: .cuda(0))
    let narrow = Tensor([0.5, 2, 4, -1, 0], shape: [5], dtype: .bf16, on: .cuda(0))
    #expect((wide * narrow).floats == [0.5, -4, 12, -4, 0])
    #expect((narrow + wide).floats == [1.5, 0, 7, 3, 5] && (narrow + wide).dtype == .bf16)
  }

  /// Rows of an odd number of halves begin at odd places, which algorithms of tensor cores do not
  /// take.
  @Test(arguments: [DType.f32, .bf16], [(7, 5, 3), (1, 313, 9), (16, 8, 24), (33, 17, 1)])
  func productsOfOddWidth(dtype: DType, sizes: (Int, Int, Int)) {
    var stream = RandomKey(seed: 9).stream()
    let (rows, inner, columns) = sizes
    func drawn(_ count: Int) -> [Double] { (0..<count).map { _ in stream.normal() } }
    let (a, b) = (drawn(rows * inner), drawn(inner * columns))
    for (left, right) in [(false, false), (true, false), (false, true), (true, true)] {
      func product(on device: Device) -> [Double] {
        let x = Tensor(a, shape: left ? [inner, rows] : [rows, inner], dtype: dtype, on: device)
        let y = Tensor(
          b, shape: right ? [columns, inner] : [inner, columns], dtype: dtype, on: device)
        return x.matrixProduct(y, transposeSelf: left, transposeOther: right).doubles
      }
      let (found, expected) = (product(on: .cuda(0)), product(on: .reference))
      let largest = expected.map(abs).max()!
      for (p, q) in zip(found, expected) {
        #expect(abs(p - q) <= (dtype == .f32 ? 1e-5 : 1e-2) * largest, "\(dtype), \(sizes)")
      }
    }
  }

  @Test func aClassThatDoesNotExistStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let x = Tensor(filledWith: 1, shape: [1, 21, 2], on: .cuda(0))
      let weights = Tensor(filledWith: 1, shape: [1, 1, 2], on: .cuda(0))
      let classes = Tensor(indices: [3, 21], shape: [1, 1, 2], on: .cuda(0))
      _ = x.softmaxCrossEntropy(classes: classes, weights: weights).floats
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("a class at position 1 is not below 21"), "\(text)")
  }

  @Test func aColorThatIsNoneStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let x = Tensor([1, 2, 3, Float.nan], shape: [2, 1, 2], on: .cuda(0))
      _ = x.softCode(.init(centers: [[0, 1, 2]], neighbors: 2, sigma: 1)).shares.floats
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("softCode: position 3 is not finite"), "\(text)")
  }

  @Test func aRegionOfNoImageStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let x = Tensor(filledWith: 1, shape: [2, 3, 4, 4], on: .cuda(0))
      let boxes = Tensor([0.0, 0, 0, 2, 2, 2, 0, 0, 2, 2], shape: [2, 5], on: .cuda(0))
      _ = x.roiMaxPool(boxes, .init(size: 2, scale: 1)).floats
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("region 1 names an image that is not one of 2"), "\(text)")
  }
}
