import Randomness
import Tensors
import TestSupport
import Testing

/// Values come back from a device as they went in, rounded to their type.
@Suite struct MemoryTests {
  @Test(arguments: Device.present) func valuesComeBack(device: Device) {
    let values: [Float] = [0, -0, 1, -2.5, 3e38, 0x1p-140, .infinity]
    #expect(
      Tensor(values, shape: [7], on: device).floats.map(\.bitPattern) == values.map(\.bitPattern))
    #expect(Tensor([1.5, -2], shape: [2, 1], on: device).doubles == [1.5, -2])
    #expect(
      Tensor(indices: [1, -7, .max], shape: [3], on: device).indices == [1, -7, .max])
    #expect(Tensor([Float.nan], shape: [], on: device).floats[0].isNaN)
    #expect(Tensor([Double](), shape: [0, 3], on: device).floats.isEmpty)
    #expect(
      Tensor(filledWith: 0.25, shape: [2, 2], dtype: .bf16, on: device).floats == [
        0.25, 0.25, 0.25, 0.25,
      ])
  }

  /// To the nearest, and of two equally near ones to the one whose last bit is 0.
  @Test(arguments: Device.present) func bfloat16RoundsToNearestEven(device: Device) {
    let pairs: [(Float, Float)] = [
      (1.00390625, 1), (1.01171875, 1.015625), (1.004, 1.0078125), (-1.00390625, -1),
      (3.4e38, .infinity), (-2.0078125, -2), (0.1, 0.100097656),
    ]
    let rounded = Tensor(pairs.map(\.0), shape: [7], dtype: .bf16, on: device).floats
    for (found, pair) in zip(rounded, pairs) {
      #expect(found == pair.1 || abs(found - pair.1) < 1e-8 * abs(pair.1), "\(pair.0)")
    }
    let single = Tensor(pairs.map(\.0), shape: [7], on: device)
    #expect(single.converted(to: .bf16).floats == rounded)
    #expect(Tensor([Float.nan], shape: [1], dtype: .bf16, on: device).floats[0].isNaN)
  }

  @Test(arguments: Device.present) func memoryIsGivenBack(device: Device) {
    let x = Tensor(filledWith: 1, shape: [1000], on: device)
    #expect(device.backend.liveBytes >= 4000)
    #expect(device.backend.peakBytes >= device.backend.liveBytes)
    #expect(x.squaredNorm == 1000)
  }

  /// The mask is defined by Philox, so that the same key drops the same elements everywhere.
  @Test(arguments: Device.present) func dropoutMasksAreTheSameEverywhere(device: Device) {
    let key = RandomKey(seed: 12)
    let backend = device.backend
    for count in [1, 4, 1003] {
      let mask = backend.floats(
        of: backend.dropoutMask(shape: [count], dtype: .f32, keep: 0.75, key: key))
      let expected = (0..<count).map { i -> Float in
        let block = Philox.block(counter: (UInt32(i / 4), 0, 0, 0), key: key.bits)
        let word = [block.0, block.1, block.2, block.3][i % 4]
        return word < 3 << 30 ? Float(1 / 0.75) : 0
      }
      #expect(mask == expected)
    }
  }

  @Test func movesBetweenDevices() {
    for dtype in [DType.f32, .bf16] {
      let x = Tensor([1.5, -2, 3], shape: [3], dtype: dtype, on: .reference)
      for device in Device.present {
        let moved = x.moved(to: device)
        #expect(moved.device == device && moved.dtype == dtype && moved.floats == x.floats)
      }
    }
  }
}
