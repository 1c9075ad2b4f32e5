import Tensors
import TestSupport
import Testing

/// Misuse stops with a message that names both shapes, in optimized builds too.
@Suite struct TrapTests {
  /// What a process that stopped had to say.
  private func words(_ result: ExitTest.Result?) throws -> String {
    String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
  }

  @Test func sumOfDifferentShapes() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let x = Tensor(filledWith: 1, shape: [2, 3], on: .reference)
      _ = x + Tensor(filledWith: 1, shape: [3, 2], on: .reference)
    }
    let text = try words(result)
    #expect(text.contains("[2, 3]") && text.contains("[3, 2]"), "\(text)")
  }

  @Test func convolutionOfTheWrongChannels() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let x = Tensor(filledWith: 1, shape: [1, 3, 8, 8], on: .reference)
      _ = x.convolution(Tensor(filledWith: 1, shape: [4, 5, 3, 3], on: .reference))
    }
    let text = try words(result)
    #expect(text.contains("[1, 3, 8, 8]") && text.contains("[4, 5, 3, 3]"), "\(text)")
  }

  @Test func matricesWhoseInnerSizesDiffer() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let x = Tensor(filledWith: 1, shape: [8, 27], on: .reference)
      _ = x.matrixProduct(Tensor(filledWith: 1, shape: [26, 4], on: .reference))
    }
    let text = try words(result)
    #expect(text.contains("[8, 27]") && text.contains("[26, 4]"), "\(text)")
  }

  @Test func targetsThatDoNotFitTheLogits() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let x = Tensor(filledWith: 1, shape: [2, 313, 4, 4], on: .reference)
      let classes = Tensor(
        indices: [Int32](repeating: 0, count: 18), shape: [2, 1, 3, 3], on: .reference)
      let weights = Tensor(filledWith: 1, shape: [2, 1, 3, 3], on: .reference)
      _ = x.softmaxCrossEntropy(classes: classes, weights: weights)
    }
    let text = try words(result)
    #expect(text.contains("[2, 313, 4, 4]") && text.contains("[2, 1, 3, 3]"), "\(text)")
  }

  @Test(arguments: Device.present) func aClassThatDoesNotExist(device: Device) async throws {
    // An exit test captures nothing, so each device has its own.
    let result =
      switch device {
      case .reference:
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          lossOfAMissingClass(on: .reference)
        }
      default:
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          lossOfAMissingClass(on: .cpu)
        }
      }
    let text = try words(result)
    #expect(text.contains("is not below 21"), "\(text)")
  }

  @Test func valuesThatDoNotFillTheShape() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor([1.0, 2, 3], shape: [2, 2], on: .reference)
    }
    let text = try words(result)
    #expect(text.contains("3 values") && text.contains("[2, 2]"), "\(text)")
  }

  @Test func aTapeThatWasConsumed() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let x = Tensor([1.0, 2, 3], shape: [3], on: .reference).watched()
      let y = (x * x).sum()
      _ = gradients(of: y, for: [x])
      _ = gradients(of: y, for: [x])
    }
    #expect(try words(result).contains("consumed"))
  }
}

private func lossOfAMissingClass(on device: Device) {
  let x = Tensor(filledWith: 1, shape: [1, 21], on: device)
  let weights = Tensor(filledWith: 1, shape: [1, 1], on: device)
  _ =
    x.softmaxCrossEntropy(
      classes: Tensor(indices: [21], shape: [1, 1], on: device), weights: weights
    ).floats
}
