import Files
import Foundation
import HDF5
import TestSupport
import Testing

/// Files written by h5py, with what they hold told by a manifest.
@Suite(.enabled(if: SharedData.isPresent, "needs the reference data beside the checkout"))
struct ForeignFileTests {
  /// What the bounded reader does not know is read by the program, which lies beside the tests.
  init() { ForeignFile.setHelper(Program.pigment) }

  struct Entry: Decodable {
    var dtype: String?
    var shape: [Int]?
    var sha256_le: String?
    var strings: [String]?
  }

  private func manifest(_ file: String) throws -> [String: Entry] {
    let url = URL(filePath: SharedData.path("golden/f_formats/manifest.json"))
    let all = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any]
    let entries = try #require(all?[file] as? [String: [String: Any]])
    return try entries.mapValues {
      try JSONDecoder().decode(Entry.self, from: JSONSerialization.data(withJSONObject: $0))
    }
  }

  private func bytes<E: HDF5Number>(
    _ file: borrowing HDF5File, _ name: String, _: E.Type
  ) throws -> String {
    let values = try file.read(name, as: E.self)
    var digest = Digest()
    digest.add(values)
    return digest.hexadecimal
  }

  @Test(arguments: ["hdf5_earliest.h5", "hdf5_latest.h5", "hdf5_userblock.h5"])
  func everyDatasetReadsAsTheManifestSays(name: String) throws {
    let file = try HDF5File(reading: SharedData.path("golden/f_formats/\(name)"))
    var compared = 0
    var tooNew: [String] = []
    for (object, entry) in try manifest(name).sorted(by: { $0.key < $1.key }) {
      if let strings = entry.strings {
        #expect(try file.read(object, as: String.self) == strings)
        compared += 1
      }
      // lzf is a filter of h5py's own.
      guard let expected = entry.sha256_le, !object.contains("lzf") else { continue }
      // HDF5 2.0 wrote the filtered chunks of one file in a form that 1.10 cannot read.
      if let error = refusal(file, object), error.detail.contains("bad version number") {
        tooNew.append(object)
        continue
      }
      let found: String
      switch entry.dtype {
      case "int8": found = try bytes(file, object, Int8.self)
      case "int16": found = try bytes(file, object, Int16.self)
      case "int32": found = try bytes(file, object, Int32.self)
      case "int64": found = try bytes(file, object, Int64.self)
      case "uint8": found = try bytes(file, object, UInt8.self)
      case "uint16": found = try bytes(file, object, UInt16.self)
      case "uint32": found = try bytes(file, object, UInt32.self)
      case "uint64": found = try bytes(file, object, UInt64.self)
      case "float32": found = try bytes(file, object, Float.self)
      case "float64": found = try bytes(file, object, Double.self)
      default: continue
      }
      #expect(found == expected, "\(object)")
      #expect(try file.shape(of: object) == entry.shape, "\(object)")
      compared += 1
    }
    #expect(compared == (name == "hdf5_userblock.h5" ? 1 : 39 - tooNew.count))
    #expect(name == "hdf5_latest.h5" || tooNew.isEmpty)
    #expect(tooNew.count <= 5 && tooNew.allSatisfy { $0.hasPrefix("layout/") })
  }

  private func refusal(_ file: borrowing HDF5File, _ object: String) -> HDF5Error? {
    do throws(HDF5Error) { _ = try file.shape(of: object) } catch { return error }
    return nil
  }

  @Test(arguments: ["hdf5_earliest.h5", "hdf5_latest.h5"])
  func groupsAttributesAndOddThings(name: String) throws {
    let file = try HDF5File(reading: SharedData.path("golden/f_formats/\(name)"))
    #expect(try file.members(of: "many").count == 70)
    #expect(try file.members(of: "links") == ["hard", "soft"])
    #expect(try file.attributeNames(of: "many_attrs").count == 20)
    #expect(try file.attribute("a07", of: "many_attrs") == 7)
    let owner = try file.attributeNames().isEmpty ? "attrs" : "/"
    #expect(try file.attribute("str", of: owner) == "hello ünïcode")
    #expect(try file.attribute("bytes", of: owner) == "fixed")
    #expect(try file.attribute("int", of: owner) == -7)
    #expect(try file.attribute("float", of: owner) == 0.25)
    #expect(try file.attribute("strs", of: owner) == ["a", "bb", ""])
    #expect(try file.attribute("vec", of: owner) == [0, 1, 2, 3, 4] as [Double])
    for object in ["links/dangling", "links/external", "layout/null", "types/compound"] {
      #expect(throws: HDF5Error.self) { try file.read(object, as: Float.self) }
    }
    #expect(try !file.contains("links/dangling"))
    // Half precision widens.
    #expect(try file.read("types/f2_le", as: Float.self).count == 12)
    #expect(try file.read("types/f2_be", as: Double.self).count == 12)
    #expect(throws: HDF5Error.self) { try file.read("types/f8_le", as: Float.self) }
    #expect(throws: HDF5Error.self) { try file.read("types/u8_le", as: Int64.self) }
    #expect(try file.read("types/u1_le", as: Int16.self).count == 12)
  }

  @Test func theOffsetOfAFileWithAUserBlockIsAbsolute() throws {
    let path = SharedData.path("golden/f_formats/hdf5_userblock.h5")
    let dataset = try HDF5File(reading: path).dataset("x")
    let values = try dataset.read(as: Float.self)
    let offset = try #require(dataset.fileOffset)
    let size = values.count * 4
    let raw = try Data(contentsOf: URL(filePath: path))[offset..<offset + size]
    #expect(values.withUnsafeBytes { Data($0) } == raw)
  }
}
