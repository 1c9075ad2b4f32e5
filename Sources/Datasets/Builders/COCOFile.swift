internal import Files
internal import Foundation

/// The content of a COCO annotation file (`instances_*.json`), as far as datasets need it.
struct COCOFile: Decodable {
  struct Image: Decodable {
    let id: Int
    let file_name: String
    let width, height: Int
  }

  struct Category: Decodable {
    let id: Int
    let name: String
  }

  struct Annotation: Decodable {
    let id: Int?
    let image_id, category_id: Int
    /// Left, top, width, height; pixels are squares whose first begins at 0.
    let bbox: [Double]?
    let area: Double?
    let iscrowd: COCOFlag?
    let segmentation: COCOSegmentation?
  }

  let images: [Image]
  let categories: [Category]
  let annotations: [Annotation]

  /// Reads the file at `path`; an error names what is missing or of the wrong kind, and where.
  init(contentsOfFile path: String) throws(DatasetError) {
    let bytes = try contents(of: path, limit: 4 << 30)
    func error(_ problem: String) -> DatasetError {
      DatasetError(
        file: path, problem: problem,
        remedy: "give a COCO instances file with images, categories and annotations")
    }
    do {
      self = try JSON.value(from: bytes)
    } catch DecodingError.keyNotFound(let key, let context) {
      throw error("\(Self.place(context))has no '\(key.stringValue)'")
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context)
    {
      throw error("\(Self.place(context))is not what COCO has there: \(context.debugDescription)")
    } catch DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty {
      throw error("\(Self.place(context))\(context.debugDescription)")
    } catch {
      guard let fault = JSON.fault(in: bytes) else {
        throw DatasetError(file: path, problem: "it is not JSON: \(error)")
      }
      throw DatasetError(
        file: path, record: fault.place, problem: "it is not JSON: \(fault.problem)",
        remedy: "write the file again")
    }
  }

  /// Where in the file an error is, such as `annotations[3].bbox `.
  private static func place(_ context: DecodingError.Context) -> String {
    let path = context.codingPath.reduce("") { text, key in
      key.intValue.map { "\(text)[\($0)]" } ?? (text.isEmpty ? "" : text + ".") + key.stringValue
    }
    return path.isEmpty ? "it " : path + " "
  }
}

/// A yes or no, which tools write as 0 and 1 or as false and true.
struct COCOFlag: Decodable {
  let isSet: Bool

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let flag = try? value.decode(Bool.self) {
      isSet = flag
    } else {
      isSet = try value.decode(Int.self) == 1
    }
  }
}

/// The shape of a COCO object.
enum COCOSegmentation: Decodable, Equatable {
  /// Corners x, y, x, y …; the shape is their union.
  case polygons([[Double]])
  /// Runs of zeros and ones in turn, column by column.
  case runs(counts: [Int], width: Int, height: Int)

  private enum Key: CodingKey { case size, counts }

  init(from decoder: any Decoder) throws {
    if var list = try? decoder.unkeyedContainer() {
      var polygons: [[Double]] = []
      while !list.isAtEnd { polygons.append(try list.decode([Double].self)) }
      self = .polygons(polygons)
      return
    }
    let object = try decoder.container(keyedBy: Key.self)
    let size = try object.decode([Int].self, forKey: .size)
    guard size.count == 2 else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: object.codingPath, debugDescription: "has a size that is not [h, w]"))
    }
    let counts =
      if let text = try? object.decode(String.self, forKey: .counts) {
        try Self.counts(of: text, object.codingPath)
      } else { try object.decode([Int].self, forKey: .counts) }
    self = .runs(counts: counts, width: size[1], height: size[0])
  }

  /// The runs that a text stands for: 5 bits to a character, from the lowest on, the sixth says
  /// that more follow; from the third run on the difference to the run before the last.
  ///
  /// - Source: `rleFrString` of cocodataset/cocoapi, common/maskApi.c.
  private static func counts(of text: String, _ path: [any CodingKey]) throws -> [Int] {
    var (counts, value, shift) = ([Int](), 0, 0)
    for byte in text.utf8 {
      guard (48..<112).contains(byte), shift < 60 else {
        throw DecodingError.dataCorrupted(
          .init(codingPath: path, debugDescription: "has runs that cannot be decoded"))
      }
      let bits = Int(byte) - 48
      value |= (bits & 31) << shift
      shift += 5
      if bits & 32 != 0 { continue }
      if bits & 16 != 0 { value |= -1 << shift }
      counts.append(counts.count > 2 ? value + counts[counts.count - 2] : value)
      (value, shift) = (0, 0)
    }
    return counts
  }
}
