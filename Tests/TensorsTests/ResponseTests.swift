import Tensors
import TestSupport
import Testing

/// What no case of the table holds: numbers that are none, and counts that begin anew.
@Suite struct ResponseTests {
  @Test(arguments: Device.present) func aPlaneWithANumberThatIsNoneHasNoPlace(device: Device) {
    // Enough rows for several blocks; the number that is none lies in the last, or first.
    let plane = 40 * 40
    func map(_ change: (inout [Float]) -> Void) -> [Float] {
      var values = (0..<plane).map { Float($0 % 7) }
      change(&values)
      return values
    }
    let maps = [
      map { $0[plane - 1] = .nan }, map { $0[0] = .nan }, map { $0[900] = 9 },
      map { $0 = .init(repeating: -.infinity, count: plane) }, map { $0[3] = .infinity },
    ]
    let x = Tensor(maps.flatMap { $0 }, shape: [1, 5, 40, 40], on: device)
    let peaks = x.peaks()
    #expect(peaks.places.indices == [-1, -1, 900, 0, 3])
    #expect(Array(peaks.values.floats[2...]) == [9, -.infinity, .infinity])
  }

  @Test(arguments: Device.present) func everyNumberFallsIntoItsBin(device: Device) {
    let numbers: [Float] = [
      0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1, 1.031, 1.032, -1, .infinity,
      -.infinity, .greatestFiniteMagnitude, 0x1p-128,
    ]
    var counts = ResponseCounts(channels: 2, on: device)
    let x = Tensor(numbers + numbers.map { _ in 0 }, shape: [1, 2, 3, 4], on: device)
    let shared = counts
    for _ in 0..<3 { counts.add(x) }
    #expect(counts.total == 36 && shared.total == 0)
    var expected = [Int32](repeating: 0, count: 2 * ResponseBins.count)
    for number in numbers {
      expected[number == 0 ? ResponseBins.zeros : ResponseBins.key(of: number)] += 3
    }
    expected[2 * ResponseBins.count - 1] = 36
    #expect(counts.take() == expected)
    #expect(counts.total == 0 && counts.take().allSatisfy { $0 == 0 })
    // A copy that was made before is none of it.
    var other = shared
    #expect(other.take().allSatisfy { $0 == 0 })
  }
}
