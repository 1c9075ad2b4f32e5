import Backends
import Randomness
import Tensors
import Testing

/// Steps of many parameters in one launch are those one by one.
@Suite(.enabled(if: Device.present.contains(.cuda(0)), "needs a GPU"))
struct SteppingTests {
  /// More than one launch takes, of sizes below, at and above a tile, of two types.
  static let parameters: [(Shape, DType)] =
    (0..<101).map { ([($0 % 7 + 1) * ($0 % 13 + 1)], $0 % 3 == 0 ? .bf16 : .f32) }
    + [([4095], .f32), ([4096], .f32), ([3, 4097], .f32)]

  private struct Model {
    var values: [Tensor]
    var means: [Tensor]
    var squares: [Tensor]
    let gradients: [Tensor]

    init() {
      var stream = RandomKey(seed: 4).stream()
      func drawn(_ shape: Shape, _ dtype: DType) -> Tensor {
        Tensor(
          (0..<shape.count).map { _ in stream.normal() }, shape: shape, dtype: dtype, on: .cuda(0))
      }
      values = SteppingTests.parameters.map { drawn($0.0, $0.1) }
      gradients = SteppingTests.parameters.map { drawn($0.0, .f32) }
      means = SteppingTests.parameters.map { Tensor(filledWith: 0, shape: $0.0, on: .cuda(0)) }
      squares = means.map(\.zeros)
    }

    mutating func step(_ place: Int, _ scale: Tensor) {
      let decay = place % 2 == 0 ? 0 : 0.1
      values[place].stepAdam(
        gradient: gradients[place], mean: &means[place], meanSquare: &squares[place], scale: scale,
        AdamStep(rate: 0.1, weightDecay: decay, time: 1))
    }

    var bits: [[UInt32]] { (values + means + squares).map { $0.floats.map(\.bitPattern) } }
  }

  @Test(arguments: [0.5, Double.nan]) func togetherIsOneByOne(factor: Double) {
    let scale = Tensor([factor], shape: [], on: .cuda(0))
    var (alone, together) = (Model(), Model())
    let before = alone.bits
    for place in Self.parameters.indices { alone.step(place, scale) }
    Device.cuda(0).steppingTogether {
      for place in Self.parameters.indices { together.step(place, scale) }
    }
    #expect(alone.bits == together.bits)
    #expect((alone.bits == before) == factor.isNaN)
  }

  /// What is asked for in between finds the parameters stepped.
  @Test func whatReadsAParameterFindsItStepped() {
    let scale = Tensor([1.0], shape: [], on: .cuda(0))
    var (alone, together) = (Model(), Model())
    alone.step(1, scale)
    Device.cuda(0).steppingTogether {
      together.step(1, scale)
      let doubled = together.values[1].scaled(by: 2)
      together.step(2, scale)
      #expect(doubled.floats == alone.values[1].scaled(by: 2).floats)
    }
  }

  /// The doubled first parameter between two steps that are gathered.
  private static func doubledBetweenSteps() -> [Float] {
    let scale = Tensor([1.0], shape: [], on: .cuda(0))
    var model = Model()
    return Device.cuda(0).steppingTogether {
      model.step(1, scale)
      let doubled = model.values[1].scaled(by: 2)
      model.step(2, scale)
      return doubled.floats
    }
  }

  /// What one thread gathers is no other's affair.
  @Test func threadsGatherForThemselves() async {
    let scale = Tensor([1.0], shape: [], on: .cuda(0))
    var alone = Model()
    alone.step(1, scale)
    let expected = alone.values[1].scaled(by: 2).floats
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask {
          (0..<10).allSatisfy { _ in SteppingTests.doubledBetweenSteps() == expected }
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }

  @Test func aNormOverManyIsThatOfAll() {
    let model = Model()
    for count in [0, 1, 48, 49, model.values.count] {
      let values = Array(model.values.prefix(count))
      let expected = values.reduce(0.0) { $1.floats.reduce($0) { $0 + Double($1) * Double($1) } }
      let norm = Tensor.norm(of: values, on: .cuda(0)).scalar
      #expect(abs(norm - expected.squareRoot()) <= 1e-12 * norm)
      if count == 1 { #expect(abs(values[0].squaredNorm - expected) <= 1e-12 * expected) }
    }
  }
}
