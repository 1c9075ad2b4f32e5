import Files
import Foundation
import TestSupport

/// What `make_images.py` found Pillow and pypng to return.
struct Golden: Decodable {
  struct Decoded: Decodable, Sendable {
    let file: String
    let width: Int
    let height: Int
    let rgb: String
    let indices: String?
    let rgba: String?
  }
  struct Inline: Decodable, Sendable {
    let name: String
    let bytes: String
    let size: [Int]
    let indices: [UInt8]?
    let gray: [UInt8]?
    let rgb: [UInt8]?
    let rgba: [UInt8]?
  }
  struct Resized: Decodable, Sendable {
    let filter: String
    let box: [Double]
    let size: [Int]
    let channels: Int
    let mean: Double
    let samples: [UInt8]
  }
  let decoded: [Decoded]
  let damaged: [String: Bool]
  let inline: [Inline]
  let resized: [Resized]

  static let values: Golden = {
    let path = SharedData.packagePath("Tests/ImagesTests/Golden/images.json")
    return try! JSONDecoder().decode(Golden.self, from: Data(contentsOf: URL(filePath: path)))
  }()
}

func sha256(_ samples: [UInt8]) -> String { Digest.hexadecimal(samples) }

func bytes(hex: String) -> [UInt8] {
  let digits = Array(hex.utf8).map { UInt8(String(UnicodeScalar($0)), radix: 16)! }
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
