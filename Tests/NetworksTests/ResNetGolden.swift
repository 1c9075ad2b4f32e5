import Foundation
import Layers
import Networks
import Randomness
import Tensors

/// What Golden/make_resnet.py kept of torchvision's outputs and gradients, and the weights and
/// inputs that it states by a formula.
struct ResNetGolden: Decodable {
  struct Summary: Decodable {
    let shape: [Int]
    let sum, size, largest: Double
    let values: [Double]

    /// The largest difference of a tensor from what was kept, relative to the largest value; the
    /// sum counts relative to the sum of magnitudes. Infinite where the shape is another.
    func difference(from tensor: Tensor) -> Double {
      guard tensor.shape.sizes == shape else { return .infinity }
      let found = tensor.doubles
      let places = (0..<8).map { $0 * (found.count - 1) / 7 }
      let worst = zip(places, values).map { abs(found[$0] - $1) }.max()!
      return max(
        worst / largest, abs(found.reduce(0, +) - sum) / size,
        abs(found.reduce(0) { $0 + abs($1) } - size) / size)
    }
  }
  struct Step: Decodable {
    let loss: Double
    let gradients, statistics: [String: Summary]
  }

  let torch, torchvision: String
  let side: Int
  let resnet18, resnet34, resnet50, dilated: [String: Summary]
  let step: Step

  enum CodingKeys: String, CodingKey {
    case torch, torchvision, side, resnet18, resnet34, resnet50, step
    case dilated = "resnet50 dilated"
  }

  static func read() throws -> ResNetGolden {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/resnet.json")
    return try JSONDecoder().decode(ResNetGolden.self, from: Data(contentsOf: file))
  }

  /// Numbers from -0.5 to 0.5 that depend on the name and the place alone.
  static func noise(_ name: String, count: Int) -> [Double] {
    let seed = UInt64(checksum(name))
    return (0..<UInt64(count)).map { place in
      var u = (place &* 2_654_435_761 &+ seed) & 0xFFFF_FFFF
      for _ in 0..<2 { u = ((u ^ (u >> 16)) &* 0x45D9F3B) & 0xFFFF_FFFF }
      u ^= u >> 16
      return Double(u) / 0x1p32 - 0.5
    }
  }

  static func tensor(_ name: String, _ shape: Shape, _ dtype: DType, on device: Device) -> Tensor {
    Tensor(noise(name, count: shape.count), shape: shape, dtype: dtype, on: device)
  }

  /// A full trunk with the weights of the formula.
  static func trunk(
    _ configuration: TrunkConfiguration, _ dtype: DType, on device: Device
  ) -> Stack {
    var trunk = configuration.build(.constant(0), key: RandomKey(seed: 0), on: .cpu)
    trunk.transform { named in
      let shape = named.tensor.shape
      let x = noise(named.name, count: shape.count)
      let values: [Double] =
        switch named.role {
        case .weight:
          x.map { $0 * (24 / Double(shape.count / shape[0])).squareRoot() }
        case .scale: x.map { 1 + 0.4 * $0 }
        case .statistic where named.name.hasSuffix("running_var"): x.map { 1 + 0.4 * $0 }
        case .bias, .shift, .statistic: x.map { 0.4 * $0 }
        }
      return Tensor(values, shape: shape, dtype: dtype, on: device)
    }
    return trunk
  }

  /// CRC-32, as zlib has it.
  private static func checksum(_ text: String) -> UInt32 {
    ~text.utf8.reduce(~0) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { bits, _ in
        bits & 1 == 1 ? bits >> 1 ^ 0xEDB8_8320 : bits >> 1
      }
    }
  }
}
