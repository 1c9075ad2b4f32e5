internal import Files

/// A file of records as TensorFlow frames them: length, masked CRC of the length, bytes, masked CRC
/// of the bytes. Appended and never rewritten, so a crash costs at most the last record.
///
/// - Source: TensorFlow's record_writer.
final class RecordFile {
  /// The file.
  var path: String { file.path }
  private let file: PatientFile

  /// Opens the file for appending, made where it is missing.
  init(_ path: String, on files: any FileSystem = .posix) throws(FileError) {
    file = try PatientFile(path, on: files)
  }

  /// Appends a record; it is with the system when this returns, or kept back until there is room.
  func append(_ payload: [UInt8]) { file.append(Self.framed(payload)) }

  /// The bytes that a record becomes.
  static func framed(_ payload: [UInt8]) -> [UInt8] {
    func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
      withUnsafeBytes(of: number.littleEndian, Array.init)
    }
    let length = little(UInt64(payload.count))
    return length + little(CRC32C.masked(length)) + payload + little(CRC32C.masked(payload))
  }
}

/// The cyclic redundancy check of Castagnoli et al. 1993 (reflected polynomial 0x82F63B78).
enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
  }

  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
  }

  /// Rotated and shifted, so that a checksum of data with checksums in it is no constant.
  static func masked(_ bytes: [UInt8]) -> UInt32 {
    let crc = checksum(bytes)
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }
}
