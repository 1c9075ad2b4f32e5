import Randomness
import Tensors
import TestSupport
import Testing

/// Every gradient is what moving the inputs shows.
@Suite struct GradientTests {
  @Test(arguments: OperationCases.smooth) func gradientIsTrue(row: OperationCase) {
    let checks = checkGradients(
      row.inputs.map(\.tensor), variables: row.variables,
      key: RandomKey(seed: 8).folding(row.name)
    ) { row.run($0)[0] }
    #expect(checks.count == row.variables.count)
    for check in checks { #expect(check.error < 1e-6, "\(row.name), \(check)") }
  }

  @Test func gradientsAddUpOverSeveralUses() {
    let x = Tensor([1.0, 2, 3], shape: [3], dtype: .f64, on: .reference).watched()
    let y = x * x + x.scaled(by: 3) + concatenate([x.reshaped([1, 3])], axis: 0).reshaped([3])
    #expect(gradients(of: y, for: [x])[0].doubles == [6, 8, 10])
  }

  @Test func aLeafThatIsNotUsedHasTheGradientZero() {
    let x = Tensor([1.0, 2], shape: [2], on: .reference).watched()
    let other = Tensor([1.0], shape: [1], on: .reference).watched()
    #expect(gradients(of: x.sum(), for: [other, x]).map(\.floats) == [[0], [1, 1]])
  }

  @Test func nothingIsRecordedUnlessWatched() {
    let x = Tensor([1.0, 2], shape: [2], on: .reference)
    #expect(!(x * x).isWatched)
    #expect((x * x.watched()).isWatched)
    #expect(!(x.watched().detached * x).isWatched)
  }
}
